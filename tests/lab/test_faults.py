"""Every way a machine can refuse, break off or fall silent, from a scripted RDP peer (tests/peer): each has its own code, ends in time, submits the
password at most once and leaves nothing behind."""
import json
import subprocess
import threading
import time

import pytest

from machines import wait_until
from peer import Peer
from program import Nightshift
from test_runs import serve_once

@pytest.fixture
def bench(tmp_path):
    """A store with one flow, and peers that end with the test."""
    ns = Nightshift(tmp_path)
    ns.peers = {}
    ns.without_nla = True
    ns.ok("flow", "add", "flow", "--program", "anything")

    def add(name, *words):
        peer = ns.peers[name] = Peer(tmp_path, "password=open sesame", *words)
        ns.ok("machine", "add", name, "--host", "127.0.0.1", "--port", peer.port)
        # An account for each: one account signs in to one machine at a time.
        ns.ok("connection", "add", name, "--user", f"robot-{name}", "--password-stdin", stdin="open sesame\n")
        ns.ok("settings", "set", name, "signin.timeout=5", "screen.width=640", "screen.height=480", "signin.interval=0")
        return peer

    ns.add = add
    yield ns
    ns.end_workers()
    for peer in ns.peers.values():
        peer.stop()


def run(ns, name):
    return ns.run(name, flow="flow", connection=name)


def meet(ns, name, *words):
    """One run against a peer of that script. Returns its record and the peer, which counted."""
    peer = ns.add(name, *words)
    got = run(ns, name)
    assert peer.count("credential") <= 1, peer.events
    return got, peer


def natives(ns, kind):
    """The table that docs/result-codes.md shows: number -> code."""
    table = {}
    for row in ns.ok("code", "list", "--json").json["codes"]:
        for native in row["natives"]:
            if native["kind"] == kind:
                table[native["number"]] = row["code"]
    return table


def test_the_scripted_machine_runs_a_flow_when_nothing_is_wrong(bench):
    for name, words in {"tls": [], "nla": ["nla"], "early": ["nla", "early=1"]}.items():
        got, peer = meet(bench, name, "agent", "flow-ms=50", *words)
        assert (got["code"], got["session"]["end"], got["findings"]) == ("Succeeded", "signed-out", [{**got["findings"][0]}] if got["findings"] else [])
        assert peer.count("credential") == 1


def test_credssp_names_its_refusal_and_so_do_we(bench):
    table = natives(bench, "NTSTATUS")
    assert table["0xC0000234"] == "AccountLockedOut" and table["0xC000015B"] == "LogonTypeNotGranted" and len(table) >= 17
    for number, code in table.items():
        got, peer = meet(bench, f"s{number[2:]}", "nla", f"nla-status={number}")
        assert (got["code"], got["session"]) == (code, None), (number, got)
        assert number.lower() in got["message"].lower()
        assert peer.count("credential") == 1 and peer.count("connection") == 1


def test_an_ntstatus_that_nobody_knows_is_still_told(bench):
    got, _ = meet(bench, "odd", "nla", "nla-status=0xC0001234")
    assert got["code"] == "AuthenticationFailed" and "0xC0001234" in got["message"]


def test_early_user_authorization_says_no(bench):
    got, peer = meet(bench, "denied", "nla", "early=2")
    assert (got["code"], peer.count("connection")) == ("RdpPermissionNotGranted", 1)


def test_every_reason_that_a_machine_gives_for_ending_a_session(bench):
    table = natives(bench, "error info")
    assert table["0x5"] == "SessionTakenOver" and table["0x3"] == "SessionHasLoggedOffWithMaxIdleTime" and len(table) >= 40
    for number, code in table.items():
        got, peer = meet(bench, f"e{number[2:]}", "agent", f"error-info={number}", "error-at=flow")
        assert (got["code"], peer.count("connection")) == (code, 1), (number, got)
        # What the machine did not sign out is remembered, and what it did is not.
        left = bench.ok("session", "list", f"e{number[2:]}", "--json").json["sessions"]
        assert bool(left) == (number not in ("0x2", "0xC")) and got["session"]["end"] == ("unconfirmed" if left else "signed-out"), (number, got)


@pytest.mark.parametrize("number, code", [("0x7", "RDPIsNotEnabled"), ("0x9", "RdpPermissionNotGranted"), ("0x101", "RdpNoLicenseServer"),
                                          ("0x10A", "RdpConnectionsNotLicensed"), ("0xA", "FreshCredentialsRequired"), ("0x10CA", "RdpProtocolError")])
def test_a_reason_before_there_is_a_session(bench, number, code):
    got, _ = meet(bench, "m", f"error-info={number}", "error-at=capabilities")
    assert (got["code"], got["session"]) == (code, None), got


