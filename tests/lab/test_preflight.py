"""Preflight against real servers, and against ports that are none: the right verdict, never a false pass; compared with nmap and openssl."""
import json
import re
import socket
import ssl
import subprocess
import threading
import time

import pytest

from machines import address, inside, lab, no_session_left, processes, send, wait_until
from test_faults import bench  # noqa: F401 (a fixture)
from test_runs import serve_stalling_tls
from test_sessions import serve_silence


def checks(ns, *words, code=None):
    """{machine: {check: verdict}} and the whole document."""
    done = ns("preflight", *words, "--json")
    assert done.code == code if code is not None else done.code in (0, 1), (done.out, done.err)
    document = done.json
    for machine in document["machines"]:
        for check in machine["checks"]:
            assert check["verdict"] in ("pass", "warn", "fail", "unknown") and check["message"], check
            assert bool(check["code"]) == (check["verdict"] == "fail"), check
    return {m["machine"]: {c["id"]: c for c in m["checks"]} | {"": m} for m in document["machines"]}


def serve(answer):
    """A port whose every connection is handed to `answer`, in a thread of its own."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)

    def work():
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=guarded, args=(peer,), daemon=True).start()

    def guarded(peer):
        try:
            answer(peer)
        except OSError:
            pass

    threading.Thread(target=work, daemon=True).start()
    return server


def echo(peer):
    while data := peer.recv(4096):
        peer.sendall(data)


def confirm(protocol, flags=0):
    return bytes([3, 0, 0, 0x13, 0x0E, 0xD0, 0, 0, 0x12, 0x34, 0, 2, flags, 8, 0, protocol, 0, 0, 0])


def add_port(ns, name, server):
    ns.ok("machine", "add", name, "--host", "127.0.0.1", "--port", str(server.getsockname()[1]))


def test_a_look_at_a_machine_is_no_scan(ns):
    """One conversation after the other, each closed and none reset: parallel ones that are reset stand in Windows' event log like a scan."""
    lock, at_once, most, ends = threading.Lock(), [0], [0], []

    def answer(peer):
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        assert len(peer.recv(64)) == 19
        time.sleep(0.1)
        peer.sendall(confirm(5, 0)[:11] + b"\x03" + confirm(5, 0)[12:])  # HYBRID_REQUIRED_BY_SERVER
        with lock:
            at_once[0] -= 1
        try:
            ends.append("closed" if peer.recv(64) == b"" else "more")
        except ConnectionResetError:
            ends.append("reset")

    add_port(ns, "one", serve(answer))
    checks(ns, "one")
    wait_until("the conversations are over", 5, lambda: len(ends) >= 4)
    assert most == [1] and set(ends) == {"closed"}, (most, ends)


def test_real_servers_and_ports_that_are_none_each_get_their_verdict(ns):
    closed = socket.create_server(("127.0.0.1", 0))
    held = [serve(echo), serve_silence(0), serve_silence(8), serve(lambda peer: peer.close()), serve_stalling_tls(), closed]
    add_port(ns, "echo", held[0])
    add_port(ns, "hole", held[1][0])
    add_port(ns, "mute", held[2][0])
    add_port(ns, "rude", held[3])
    add_port(ns, "stalls", held[4])
    add_port(ns, "closed", closed)
    closed.close()
    ns.ok("machine", "add", "nobody", "--host", "no-such-name.invalid")
    before = time.monotonic()
    got = checks(ns, "lab1", "labnla", "echo", "hole", "mute", "rude", "stalls", "closed", "nobody", code=1)
    assert time.monotonic() - before < 13  # the slowest alone: eight seconds of silence in TLS
    expected = {
        "lab1": {"dns": "pass", "tcp": "pass", "rdp.protocol": "pass", "rdp.nla": "warn", "tls.version": "pass", "clock.skew": "unknown"},
        "labnla": {"dns": "pass", "tcp": "pass", "rdp.protocol": "pass", "rdp.nla": "pass", "rdp.plain": "pass", "clock.skew": "pass", "machine.name": "pass"},
        "echo": {"tcp": "pass", "rdp.protocol": ("fail", "NotRdp"), "rdp.nla": "unknown", "tls.certificate": "unknown"},
        "hole": {"tcp": ("fail", "ConnectionTimeout"), "rdp.protocol": "unknown"},
        "mute": {"tcp": "pass", "rdp.protocol": ("fail", "MachineNotAnswering"), "rdp.nla": "unknown"},
        "rude": {"tcp": "pass", "rdp.protocol": ("fail", "SecurityNegotiationFailed"), "rdp.nla": "unknown"},
        "stalls": {"tcp": "pass", "tls.version": ("fail", "TlsTimeout"), "tls.certificate": "unknown"},
        "closed": {"tcp": ("fail", "ConnectionNotEstablished"), "rdp.protocol": "unknown"},
        "nobody": {"dns": ("fail", "DnsError"), "tcp": "unknown"},
    }
    for machine, wanted in expected.items():
        for check, verdict in wanted.items():
            found = got[machine][check]
            assert (found["verdict"], found["code"]) == (verdict if isinstance(verdict, tuple) else (verdict, "")), (machine, found)
    for machine in got:  # nobody tried a password anywhere, and nobody listed a session
        assert {got[machine][c]["verdict"] for c in ("credentials", "rights.signin", "sessions.conflict")} == {"unknown"}
        assert got[machine][""]["verdict"] != "pass"
    assert "DnsError" in got["nobody"][""]["forecast"] and "NotRdp" in got["echo"][""]["forecast"]
    evidence = {each["name"]: each for each in got["labnla"]["rdp.nla"]["evidence"]}
    assert evidence["rdp.answer.tls"]["value"] == "refused 5" and "0x01" in evidence["rdp.answer.tls"]["source"]


