"""The main job against real machines: what a run says, and what it leaves."""
import json
import os
import signal
import struct
import threading
import time
import zlib

import pytest

from machines import address, found, inside, lab, no_session_left, password, processes, send, wait_until

AGENT = "nightshift-agen"  # as the kernel has it
PHASES = ["queued", "resolve", "connect", "negotiate", "certificate", "sign-in", "desktop", "agent", "flow", "sign-out", "done"]


def names(run):
    return [phase["name"] for phase in run["phases"]]


def start_and_wait_for(ns, phase, machine="lab1", flow="sleep", connection="robot1"):
    """A run in a process of its own that has reached a phase."""
    run = ns.ok("run", "start", machine, "--flow", flow, "--connection", connection, "--worker", "auto", "--json").json["id"]
    wait_until(f"phase {phase}", 20, lambda: phase in names(ns.show(run)))
    return run


def ended(ns, run, seconds=30):
    return wait_until("the run's end", seconds, lambda: (lambda r: r if r["state"] not in ("Queued", "Running") else None)(ns.show(run)))


def check_hello(ns):
    ns.ok("settings", "set", "lab1", "screen.width=1212", "screen.height=852")
    run = ns.run("lab1")
    assert (run["state"], run["code"], run["exitCode"]) == ("Succeeded", "Succeeded", 0)
    assert "hello from robot1 on lab1" in run["output"]
    assert "arguments: two words three" in run["output"]
    assert run["screen"] == {"width": 1212, "height": 852, "scale": 100}
    assert run["environment"]["locale"] and run["environment"]["timeZone"] == "UTC"
    assert names(run) == PHASES
    assert all(phase["durationMs"] >= 0 for phase in run["phases"])
    assert run["session"]["user"] == "robot1" and run["session"]["end"] == "signed-out"
    no_session_left("lab1", "robot1")


def test_a_name_whose_first_address_is_silent_is_reached_at_the_second(ns, tmp_path):
    """Finding 2.5: the first had all the time there was. RFC 8305."""
    hosts = tmp_path / "hosts"
    hosts.write_text(f"{address('lab3')} dual.test\n{address('lab1')} dual.test\n")
    ns.ok("machine", "add", "dual", "--host", "dual.test")
    ns.words = ["unshare", "-m", "sh", "-c", f'mount --make-rprivate / && mount --bind {hosts} /etc/hosts && exec "$@"', "sh", *ns.words]
    lab("cut", "lab3")
    try:
        run = ns.run("dual")
    finally:
        lab("heal", "lab3")
    connects = [each["detail"] for each in run["phases"] if each["name"] == "connect"]
    assert (run["code"], connects) == ("Succeeded", [f"{address('lab3')}:3389", f"{address('lab1')}:3389"])


def test_a_proxy_in_the_environment_redirects_no_run(ns):
    """Finding 2.6: FreeRDP takes it for its own."""
    ns.env.update(HTTPS_PROXY="http://127.0.0.1:9", https_proxy="http://127.0.0.1:9")
    assert ns.run("lab1")["code"] == "Succeeded"


def test_a_run_succeeds_at_the_size_that_was_set_and_leaves_no_session(ns):
    check_hello(ns)


def test_the_windows_program_does_the_same_under_wine(wine):
    check_hello(wine)


def test_an_exit_code_that_is_no_success_fails_the_run(ns):
    run = ns.run("lab1", flow="three")
    assert (run["state"], run["code"], run["exitCode"]) == ("Failed", "FlowFailed", 3)
    assert run["screenshot"] is True
    no_session_left("lab1", "robot1")


def test_a_flow_that_is_not_there_is_told(ns):
    run = ns.run("lab1", flow="missing")
    assert (run["state"], run["code"], run["exitCode"]) == ("Failed", "FlowNotStarted", None)
    assert "/no/such/program" in run["message"]
    no_session_left("lab1", "robot1")


def test_a_flow_past_its_limit_is_ended_with_its_children(ns):
    run = ns.run("lab1", flow="endless")
    assert (run["state"], run["code"]) == ("TimedOut", "DesktopFlowsActionTimeout")
    no_session_left("lab1", "robot1")


