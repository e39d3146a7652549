"""Fifty machines, one wrong password, checks and runs in three processes together, under every spelling of the account: the machines are given it once."""
import sys
import threading
import time

from trial import keep, trial

SPELLINGS = {"plain": ["--user", "robot", "--domain", "EXAMPLE"], "joined": ["--user", "EXAMPLE\\robot"], "lower": ["--user", "example\\ROBOT"],
             "principal": ["--user", "robot@example.org", "--account", "EXAMPLE\\robot"]}
MACHINES = int(sys.argv[1]) if len(sys.argv) > 1 else 50

with trial() as ns:
    peer = ns.machine("m0", "nla")
    ns.ok("group", "add", "Fifty")
    for i in range(1, MACHINES):
        ns.ok("machine", "add", f"m{i}", "--host", "127.0.0.1", "--port", peer.port)
    ns.ok("machine", "move", *(f"m{i}" for i in range(MACHINES)), "--group", "Fifty")
    ns.ok("settings", "set", "group:Fifty", "signin.interval=600", "signin.timeout=5", "session.max=10")
    ns.ok("settings", "reset", "m0", "signin.interval")
    for name, words in SPELLINGS.items():
        ns.ok("connection", "add", name, *words, "--password-stdin", stdin="not it\n")
    began = time.monotonic()
    workers = [ns.start("worker") for _ in range(3)]
    outcomes = {}

    def note(name, done):
        outcomes[name] = done

    def check(name):
        note(f"preflight {name}", ns("preflight", "group:Fifty", "--connection", name, "--sign-in", "--json", timeout=300))

    def start(name):
        for i in range(MACHINES):
            note(f"run {name} {i}", ns("run", "start", f"m{i}", "--flow", "flow", "--connection", name, "--json", timeout=300))

    threads = [threading.Thread(target=each, args=(name,)) for name in SPELLINGS for each in (check, start)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    while any(run["state"] in ("Queued", "Running") for run in ns.runs()) and time.monotonic() - began < 300:
        time.sleep(0.5)
        for run in ns.runs():
            if run["state"] == "Queued" and time.monotonic() - began > 60:
                ns("run", "cancel", str(run["id"]))
    attempts = peer.count("credential")
    codes = [run["code"] for run in ns.runs()]
    for each in workers:
        each.terminate()
    problems = [] if attempts == 1 else [f"{attempts} attempts"]

keep("fifty", machines=MACHINES, spellings=len(SPELLINGS), processes=3 + len(SPELLINGS) * 2, attempts=attempts, runs={code: codes.count(code) for code in set(codes)},
     seconds=round(time.monotonic() - began), problems=problems)