def test_a_machine_that_answers_slowly_gets_the_time_that_its_setting_gives_it(ns):
    def late(peer):
        peer.recv(4096)
        time.sleep(2)
        peer.sendall(confirm(0))
        peer.recv(4096)

    slow = serve(late)
    add_port(ns, "slow", slow)
    add_port(ns, "slower", slow)
    ns.ok("settings", "set", "slower", "probe.timeout=1")
    got = checks(ns, "slow", "slower", code=1)
    assert got["slow"]["rdp.protocol"]["code"] != "MachineNotAnswering"
    assert got["slower"]["rdp.protocol"]["code"] == "MachineNotAnswering"


def nmap(target):
    out = subprocess.run(["nmap", "-Pn", "-n", "-p", "3389", "--script", "rdp-enum-encryption,rdp-ntlm-info", target], capture_output=True, text=True, check=True,
                         timeout=120).stdout
    return out


def test_verdicts_agree_with_nmap_and_openssl(ns):
    got = checks(ns, "lab1", "labnla")
    tls, nla = nmap(address("lab1")), nmap(address("labnla"))
    # A machine that requires NLA: nmap and we say the same, and its challenge names the same computer.
    assert re.search(r"CredSSP \(NLA\): SUCCESS", nla) and got["labnla"]["rdp.nla"]["verdict"] == "pass"
    assert "required" in got["labnla"]["rdp.nla"]["message"]
    computer = re.search(r"NetBIOS_Computer_Name: (\S+)", nla)
    assert computer and computer.group(1).lower() in got["labnla"]["machine.name"]["message"].lower()
    # xrdp has no CredSSP. nmap asks for CredSSP alone, which xrdp answers with plain RDP, and nmap takes that for success: it is wrong there.
    assert re.search(r"SSL: SUCCESS", tls) and got["lab1"]["rdp.protocol"]["message"] == "The machine chose TLS."
    assert got["lab1"]["rdp.nla"]["verdict"] == "warn"
    for machine in ("lab1", "labnla"):
        pem = fetch_certificate(address(machine), 1 if machine == "lab1" else 2)
        digest = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256"], input=pem, capture_output=True, text=True, check=True).stdout
        seen = next(e["value"] for e in got[machine]["tls.certificate"]["evidence"] if e["name"] == "tls.certificate")
        assert seen["sha256"] == digest.split("=")[1].strip().replace(":", "").lower()


def fetch_certificate(target, protocol):
    """By a TLS stack that is not ours, after the X.224 exchange."""
    with socket.create_connection((target, 3389), timeout=5) as raw:
        raw.sendall(bytes([3, 0, 0, 0x13, 0x0E, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0]))
        assert raw.recv(64)[15] == protocol
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with context.wrap_socket(raw) as secured:
            return ssl.DER_cert_to_PEM_cert(secured.getpeercert(True))


def make_expired_certificate(folder):
    (folder / "ca.conf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndir={folder}\ndatabase=$dir/index\nnew_certs_dir=$dir\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n"
                                    "[p]\ncommonName=supplied\n")
    (folder / "index").touch()
    subprocess.run(["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=old", "-keyout", folder / "k.pem", "-out", folder / "r.pem"], check=True,
                   capture_output=True)
    subprocess.run(["openssl", "ca", "-batch", "-selfsign", "-config", folder / "ca.conf", "-keyfile", folder / "k.pem", "-in", folder / "r.pem", "-startdate",
                    "20200101000000Z", "-enddate", "20200201000000Z", "-out", folder / "c.pem", "-notext"], check=True, capture_output=True)