def test_a_flow_that_prints_a_gigabyte_is_cut_and_succeeds(ns):
    run = ns.run("lab1", flow="flood")
    assert run["code"] == "Succeeded"
    assert run["outputTruncated"] and len(run["output"]) <= 256 * 1024


def test_a_wrong_password_where_the_machine_asks_itself(ns):
    before = time.monotonic()
    run = ns.run("lab1", connection="wrong")
    assert run["code"] == "SessionCreationUserPromptedForCredentialsAfterConnection"
    assert time.monotonic() - before < 20
    assert run["screenshot"] is True
    again = ns("run", "start", "lab2", "--flow", "hello", "--connection", "wrong", "--wait")
    assert again.code == 5 and "SignInHeldBack" in again.err


def test_nla_refuses_a_wrong_password_at_once(ns):
    before = time.monotonic()
    run = ns.run("labnla", connection="wrong")
    assert run["code"] == "SessionCreationInvalidCredentials", run
    assert time.monotonic() - before < 5
    assert run["session"] is None


def test_nla_takes_the_right_password_and_the_missing_agent_is_told(ns):
    ns.ok("settings", "set", "labnla", "signin.timeout=5")
    run = ns.run("labnla", connection="robot1@labnla")
    assert run["code"] == "UIFlowAgentNotAvailable", run
    assert "desktop" in names(run)


def serve_proxy(target, stall_after=None):
    """Passes everything on to a machine and counts the connections, and those that went as far as TLS. With stall_after, it
    falls silent when the machine has sent that many bytes."""
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    seen = {"connections": 0, "tls": 0}

    def pump(source, target, count):
        first = True
        passed = 0
        try:
            while data := source.recv(65536):
                passed += len(data)
                if stall_after and not count and passed > stall_after:
                    continue
                if count and not first and data[:1] == b"\x16":  # a TLS handshake record
                    seen["tls"] += 1
                    count = False
                first = False
                target.sendall(data)
        except OSError:
            pass
        for each in (source, target):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def work():
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            seen["connections"] += 1
            behind = socket.create_connection((target, 3389))
            threading.Thread(target=pump, args=(peer, behind, True), daemon=True).start()
            threading.Thread(target=pump, args=(behind, peer, False), daemon=True).start()

    threading.Thread(target=work, daemon=True).start()
    return server, seen


