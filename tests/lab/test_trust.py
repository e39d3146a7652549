"""No password to a stranger: what a machine must show before a run signs in, with somebody in between who shows less. The servers are the scripted
peer and openssl's; what reached them is counted by themselves."""
import hashlib
import socket
import ssl
import subprocess
import threading
import time

import pytest

from machines import wait_until
from peer import Peer
from program import Nightshift
from test_faults import run


class Door:
    """A port that leads to whichever server is behind it at the time of a connection."""

    def __init__(self, to):
        self.to, self.open = to, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                inside = self.listener.accept()[0]
            except OSError:
                return
            try:
                outside = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                inside.close()
                continue
            self.open += [inside, outside]
            for one, other in ((inside, outside), (outside, inside)):
                threading.Thread(target=self.pass_on, args=(one, other), daemon=True).start()

    @staticmethod
    def pass_on(one, other):
        try:
            while data := one.recv(65536):
                other.sendall(data)
        except OSError:
            pass
        for each in (one, other):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Breaks what is open now."""
        for each in self.open:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open = []

    def close(self):
        self.listener.close()


@pytest.fixture
def strict(tmp_path):
    """A store whose machines have the settings that a new one has; `peer` starts a server, `add` makes a machine of a port."""
    ns = Nightshift(tmp_path)
    opened = []
    ns.ok("flow", "add", "flow", "--program", "anything")

    def peer(*words, folder="certificate"):
        (tmp_path / folder).mkdir(exist_ok=True)
        opened.append(Peer(tmp_path / folder, "password=open sesame", *words))
        return opened[-1]

    def add(name, port, *settings):
        ns.ok("machine", "add", name, "--host", "127.0.0.1", "--port", str(port))
        ns.ok("connection", "add", name, "--user", f"robot-{name}", "--password-stdin", stdin="open sesame\n")
        ns.ok("settings", "set", name, "signin.timeout=5", "screen.width=640", "screen.height=480", "signin.interval=0", *settings)

    ns.peer, ns.add = peer, add
    yield ns
    ns.end_workers()
    for each in opened:
        each.stop()


def known(ns, name):
    return ns.ok("machine", "show", name, "--json").json["certificate"]


def forecast(ns, name):
    """Preflight's failures, by check."""
    row = ns("preflight", name, "--json").json["machines"][0]
    return {check["id"]: check["code"] for check in row["checks"] if check["verdict"] == "fail"}, row["forecast"]


def fingerprint(folder):
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert((folder / "cert.pem").read_text())).hexdigest()


def test_a_machine_that_offers_tls_alone_gets_no_password(strict):
    """Finding 2.1: it was given to whoever said "TLS only"."""
    peer = strict.peer("agent", "flow-ms=10")
    strict.add("m", peer.port)
    fails, says = forecast(strict, "m")
    got = run(strict, "m")
    assert got["code"] == "NlaNotOffered" == fails["rdp.nla"] and "NlaNotOffered" in says
    assert peer.count("credential") == 0 and known(strict, "m") is None


def test_without_nla_the_certificate_must_be_known_before_the_password_goes_out(strict):
    peer = strict.peer("agent", "flow-ms=10")
    strict.add("m", peer.port, "signin.security=tls")
    fails, _ = forecast(strict, "m")
    got = run(strict, "m")
    assert (got["code"], peer.count("credential")) == ("CertificateUnknown", 0)
    assert fails["tls.pin"] == "CertificateUnknown"
    strict.ok("machine", "trust", "m")
    assert known(strict, "m") == fingerprint(strict.folder / "certificate")
    assert forecast(strict, "m")[0].get("tls.pin") is None
    assert run(strict, "m")["code"] == "Succeeded"


def test_a_certificate_seen_first_is_kept_only_after_the_machine_has_proven_itself(strict):
    refusing = strict.peer("logon-error", "logon-type=0xFFFFFFFB", "logon-data=2")
    strict.add("refused", refusing.port, "signin.security=tls", "certificate.policy=first-use")
    got = run(strict, "refused")
    assert got["state"] == "Failed" and refusing.count("credential") == 1 and known(strict, "refused") is None, got
    nla = strict.peer("nla", "agent", "flow-ms=10")
    strict.add("proven", nla.port)
    assert run(strict, "proven")["code"] == "Succeeded"
    assert known(strict, "proven") == fingerprint(strict.folder / "certificate")


@pytest.mark.parametrize("security", ["nla", "tls"])
def test_a_machine_that_had_nla_and_has_it_no_more_gets_no_password(strict, security):
    real = strict.peer("nla", "agent", "flow-ms=10")
    door = Door(real.port)
    strict.add("m", door.port, f"signin.security={security}", "certificate.policy=first-use")
    assert run(strict, "m")["code"] == "Succeeded"
    between = strict.peer("agent", "flow-ms=10")  # with the machine's own certificate even
    door.to = between.port
    fails, _ = forecast(strict, "m")
    got = run(strict, "m")
    assert (got["code"], between.count("credential")) == ("NlaNoLongerOffered", 0)
    assert fails["rdp.nla"] == "NlaNoLongerOffered"
    # It is so on purpose: an admin says that once.
    strict.ok("machine", "trust", "m")
    strict.ok("settings", "set", "m", "signin.security=tls")
    assert run(strict, "m")["code"] == "Succeeded"
    door.close()