def test_a_changed_and_an_expired_certificate_are_told(ns, tmp_path):
    assert ns.run("lab2", connection="robot1@lab2")["code"] == "Succeeded"  # pins
    assert checks(ns, "lab2")["lab2"]["tls.pin"]["verdict"] == "pass"
    lab("recertify", "lab2")
    got = checks(ns, "lab2", code=1)["lab2"]
    assert (got["tls.pin"]["verdict"], got["tls.pin"]["code"]) == ("fail", "CertificateChanged")
    assert "machine trust lab2" in got["tls.pin"]["fix"]
    make_expired_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")

    def answer(peer):
        peer.recv(64)
        peer.sendall(confirm(1))
        with context.wrap_socket(peer, server_side=True) as secured:
            secured.recv(1)

    server = serve(answer)
    add_port(ns, "old", server)
    got = checks(ns, "old")["old"]
    assert got["tls.certificate"]["verdict"] == "warn" and "expired" in got["tls.certificate"]["message"]
    ns.ok("settings", "set", "old", "certificate.policy=ca")
    got = checks(ns, "old", code=1)["old"]
    assert (got["tls.certificate"]["verdict"], got["tls.certificate"]["code"]) == ("fail", "CertificateUntrusted")
    server.close()


def test_a_right_password_is_proven_only_where_the_machine_can(ns):
    got = checks(ns, "labnla", "--connection", "robot1@labnla", "--sign-in")["labnla"]
    assert got["credentials"]["verdict"] == "pass" and "CredSSP" in got["credentials"]["message"]
    assert processes("labnla", "robot1") == []  # no session came of it
    # xrdp has no NLA: whether the password is right is not known, right or wrong.
    for connection in ("robot1", "wrong"):
        got = checks(ns, "lab1", "--connection", connection, "--sign-in")["lab1"]
        assert got["credentials"]["verdict"] == "unknown" and "Network Level Authentication" in got["credentials"]["message"]
        assert processes("lab1", "robot1") == []


def test_a_session_check_proves_signs_out_and_reports_the_screen(ns):
    ns.ok("settings", "set", "lab1", "screen.width=1280", "screen.height=720")
    ns.ok("flow", "add", "nobody has it", "--kind", "script", "--program", "/x.py", "--scope", "/usr/bin/no-such-interpreter")
    ns.ok("flow", "add", "python", "--kind", "script", "--program", "/x.py")
    got = checks(ns, "lab1", "--connection", "robot1", "--session")["lab1"]
    assert got["credentials"]["verdict"] == "pass" and got["rights.signin"]["verdict"] == "pass"
    assert got["screen.got"]["verdict"] == "pass" and "1280x720" in got["screen.got"]["message"]
    assert got["agent"]["verdict"] in ("pass", "warn") and "agent" in got["agent"]["message"]  # its version, from inside
    # Of the flows, whether they would find what they are started with, for this user and without starting them.
    assert got["flows"]["verdict"] == "warn" and "2 of " in got["flows"]["message"] and "missing, nobody has it" in got["flows"]["message"]
    no_session_left("lab1", "robot1")
    run = ns.ok("run", "list", "--json").json["runs"][0]
    assert (run["purpose"], run["code"]) == ("session", "SessionChecked")


def test_a_check_does_not_wait_for_a_machine_that_is_busy(bench):  # noqa: F811
    peer = bench.add("m", "agent", "flow-ms=60000")
    number = bench.ok("run", "start", "m", "--flow", "flow", "--connection", "m", "--worker", "auto", "--json").json["id"]
    wait_until("the flow", 10, lambda: peer.count("order"))
    before = time.monotonic()
    got = checks(bench, "m", "--connection", "m", "--session")["m"]
    assert time.monotonic() - before < 8
    assert got["credentials"]["verdict"] == "unknown" and "busy" in got["credentials"]["message"]
    assert got["queue.busy"]["verdict"] == "warn" and "wait for its turn" in got[""]["forecast"]
    bench.ok("run", "cancel", str(number))


def test_what_the_agent_read_in_the_session_is_judged(bench):  # noqa: F811
    bench.add("m", "agent")
    got = checks(bench, "m", "--connection", "m", "--session")["m"]
    assert got["agent.elevation"]["verdict"] == "warn"
    assert "agent in the session" in got["agent.elevation"]["evidence"][0]["source"]