@pytest.mark.parametrize("machine", ["labnla", "lab1"])
def test_a_wrong_password_is_submitted_once(ns, machine):
    server, seen = serve_proxy(address(machine))
    ns.ok("machine", "add", "proxy", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    assert ns.run("proxy", connection="wrong")["code"] in (
        "SessionCreationInvalidCredentials", "SessionCreationUserPromptedForCredentialsAfterConnection")
    assert seen == {"connections": 1, "tls": 1}
    server.close()


def add_stalling_machine(ns):
    """After the certificate and before the session: what the machine sends from then on is lost."""
    server, _ = serve_proxy(address("lab1"), stall_after=1700)
    ns.ok("machine", "add", "stall", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    ns.ok("settings", "set", "stall", "signin.timeout=6")
    return server


def test_a_sign_in_that_stalls_ends_with_its_phase(ns):
    server = add_stalling_machine(ns)
    before = time.monotonic()
    run = ns.run("stall")
    assert (run["code"], names(run)[-2]) == ("MachineNotAnswering", "sign-in"), run
    assert 5 < time.monotonic() - before < 10
    server.close()


def test_cancel_while_signing_in(ns):
    server = add_stalling_machine(ns)
    ns.ok("settings", "set", "stall", "signin.timeout=120")
    run = start_and_wait_for(ns, "sign-in", machine="stall", flow="hello")
    ns.ok("run", "cancel", str(run))
    assert ended(ns, run, 25)["code"] == "Cancelled"
    server.close()


@pytest.mark.parametrize("what", ["length", "text", "nested", "version", "long"])
def test_a_broken_agent_is_told_within_seconds(ns, what):
    ns.ok("settings", "set", "lab1", f"agent.command=agent-broken {what}")
    before = time.monotonic()
    run = ns.run("lab1")
    assert run["code"] == "AgentProtocolError", run
    # A version that is only another one is asked to sign out, which it may not understand; the rest ends at once.
    assert time.monotonic() - before < (40 if what in ("version", "long") else 20)


def test_a_strangers_session_is_left_alone(ns):
    ns.ok("settings", "set", "lab1", "agent.command=agent-broken stranger")
    run = ns.run("lab1")
    assert (run["code"], run["session"]) == ("WindowsIdentityIncorrect", None), run
    assert "sign-out" not in names(run)
    assert any("agent-broken" in line for line in processes("lab1", "robot1"))


def test_an_agent_that_greets_for_ever_does_not_put_the_end_off(ns):
    ns.ok("settings", "set", "lab1", "agent.command=agent-broken again")
    run = start_and_wait_for(ns, "flow", flow="hello")
    ns.ok("run", "cancel", str(run))
    got = ended(ns, run, 45)
    assert (got["code"], got["session"]["end"]) == ("Cancelled", "unconfirmed")


def test_a_changed_certificate_stops_the_run_before_the_password(ns):
    assert ns.run("lab2", connection="robot1@lab2")["code"] == "Succeeded"
    lab("recertify", "lab2")
    run = ns.run("lab2", connection="robot1@lab2")
    assert run["code"] == "CertificateChanged"
    assert "sign-in" not in names(run)
    ns.ok("machine", "trust", "lab2")
    assert ns.run("lab2", connection="robot1@lab2")["code"] == "Succeeded"


def test_a_certificate_that_no_authority_vouches_for_is_refused_when_one_must(ns):
    ns.ok("settings", "set", "lab1", "certificate.policy=ca")
    assert ns.run("lab1")["code"] == "CertificateUntrusted"


def test_a_host_that_is_not_known(ns):
    ns.ok("machine", "add", "nowhere", "--host", "no-such-host.invalid")
    assert ns.run("nowhere")["code"] == "DnsError"


def test_a_port_that_refuses(ns):
    ns.ok("machine", "edit", "lab1", "--port", "3390")
    assert ns.run("lab1")["code"] == "ConnectionNotEstablished"


def test_a_black_hole_ends_after_ten_seconds(ns):
    lab("cut", "lab3")
    try:
        before = time.monotonic()
        run = ns.run("lab3", connection="robot1@lab3")
        assert run["code"] == "ConnectionTimeout"
        assert 9 < time.monotonic() - before < 12.5
    finally:
        lab("heal", "lab3")


def serve_once(answer):
    """A server that gives each client one answer, bytes or what a function makes of the question, and closes."""
    import socket

    server = socket.create_server(("127.0.0.1", 0))

    def work():
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            asked = peer.recv(4096)
            peer.sendall(answer(asked) if callable(answer) else answer)
            peer.close()

    threading.Thread(target=work, daemon=True).start()
    return server


def test_a_server_that_does_not_speak_rdp(ns):
    server = serve_once(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    ns.ok("machine", "add", "web", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    run = ns.run("web")
    assert run["code"] == "NotRdp"
    server.close()


def test_a_server_that_says_nothing_ends_with_the_phase(ns):
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    ns.ok("machine", "add", "mute", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    before = time.monotonic()
    run = ns.run("mute")
    assert run["code"] == "NotRdp" and names(run)[-2] == "negotiate"
    assert 9 < time.monotonic() - before < 12.5
    server.close()


def test_a_network_that_is_cut_in_the_middle_of_a_run(ns):
    run = start_and_wait_for(ns, "flow", machine="lab3", connection="robot1@lab3")
    lab("cut", "lab3")
    try:
        # Nobody says goodbye: pings without an answer find it out.
        assert ended(ns, run, 40)["code"] == "SessionNotFound"
    finally:
        lab("heal", "lab3")
        lab("stop", "lab3")
        lab("start", "lab3")


def test_a_killed_agent(ns):
    run = start_and_wait_for(ns, "flow")
    wait_until("the flow's process", 5, lambda: any("sleep 86400" in line for line in processes("lab1", "robot1")))
    agent = found("lab1", "robot1", AGENT)[0][0]  # the flow's leader has its name too, and is there to end the flow
    inside("lab1", "kill", "-KILL", agent, check=True)
    assert ended(ns, run)["code"] in ("AgentLost", "SessionHasLoggedOff", "RdpConnectionClosed")
    no_session_left("lab1", "robot1", 20)


def test_a_killed_server(ns):
    run = start_and_wait_for(ns, "flow", machine="lab3", connection="robot1@lab3")
    lab("stop", "lab3")
    try:
        code = ended(ns, run, 60)["code"]
        assert code in ("NetworkLost", "RdpServiceStopped", "SessionHasLoggedOff")  # what lies behind the missing link decides
    finally:
        lab("start", "lab3")


def test_a_killed_runner(ns):
    run = start_and_wait_for(ns, "flow")
    [runner] = ns.processes("nightshift-runner")
    os.kill(runner, signal.SIGKILL)
    got = ended(ns, run, 10)
    assert got["code"] == "RunnerFailed"
    assert not ns.processes("nightshift-dial")
    # The agent finds itself alone and signs out by itself.
    no_session_left("lab1", "robot1", 75)


def test_a_killed_program_leaves_an_interrupted_run_and_no_session(ns):
    program = ns.start("run", "start", "lab1", "--flow", "sleep", "--connection", "robot1", "--wait", "--json")
    wait_until("phase flow", 20, lambda: any("flow" in names(ns.show(r["id"])) for r in ns.ok("run", "list", "--json").json["runs"]))
    program.send_signal(signal.SIGKILL)
    program.wait()
    run = ns.ok("run", "list", "--json").json["runs"][0]
    assert (run["state"], run["code"]) == ("Interrupted", "Interrupted")
    no_session_left("lab1", "robot1", 15)
    wait_until("the runner's end", 15, lambda: not ns.processes("nightshift-runner"))


def test_a_daemon_that_a_flow_leaves_does_not_keep_the_session(ns):
    before = time.monotonic()
    run = ns.run("lab1", flow="daemon")
    assert (run["code"], run["session"]["end"]) == ("Succeeded", "signed-out")
    assert "daemon left" in run["output"]
    assert time.monotonic() - before < 15


def test_a_run_that_waits_gets_the_place_of_one_whose_program_was_killed(ns):
    program = ns.start("run", "start", "lab1", "--flow", "sleep", "--connection", "robot1", "--wait", "--json")
    wait_until("phase flow", 20, lambda: any("flow" in names(ns.show(r["id"])) for r in ns.ok("run", "list", "--json").json["runs"]))
    waiting = ns.start("run", "start", "lab1", "--flow", "hello", "--connection", "robot2", "--wait", "--json")
    time.sleep(1)
    program.send_signal(signal.SIGKILL)
    program.wait()
    out, _ = waiting.communicate(timeout=40)
    assert json.loads(out)["code"] == "Succeeded"
    no_session_left("lab1", "robot1", 15)


def test_a_password_changed_while_a_run_waits_is_the_one_used(ns):
    good = password("lab1", "robot2")
    first = start_and_wait_for(ns, "flow")
    ns.ok("connection", "add", "later", "--user", "robot2", "--password-stdin", stdin="not yet\n")
    waiting = start_and_wait_for(ns, "queued", flow="hello", connection="later")
    ns.ok("connection", "password", "later", "--password-stdin", stdin=good + "\n")
    ns.ok("run", "cancel", str(first))
    assert ended(ns, waiting, 40)["code"] == "Succeeded"


def test_cancel_in_the_queue(ns):
    first = start_and_wait_for(ns, "flow")
    second = start_and_wait_for(ns, "queued")
    ns.ok("run", "cancel", str(second))
    assert ended(ns, second, 5)["code"] == "Cancelled"
    ns.ok("run", "cancel", str(first))
    assert ended(ns, first, 15)["state"] == "Cancelled"
    no_session_left("lab1", "robot1")


def test_cancel_while_connecting(ns):
    lab("cut", "lab3")
    try:
        run = start_and_wait_for(ns, "connect", machine="lab3", connection="robot1@lab3")
        ns.ok("run", "cancel", str(run))
        assert ended(ns, run, 5)["code"] == "Cancelled"
    finally:
        lab("heal", "lab3")


def test_cancel_while_negotiating(ns):
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    ns.ok("machine", "add", "mute", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    run = start_and_wait_for(ns, "negotiate", machine="mute")
    ns.ok("run", "cancel", str(run))
    assert ended(ns, run, 5)["code"] == "Cancelled"
    server.close()


def test_cancel_while_tls_stalls(ns):
    # X.224 is answered with "TLS it is", and then nothing more comes.
    server = serve_stalling_tls()
    ns.ok("machine", "add", "stall", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    run = start_and_wait_for(ns, "certificate", machine="stall")
    ns.ok("run", "cancel", str(run))
    assert ended(ns, run, 6)["code"] == "Cancelled"
    server.close()


def serve_stalling_tls():
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    confirm = bytes.fromhex("030000130ed000001234000200080001000000")
    held = []

    def work():
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            peer.recv(4096)
            peer.sendall(confirm)
            held.append(peer)

    threading.Thread(target=work, daemon=True).start()
    return server


def test_a_tls_handshake_that_stalls_ends_with_its_phase(ns):
    server = serve_stalling_tls()
    ns.ok("machine", "add", "stall", "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))
    before = time.monotonic()
    assert ns.run("stall")["code"] == "TlsTimeout"
    assert 9 < time.monotonic() - before < 12.5
    server.close()


def test_cancel_while_waiting_for_the_agent(ns):
    ns.ok("settings", "set", "lab1", "agent.command=sleep 1000")
    run = start_and_wait_for(ns, "agent", flow="hello")
    ns.ok("run", "cancel", str(run))
    got = ended(ns, run, 25)
    assert got["code"] == "Cancelled"
    # No agent could sign out, and the record does not claim that one did.
    assert got["session"] is None
    send("lab1", "KILL", "robot1")
    no_session_left("lab1", "robot1")


def test_cancel_in_the_flow_signs_out(ns):
    run = start_and_wait_for(ns, "flow")
    ns.ok("run", "cancel", str(run))
    got = ended(ns, run, 15)
    assert (got["state"], got["code"], got["session"]["end"]) == ("Cancelled", "Cancelled", "signed-out")
    no_session_left("lab1", "robot1")


def test_a_shell_that_cannot_start_is_told_within_seconds(ns):
    ns.ok("settings", "set", "lab1", "agent.command=/no/such/agent", "signin.timeout=8")
    before = time.monotonic()
    # xrdp starts its default desktop instead: a session without an agent.
    assert ns.run("lab1")["code"] in ("SessionCreationError", "UIFlowAgentNotAvailable")
    assert time.monotonic() - before < 15


def test_the_screenshot_is_a_png_of_the_sessions_size(ns):
    ns.ok("settings", "set", "lab1", "screen.width=800", "screen.height=600", "screenshot.policy=always")
    run = ns.run("lab1", flow="desktop")
    assert run["screenshot"] is True and "screenshot" in names(run)
    path = ns.folder / "desktop.png"
    ns.ok("run", "screenshot", str(run["id"]), str(path))
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (800, 600)
    # What the flow drew is what the picture shows: its colour at a corner.
    size = struct.unpack(">I", data[33:37])[0]
    assert data[37:41] == b"IDAT"
    assert zlib.decompress(data[41 : 41 + size])[1:4] == bytes.fromhex("2b5b84")


@pytest.mark.parametrize("depth", ["15", "16", "24", "32"])
def test_every_depth_draws(ns, depth):
    ns.ok("settings", "set", "lab2", f"screen.depth={depth}")
    assert ns.run("lab2", connection="robot1@lab2")["code"] == "Succeeded"


def test_another_user_on_the_same_machine_at_the_same_time(ns):
    ns.ok("settings", "set", "lab1", "session.max=2")
    first = start_and_wait_for(ns, "flow")
    assert ns.run("lab1", connection="robot2")["code"] == "Succeeded"
    ns.ok("run", "cancel", str(first))
    assert ended(ns, first, 15)["state"] == "Cancelled"


def test_the_password_is_nowhere_to_be_read(ns):
    secret = password("lab1", "robot1")
    run = start_and_wait_for(ns, "flow")
    needle = secret.encode()
    for pid in [p for p in os.listdir("/proc") if p.isdigit()]:
        for part in ("cmdline", "environ"):
            try:
                assert needle not in open(f"/proc/{pid}/{part}", "rb").read(), f"{part} of {pid}"
            except OSError:
                pass
    ns.ok("run", "cancel", str(run))
    assert secret not in json.dumps(ended(ns, run, 15))
    for path in ns.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert needle not in data and secret.encode("utf-16-le") not in data, path