def test_what_a_preflight_saw_counts_as_before(strict):
    real = strict.peer("nla", "agent", "flow-ms=10")
    door = Door(real.port)
    strict.add("m", door.port, "signin.security=tls", "certificate.policy=first-use")
    assert "rdp.nla" not in forecast(strict, "m")[0]
    between = strict.peer("agent", "flow-ms=10")
    door.to = between.port
    got = run(strict, "m")
    assert (got["code"], between.count("credential")) == ("NlaNoLongerOffered", 0)
    door.close()


def test_nobody_in_between_gets_the_password_by_another_certificate(strict):
    real = strict.peer("nla", "agent", "flow-ms=10")
    door = Door(real.port)
    strict.add("m", door.port)
    assert run(strict, "m")["code"] == "Succeeded"
    between = strict.peer("nla", "agent", "flow-ms=10", folder="another")
    door.to = between.port
    got = run(strict, "m")
    assert (got["code"], between.count("credential")) == ("CertificateChanged", 0)
    door.close()


def test_a_session_that_comes_back_meets_the_same_certificate_or_nobody(strict):
    """The door leads to somebody else while the connection is broken."""
    real = strict.peer("agent", "cookie", "drop=flow", "flow-ms=3000")
    door = Door(real.port)
    between = strict.peer("agent", "cookie", "flow-ms=10", folder="another")
    strict.add("m", door.port, "signin.security=tls", "certificate.policy=first-use")
    started = strict.start("run", "start", "m", "--flow", "flow", "--connection", "m", "--wait", "--json")
    wait_until("the flow", 20, lambda: real.count("order"))
    door.to = between.port
    started.wait(60)
    assert between.count("connection") >= 1 and between.count("credential") == 0 and between.count("cookie") == 0, between.events
    door.close()


def test_a_connection_that_breaks_after_minutes_is_made_again(strict):
    """The leave to send the password, given for 45 seconds at the start, counted for each later connection: coming back failed as RunLost."""
    real = strict.peer("agent", "cookie", "flow-ms=75000")
    door = Door(real.port)
    strict.add("m", door.port, "signin.security=tls", "certificate.policy=first-use")
    number = strict.ok("run", "start", "m", "--flow", "flow", "--connection", "m", "--worker", "auto", "--json").json["id"]
    wait_until("the flow", 20, lambda: real.count("order"))
    time.sleep(50)
    door.cut()
    wait_until("the session is there again", 20, lambda: "SessionReconnected" in [f["code"] for f in strict.show(number)["findings"]])
    assert real.count("credential") == 1 and real.count("cookie") == 1
    strict.ok("run", "cancel", str(number))
    door.close()


def test_trust_shows_both_fingerprints_and_keeps_exactly_the_one_that_is_shown(strict):
    """Case 13a: it showed nothing, and took whatever came next."""
    one = strict.peer("nla", folder="one")
    two = strict.peer("nla", folder="two")
    three = strict.peer("nla", folder="three")
    old, new = fingerprint(strict.folder / "one"), fingerprint(strict.folder / "two")
    door = Door(one.port)
    strict.add("m", door.port)
    strict.ok("machine", "trust", "m", "--sha256", ":".join(old[i:i + 2] for i in range(0, 64, 2)).upper())
    assert known(strict, "m") == old
    door.to = two.port
    said = strict.ok("machine", "trust", "m").out
    assert old in said and new in said and known(strict, "m") == new
    door.to = three.port
    assert run(strict, "m")["code"] == "CertificateChanged" and known(strict, "m") == new
    assert three.count("credential") == 0
    strict.ok("activity", "undo")
    assert known(strict, "m") == old
    door.close()


def test_a_group_is_trusted_at_once_and_taken_back_at_once(strict):
    peers = [strict.peer("nla", folder=f"c{i}") for i in range(3)]
    strict.ok("group", "add", "G")
    for i, peer in enumerate(peers):
        strict.ok("machine", "add", f"m{i}", "--host", "127.0.0.1", "--port", str(peer.port), "--group", "G")
    strict.ok("machine", "add", "dark", "--host", "127.0.0.1", "--port", "1", "--group", "G")
    done = strict("machine", "trust", "group:G", "--json")
    rows = {row["machine"]: row for row in done.json["machines"]}
    assert done.code == 1 and rows["dark"]["result"] == "not-shown" and rows["dark"]["message"] == "127.0.0.1 refuses port 1: nothing listens there."  # the others are kept all the same
    for i in range(3):
        assert known(strict, f"m{i}") == fingerprint(strict.folder / f"c{i}") == rows[f"m{i}"]["certificate"]
    strict.ok("activity", "undo")
    assert [known(strict, f"m{i}") for i in range(3)] == [None] * 3


@pytest.mark.parametrize("given", ["", "12", "z" * 64, "a" * 65])
def test_what_is_no_fingerprint_is_refused(strict, given):
    strict.ok("machine", "add", "m", "--host", "127.0.0.1", "--port", "1")
    done = strict("machine", "trust", "m", "--sha256", given)
    assert done.code == 2 and known(strict, "m") is None