def test_a_wrong_password_is_tried_once_for_fifty_machines(bench):  # noqa: F811
    peer = bench.add("m0", "nla")
    bench.ok("group", "add", "Fifty")
    for i in range(1, 50):
        bench.ok("machine", "add", f"m{i}", "--host", "127.0.0.1", "--port", str(peer.port))
    bench.ok("connection", "add", "bad", "--user", "EXAMPLE\\robot", "--password-stdin", stdin="not it\n")
    bench.ok("machine", "move", *(f"m{i}" for i in range(50)), "--group", "Fifty")
    bench.ok("settings", "set", "group:Fifty", "signin.interval=60", "signin.timeout=5")
    got = checks(bench, "group:Fifty", "--connection", "bad", "--sign-in", code=1)
    assert peer.count("credential") == 1
    assert len(got) == 50 and {m["credentials"]["code"] for m in got.values()} == {"AuthenticationFailed"}  # as this peer names it


def test_a_right_password_without_the_right_to_sign_in_is_told_apart(bench):  # noqa: F811
    bench.add("denied", "nla", "early=2")
    bench.add("allowed", "nla", "early=1")
    got = checks(bench, "denied", "--connection", "denied", "--sign-in", code=1)["denied"]
    assert (got["rights.signin"]["verdict"], got["rights.signin"]["code"]) == ("fail", "RdpPermissionNotGranted")
    got = checks(bench, "allowed", "--connection", "allowed", "--sign-in")["allowed"]
    assert got["rights.signin"]["verdict"] == "pass" and got["credentials"]["verdict"] == "pass"
    assert [bench.peers[p].count("credential") for p in ("denied", "allowed")] == [1, 1]


@pytest.mark.parametrize("stall", ["x224", "tls", "nla-token", "nla-result"])
def test_a_machine_that_falls_silent_is_never_called_good(bench, stall):  # noqa: F811
    bench.add("m", "nla", f"stall={stall}")
    before = time.monotonic()
    got = checks(bench, "m", "--connection", "m", "--sign-in")["m"]
    assert got["credentials"]["verdict"] != "pass" and got[""]["verdict"] != "pass"
    assert time.monotonic() - before < 30


def test_two_machines_of_one_image_and_a_group_that_drifts_are_told(ns):
    got = checks(ns, "lab1", "labnla")
    assert got["lab1"]["tls.clone"]["verdict"] == "pass"
    ns.ok("machine", "add", "again", "--host", address("lab1"))
    ns.ok("group", "add", "G")
    ns.ok("machine", "move", "lab1", "again", "labnla", "--group", "G")
    got = checks(ns, "group:G")
    assert got["lab1"]["tls.clone"]["verdict"] == got["again"]["tls.clone"]["verdict"] == "warn"
    assert got["labnla"]["drift.nla"]["verdict"] == "warn" and "of the same group" in got["labnla"]["drift.nla"]["message"]


def test_results_are_kept_and_compared_with_the_last_good_one(ns):
    first = ns.ok("preflight", "lab3", "--json").json["machines"][0]
    assert "comparedWith" not in first
    send("lab3", "KILL", program="xrdp")
    try:
        second = ns("preflight", "lab3", "--json").json["machines"][0]
    finally:
        lab("stop", "lab3")
        lab("start", "lab3")
    assert {"id": "tcp", "was": "pass", "is": "fail"} in second["changes"] and second["comparedWith"]
    third = ns.ok("preflight", "lab3", "--json").json["machines"][0]
    assert [c for c in third["changes"] if c["id"] in ("tcp", "rdp.protocol")] == []


def test_csv_html_and_saved_facts(ns, tmp_path):
    page = tmp_path / "r.html"
    done = ns("preflight", "lab1", "--csv", "--html", str(page))
    lines = done.out.splitlines()
    assert lines[0].startswith("at,machine,") and any('"lab1"' in line and '"dns"' in line for line in lines)
    text = page.read_text()
    assert "lab1" in text and "<script" not in text and "http" not in text.split("</style>")[0]
    facts = ns.ok("facts", "collect", "lab1", "--json").json
    assert {"name", "source", "at"} <= set(facts["facts"][0])
    saved = tmp_path / "facts.json"
    facts["facts"] += [{"name": "setting.fDenyTSConnections", "value": 1, "source": "test", "at": facts["facts"][0]["at"]}]
    saved.write_text(json.dumps(facts))
    got = checks(ns, "lab1", "--facts", str(saved), code=1)["lab1"]
    assert (got["rdp.enabled"]["verdict"], got["rdp.enabled"]["code"]) == ("fail", "RDPIsNotEnabled")
    assert got["tcp"]["verdict"] == "pass"  # as it was when the facts were collected
    saved.write_text("{}")
    done = ns("preflight", "lab1", "--facts", str(saved))
    assert (done.code, "InvalidFacts" in done.err) == (2, True)