@pytest.mark.parametrize("kind, data, code", [
    ("0xFFFFFFF8", 2, "Win10AlreadyHasActiveSession"), ("0xFFFFFFF9", 2, "DisconnectRefused"), ("0xFFFFFFFA", 2, "RdpPermissionNotGranted"),
    ("0xFFFFFFFB", 2, "Win10AlreadyHasActiveSession"), ("0xFFFFFFFC", 2, "SessionLogonQuestion"), ("0xFFFFFFFD", 2, "SessionCreationWinLogonFailure"),
    ("0xFFFFFFFF", 2, "RdpPermissionNotGranted"), ("0xC0000071", 1, "PasswordExpired"), ("0xC0001234", 0, "SessionCreationInvalidCredentials"),
    ("0xC0001234", 1, "PasswordExpired"), ("0xC0001234", 2, "SessionCreationUserPromptedForCredentialsAfterConnection"),
    ("0xC0001234", 3, "LegalNoticeShown")])
def test_a_question_on_the_screen_is_named_and_answered_by_nobody(bench, kind, data, code):
    got, peer = meet(bench, "m", "logon-error", f"logon-type={kind}", f"logon-data={data}")
    assert (got["code"], got["session"], peer.count("order")) == (code, None, 0), got
    assert bench.ok("session", "list", "--json").json["sessions"] == []


def test_a_question_is_photographed(bench):
    got, _ = meet(bench, "m", "logon-error", "logon-type=0xFFFFFFFB", "logon-data=2")
    assert got["code"] == "Win10AlreadyHasActiveSession"


def test_a_warning_that_is_taken_back_stops_nothing(bench):
    got, _ = meet(bench, "m", "agent", "flow-ms=50", "logon-error", "logon-type=0xFFFFFFFE", "logon-data=3")
    assert got["code"] == "Succeeded"


# Type 0 is left out: FreeRDP 3.15's server writes it without the terminators that its own client asks for.
@pytest.mark.parametrize("kind", [1, 2])
def test_each_logon_notification_lets_the_next_one_sign_in(bench, kind):
    got, _ = meet(bench, "m", "agent", "flow-ms=50", f"notify={kind}")
    assert got["code"] == "Succeeded"


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_no_security_protocol_in_common(bench, number):
    got, _ = meet(bench, "m", f"negotiation={number}")
    assert got["code"] == "SecurityNegotiationFailed"


