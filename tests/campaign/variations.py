"""Machines that speak as they should up to some message, and from there on lie, stall, flood, shrink or cut, each variation by its number: every run ends
with a code that says something and within its limits, and nothing but a runner may crash."""
import collections
import contextlib
import os
import sqlite3
import sys
import threading
import time

from trial import WITHOUT_NLA, keep, look, trial

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 10000
FIRST = int(sys.argv[2]) if len(sys.argv) > 2 else 0
MACHINES = min(COUNT, 24)
LIMIT = 75  # seconds; a sign-in has 5, an agent, a flow and a sign-out their own
WORDS = ("agent", "forget", "flow-ms=1", "black")


class Machine:
    """One scripted machine, and the runs on it one after the other."""

    def __init__(self, ns, index, results):
        self.ns, self.index, self.results, self.name, self.count = ns, index, results, f"m{index}", 0
        self.nla = index % 2 == 0
        self.first = FIRST + index * (COUNT // MACHINES)
        settings = ("session.max=1", "run.timeout=20") + (() if self.nla else WITHOUT_NLA)
        self.peer = ns.machine(self.name, *WORDS, f"variation={self.first}", *(("nla",) if self.nla else ()), settings=settings)

    def forget(self, database):
        """What a variation made this machine look like says nothing of the next one."""
        with database:
            database.execute("UPDATE machine SET pin = '', nla_before = 0 WHERE name = ?", [self.name])
            database.execute("UPDATE connection SET refused_at = 0, refused_code = '' WHERE name = ?", [self.name])
            database.execute("DELETE FROM sign_in")

    def runs(self, count):
        database = sqlite3.connect(self.ns.store, timeout=60)
        for _ in range(count):
            began, seen = time.monotonic(), len(self.peer.events)
            number = self.ns.ok("run", "start", self.name, "--flow", "flow", "--connection", self.name, "--json").json["id"]
            while True:
                [row] = database.execute("SELECT state, code, message FROM run WHERE id = ?", [number]).fetchall()
                if row[0] not in ("Queued", "Running") or time.monotonic() > began + LIMIT:
                    break
                time.sleep(0.05)
            self.results.append((self, number, *row, time.monotonic() - began, [each["what"] for each in self.peer.events[seen:] if each["event"] == "variation"]))
            self.forget(database)
            if self.peer.process.poll() is not None:
                self.results.append((self, number, "peer", f"the scripted machine ended with {self.peer.process.returncode}", "", 0, []))
                return
        database.close()


def all_run(machines, count):
    threads = [threading.Thread(target=each.runs, args=(count,)) for each in machines]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def say_progress(results, over):
    while not over.wait(60):
        print(len(results), "runs", file=sys.stderr, flush=True)


with trial() as ns:
    results, problems, over = [], [], threading.Event()
    machines = [Machine(ns, index, results) for index in range(MACHINES)]
    worker = ns.start("worker", "--capacity", str(MACHINES))
    threading.Thread(target=worker.stdout.read, daemon=True).start()  # a full pipe would stop it
    began = time.monotonic()
    threading.Thread(target=say_progress, args=(results, over), daemon=True).start()
    whole = COUNT // MACHINES
    all_run(machines, max(1, whole // 10))
    time.sleep(3)
    before = look(worker.pid)
    all_run([each for each in machines if each.peer.process.poll() is None], whole - max(1, whole // 10))
    over.set()
    seconds = round(time.monotonic() - began)
    time.sleep(3)
    if worker.poll() is not None:
        problems.append(f"the worker ended with {worker.returncode}: {worker.stderr.read()[-500:]}")
    after = look(worker.pid) if worker.poll() is None else {}
    left = len(ns.processes("nightshift-runner"))
    with contextlib.suppress(ProcessLookupError):
        os.kill(worker.pid, 15)

runs = [each for each in results if each[2] != "peer"]
ways = collections.Counter(" ".join(what.split(": ")[1].replace(",", "").split()[::2]) for each in runs for what in each[6])
codes = collections.Counter(each[3] for each in runs)
crashed = [(each[6], each[4]) for each in runs if each[3] == "RunnerFailed"]
for machine, number, state, code, message, took, what in runs:
    if state in ("Queued", "Running"):
        problems.append(f"run {number} on {machine.name} has not ended after {LIMIT} s: {what}")
    elif code in ("", "UnknownError", "Interrupted"):
        problems.append(f"run {number} on {machine.name} ended as {code} ({message}): {what}")
    elif code == "Succeeded" and any("agent 1, cut" in each or "agent 1, stall" in each for each in what):
        problems.append(f"run {number} on {machine.name} succeeded without its end: {what}")
for name in after:
    if name == "KiB" and after[name] > before[name] * 1.1 + 4096 or name != "KiB" and after[name] > before[name] + 2:
        problems.append(f"{name}: {before[name]} became {after[name]}")
if left:
    problems.append(f"{left} runners are left")
keep("peer", first=FIRST, runs=len(runs), seconds=seconds, longest=round(max(each[5] for each in runs), 1), varied=sum(bool(each[6]) for each in runs),
     ways=dict(ways.most_common()), codes=dict(codes.most_common()), runners_crashed=[f"{what} {message}" for what, message in crashed][:40],
     peers_ended=sum(each[2] == "peer" for each in results), before=before, after=after, problems=problems)