def test_the_windows_program_probes_and_judges_both_views_of_its_own_registry(wine):
    key = "HKLM\\SOFTWARE\\Microsoft\\Power Automate Desktop\\Global\\Screen"

    def reg(*words):
        subprocess.run(["wine", "reg", *words], check=True, capture_output=True, env=wine.env)

    try:
        for name, value in (("ScreenResolutionEnabled", 1), ("Width", 6432), ("Height", 4224), ("Scale", 100)):
            reg("add", key, "/v", name, "/t", "REG_DWORD", "/d", str(value), "/f", "/reg:64")
        reg("add", key, "/v", "Width", "/t", "REG_DWORD", "/d", "1920", "/f", "/reg:32")
        reg("add", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server", "/v", "fDenyTSConnections", "/t", "REG_DWORD", "/d", "0", "/f", "/reg:64")
        reg("add", "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services", "/v", "fDenyTSConnections", "/t", "REG_DWORD", "/d", "1", "/f", "/reg:64")
        facts = wine.ok("facts", "collect", "--json").out
        by_name = {each["name"]: each for each in json.loads(facts)["facts"]}
        assert by_name["pad.screen.64.Width"]["value"] == 6432 and by_name["pad.screen.32.Width"]["value"] == 1920
        assert "(64-bit view)" in by_name["pad.screen.64.Width"]["source"] and "(32-bit view)" in by_name["pad.screen.32.Width"]["source"]
        path = wine.folder / "facts.json"
        path.write_text(facts)
        done = wine("preflight", "lab1", "--json", "--facts", "Z:" + str(path).replace("/", "\\"))
        got = {c["id"]: c for c in done.json["machines"][0]["checks"]}
        assert got["screen.configured"]["verdict"] == "warn" and "1920 typed as hexadecimal" in got["screen.configured"]["message"]
        assert got["rdp.enabled"]["verdict"] == "fail" and "the policy" in got["rdp.enabled"]["message"]
        wine.ok("machine", "add", "here", "--host", "localhost")
        done = wine("check", "fix", "here", "rdp.enabled", "--yes")  # would change nothing while the policy says otherwise
        assert (done.code, "PolicyDecides" in done.err) == (5, True)
    finally:
        subprocess.run(["wine", "reg", "delete", key, "/f", "/reg:64"], capture_output=True, env=wine.env)
        subprocess.run(["wine", "reg", "delete", key, "/f", "/reg:32"], capture_output=True, env=wine.env)
        subprocess.run(["wine", "reg", "delete", "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services", "/f"], capture_output=True, env=wine.env)
    # Changed by decimal numbers, with what was there kept and put back.
    assert wine("screen", "here", "--width", "1920", "--height", "1080").code == 5  # not without a yes
    assert wine.ok("screen", "here", "--json").json["screen"]["32"]["Width"] is None
    got = wine.ok("screen", "here", "--width", "1280", "--height", "720", "--yes", "--json").json["screen"]
    assert (got["32"]["Width"], got["32"]["ScreenResolutionEnabled"], got["64"]["Width"]) == (1280, 1, None)
    assert wine.ok("screen", "here", "--undo", "--json").json["screen"]["32"]["Width"] is None
    # So is the value that a failing check names.
    assert wine("check", "fix", "here", "rdp.nla").out.startswith("rdp.nla: not set")
    assert wine.ok("check", "fix", "here", "rdp.nla", "--yes").out.startswith("rdp.nla: 1 (0x1)")
    assert wine.ok("check", "fix", "here", "rdp.nla", "--undo").out.startswith("rdp.nla: not set")
    assert wine("check", "fix", "here", "rdp.nla", "--undo").code == 3
    assert wine("check", "fix", "here", "dns").code == 3  # no registry value
    got = checks(wine, "lab1", "labnla")  # and probes, with a stack of sockets that is Windows'
    assert got["labnla"]["rdp.nla"]["verdict"] == "pass" and got["lab1"]["rdp.nla"]["verdict"] == "warn"
    assert got["lab1"]["sessions.conflict"]["verdict"] == "unknown"