def test_a_machine_that_takes_entra_only_says_what_to_set_up(bench):
    def answer(asked):
        # Only a request for RDSAAD and nothing else is taken; to others: "HYBRID_REQUIRED".
        only = len(asked) >= 8 and asked[-4:] == b"\x10\0\0\0"
        return bytes.fromhex("030000130ed00000123400" + ("0200080010000000" if only else "0300080005000000"))

    server = serve_once(answer)
    bench.ok("machine", "add", "entra", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    bench.ok("connection", "add", "entra", "--user", "robot@example.org", "--password-stdin", stdin="x\n")
    got = run(bench, "entra")
    assert got["code"] == "EntraTokenNotAvailable" and "Network Level Authentication" in got["remedy"]
    server.close()


def test_a_connection_that_breaks_comes_back_by_the_cookie_to_the_same_session(bench):
    for name, words in {"tls": [], "nla": ["nla"]}.items():
        peer = bench.add(name, "agent", "cookie", "drop=flow", "flow-ms=1500", *words)
        got = run(bench, name)
        assert got["code"] == "Succeeded", got
        assert [f["code"] for f in got["findings"]].count("SessionReconnected") == 1
        assert (peer.count("connection"), peer.count("cookie")) == (2, 1)
        if name == "tls":
            assert peer.count("credential") == 1  # the cookie is enough


def test_a_password_that_is_refused_on_the_way_back_is_not_tried_again(bench):
    peer = bench.add("m", "nla", "agent", "cookie", "drop=flow", "refuse-return", "flow-ms=60000")
    bench.ok("settings", "set", "m", "signin.interval=300")
    got = run(bench, "m")
    # Changed meanwhile, say: one sign-in that was taken, one that was refused, and no more.
    assert (got["code"], got["session"]["end"], peer.count("credential")) == ("SessionCreationInvalidCredentials", "unconfirmed", 2), got
    held = bench("run", "start", "m", "--flow", "flow", "--connection", "m", "--wait")
    assert held.code == 5 and "SignInHeldBack" in held.err


def test_without_a_cookie_nobody_is_pushed_out(bench):
    got, peer = meet(bench, "m", "agent", "drop=flow", "flow-ms=60000")
    # The second connection only looked whether the machine still answers.
    assert (got["code"], got["session"]["end"], peer.count("tls")) == ("RdpConnectionClosed", "unconfirmed", 1), got


def test_a_service_that_is_gone_is_told_from_one_that_closed(bench):
    peer = bench.add("m", "agent", "flow-ms=60000")
    started = bench.ok("run", "start", "m", "--flow", "flow", "--connection", "m", "--worker", "auto", "--json").json["id"]
    wait_until("the flow", 10, lambda: peer.count("order"))
    peer.stop()
    assert ended(bench, started)["code"] == "RdpServiceStopped"


def ended(ns, number, seconds=40):
    return wait_until("the run's end", seconds, lambda: (lambda r: r if r["state"] not in ("Queued", "Running") else None)(ns.show(number)))


@pytest.mark.parametrize("to", ["127.0.0.9", "token"])
def test_a_broker_that_points_elsewhere_has_a_code_of_its_own_and_gets_no_second_password(bench, to):
    """Finding 2.10: it was "closed without a reason"."""
    got, peer = meet(bench, "m", "agent", f"redirect={to}")
    assert peer.count("redirecting") == 1 and peer.count("credential") == 1
    assert got["code"] == "RdpRedirected" and ("127.0.0.9" in got["message"]) == (to != "token")


@pytest.mark.parametrize("said, code", [("AccountLockedOut", "FlowNotStarted"), ("Succeeded", "FlowNotStarted"), ("nonsense", "FlowNotStarted"),
                                        ("UIFlowAlreadyRunning", "FlowNotStarted"),
                                        ("AgentProtocolError", "AgentProtocolError")])
def test_an_agent_says_of_a_flows_start_only_what_is_about_that(bench, said, code):
    """Finding 2.8: "AccountLockedOut" from a session froze its account over the fleet."""
    got, _ = meet(bench, "m", "agent", f"failed={said}")
    assert got["code"] == code


def test_what_an_agent_repeats_without_end_is_written_down_so_often_and_no_more(bench):
    """Finding 2.7: each was a row of the store."""
    got, _ = meet(bench, "m", "agent", "flow-ms=3000", "strangers=200")
    assert got["code"] == "Succeeded" and 1 <= len(got["findings"]) <= 50


def test_an_agent_that_never_stops_talking_ends_its_run(bench):
    """Finding 2.7: 4,096 of its messages were kept, of a mebibyte each."""
    got, _ = meet(bench, "m", "agent", "flow-ms=60000", "strangers=2000")
    assert got["code"] == "AgentProtocolError" and "far more" in got["message"]


def test_an_order_goes_only_to_the_process_that_greeted(bench):
    """Finding 2.9: it went, with the run's nonce, to whoever had the channel by then."""
    got, peer = meet(bench, "m", "agent", "swap")
    assert peer.count("order") == 0 and got["code"] in ("AgentLost", "SessionNotFound"), (got, peer.events)


def test_a_restart_of_the_machine_is_told_from_a_sign_out(bench):
    got, _ = meet(bench, "m", "agent", "restart", "flow-ms=60000")
    assert got["code"] == "MachineRestarted"


def test_a_restart_that_somebody_held_up_explains_nothing_that_comes_later(bench):
    got, _ = meet(bench, "m", "agent", "restart", "held-up", "flow-ms=3000", "exit=7")
    assert (got["code"], got["exitCode"]) == ("FlowFailed", 7)


@pytest.mark.parametrize("joined, reuse, code", [
    ("disconnected", "off", "UnattendedUserSessionDisconnected"), ("locked", "off", "UnattendedUserSessionLocked"),
    ("active", "off", "SessionExistsForTheUserWhenUnattended"), ("active", "on", "SessionExistsForTheUserWhenUnattended"),
    ("disconnected", "on", "Succeeded"), ("locked", "on", "Succeeded")])
def test_a_session_that_was_there_is_taken_only_where_reuse_may(bench, joined, reuse, code):
    peer = bench.add("m", "agent", "flow-ms=50", f"joined={joined}", "joined-ms=3600000")
    bench.ok("settings", "set", "m", f"session.reuse={reuse}")
    got = run(bench, "m")
    assert got["code"] == code, got
    orders = [each["type"] for each in peer.events if each["event"] == "order"]
    if code == "Succeeded":
        assert got["session"]["reused"] is True and got["session"]["end"] == "locked" and "signout" not in orders
    else:
        # Not hijacked: nothing was run in it, and it was not signed out. It is offered for that.
        assert not {"run", "signout", "lock"} & set(orders)
        assert [s["state"] for s in bench.ok("session", "list", "--json").json["sessions"]] == ["left"]


def test_another_session_of_the_same_user_fails_the_run_and_only_the_new_one_is_signed_out(bench):
    got, peer = meet(bench, "m", "agent", "flow-ms=50", "others=1")
    assert (got["code"], got["session"]["end"]) == ("SessionExistsForTheUserWhenUnattended", "signed-out")
    assert [each["type"] for each in peer.events if each["event"] == "order" and each["type"] != "screenshot"] == ["signout"]


def test_a_black_picture_is_replaced_by_the_agents(bench):
    bench.add("m", "agent", "black", "flow-ms=50")
    bench.ok("settings", "set", "m", "screenshot.policy=always")
    got = run(bench, "m")
    assert got["screenshot"] is True and "ScreenshotByAgent" in [f["code"] for f in got["findings"]]
    bench.ok("run", "screenshot", str(got["id"]), str(bench.folder / "a.png"))
    assert (bench.folder / "a.png").read_bytes()[16:24] == b"\0\0\0\x10\0\0\0\x10"


# Where the peer falls silent, and the phase and seconds in which that has to be noticed.
SILENCES = {"x224": ("negotiate", 10), "tls": ("certificate", 10), "nla-token": ("sign-in", 5), "nla-result": ("sign-in", 5), "early": ("sign-in", 5),
            "mcs": ("sign-in", 5), "attach": ("sign-in", 5), "license": ("sign-in", 5), "capabilities": ("desktop", 5), "picture": ("desktop", 5),
            "agent": ("agent", 5), "flow": ("flow", 25), "sign-out": ("sign-out", 40)}


def test_silence_in_each_phase_ends_within_its_deadline_and_a_second(bench):
    for point in SILENCES:
        words = ["nla"] if point in ("nla-token", "nla-result", "early") else []
        words += ["early=1"] if point == "early" else []
        words += ["agent", "flow-ms=50"] if point in ("flow", "sign-out") else []
        bench.add(point, f"stall={point}", *words)
    records, took = {}, {}

    def one(point):
        before = time.monotonic()
        records[point] = run(bench, point)
        took[point] = time.monotonic() - before

    threads = [threading.Thread(target=one, args=(point,)) for point in SILENCES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for point, (phase, seconds) in SILENCES.items():
        got = records[point]
        last = [p for p in got["phases"] if p["name"] not in ("screenshot", "done")][-1]
        assert last["name"] == phase, (point, got)
        assert seconds - 0.6 <= last["durationMs"] / 1000 <= seconds + 1, (point, last)
        assert bench.peers[point].count("credential") <= 1 and bench.peers[point].count("connection") == 1, point
    # Nothing of it is left: no runner, no connection to a peer.
    assert bench.processes("nightshift-runner") == []
    for peer in bench.peers.values():
        assert "nightshift" not in subprocess.run(["ss", "-Htnp", "dport", "=", f":{peer.port}"], capture_output=True, text=True, check=True).stdout


def test_one_attempt_at_a_time_and_a_refusal_stops_the_others(bench):
    """Ten machines, one account with a wrong password: exactly one attempt over all of them."""
    bench.ok("connection", "add", "shared", "--user", "EXAMPLE\\robot", "--password-stdin", stdin="wrong\n")
    for i in range(10):
        bench.add(f"m{i}", "nla", "nla-status=0xC000006D")
        bench.ok("settings", "set", f"m{i}", "signin.interval=300")
    started = [bench.start("run", "start", f"m{i}", "--flow", "flow", "--connection", "shared", "--wait", "--json") for i in range(10)]
    codes = []
    for each in started:
        out, err = each.communicate(timeout=60)
        codes.append(json.loads(out)["code"] if out else "SignInHeldBack" if "SignInHeldBack" in err else err)
    assert sorted(codes) == ["SessionCreationInvalidCredentials"] + ["SignInHeldBack"] * 9
    assert sum(peer.count("credential") for peer in bench.peers.values()) == 1
    # A new password lifts the pause at once.
    bench.ok("connection", "password", "shared", "--password-stdin", stdin="another\n")
    assert bench.run("m0", flow="flow", connection="shared")["code"] == "SessionCreationInvalidCredentials"


def test_two_connections_of_one_domain_account_wait_for_each_other(bench):
    for name in ("a", "b"):
        bench.add(name, "nla", "nla-status=0xC000006D")
        bench.ok("settings", "set", name, "signin.interval=300")
        bench.ok("connection", "add", f"c{name}", "--user", "EXAMPLE\\robot", "--password-stdin", stdin="wrong\n")
    assert bench.run("a", flow="flow", connection="ca")["code"] == "SessionCreationInvalidCredentials"
    held = bench("run", "start", "b", "--flow", "flow", "--connection", "cb", "--wait")
    assert held.code == 5 and "SignInHeldBack" in held.err
