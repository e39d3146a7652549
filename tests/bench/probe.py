"""`[MACHINES]`: how fast the probe looks at machines, beside nmap's two scripts on the lab's own servers, beside a bare loop of TCP and TLS on 2,000
addresses that a light responder answers, and beside its own time limit where 200 of them are black holes."""
import contextlib
import json
import subprocess
import sys
import tempfile
import time

from figures import Figure, in_turns, show
from machines import TOP, lab, machines

TOOL = str(TOP / "build/linux/probe-bench")
TOTAL_MS = 15000


def ask(mode, addresses, port, *more):
    done = subprocess.run([TOOL, mode, str(port), *more], input="\n".join(addresses) + "\n", capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def all_reached(mode, addresses, port):
    got = ask(mode, addresses, port)
    assert got["reached"] == len(addresses), got
    return got["ms"]


def nmap(addresses):
    began = time.monotonic()
    subprocess.run(["nmap", "-Pn", "-n", "-p", "3389", "--min-parallelism", "64", "--script", "rdp-enum-encryption,rdp-ntlm-info", *addresses],
                   check=True, capture_output=True)
    return (time.monotonic() - began) * 1000


@contextlib.contextmanager
def responder():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=bench",
                        "-keyout", f"{folder}/k.pem", "-out", f"{folder}/c.pem"], check=True, capture_output=True)
        server = subprocess.Popen([TOOL, "serve", "0", f"{folder}/c.pem", f"{folder}/k.pem"], stdout=subprocess.PIPE, text=True)
        try:
            yield int(server.stdout.readline().split()[-1])
        finally:
            server.kill()
            server.wait()


@contextlib.contextmanager
def black_holes(network):
    rule = ["INPUT", "-d", network, "-j", "DROP"]
    subprocess.run(["iptables", "-I", *rule], check=True)
    try:
        yield
    finally:
        subprocess.run(["iptables", "-D", *rule], check=False)


def measure(times=3):
    addresses = [each["address"] for each in machines()]
    theirs, ours = in_turns(times, lambda: nmap(addresses), lambda: all_reached("probe", addresses, 3389))
    out = [Figure(f"probe of {len(addresses)} machines of the lab", ours, "nmap with its two scripts", theirs)]
    with responder() as port:
        many = [f"127.7.{i // 250}.{i % 250 + 1}" for i in range(2000)]
        floor, ours = in_turns(times, lambda: all_reached("floor", many, port), lambda: all_reached("probe", many, port))
        out.append(Figure("probe of 2,000 addresses", ours, "bare TCP and TLS", floor))
        with black_holes("127.9.0.0/16"):
            got = ask("probe", [f"127.9.{i // 250}.{i % 250 + 1}" if i % 10 == 0 else each for i, each in enumerate(many)], port, str(TOTAL_MS))
        assert got["reached"] == 1800, got
        out.append(Figure("probe of 2,000 addresses, 200 of them black holes", got["ms"], "the limit for all of them", TOTAL_MS, limit=1 + 1000 / TOTAL_MS))
    return show(out)


if __name__ == "__main__":
    lab("up", sys.argv[1] if len(sys.argv) > 1 else "64")
    try:
        measure()
    finally:
        lab("down")
