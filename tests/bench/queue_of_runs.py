"""`[RUNS]`: what a claim costs, however many runs wait or are past; how soon the next run begins when a place is free; and, with RUNS, a fleet of 1,000
machines in 50 groups with 20 workers that die, on a clock that is moved on by hand."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from figures import Figure, in_turns, show
from machines import TOP, clear_sessions, lab, wait_until
from program import Nightshift, fill

TOOL = str(TOP / "build/linux/queue-bench")


def tool(*words):
    """`STORE` among the words is one of its own, without the disk: a commit waits for that, and is not what is asked for."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        words = [f"{folder}/q.db" if each == "STORE" else str(each) for each in words]
        env = dict(os.environ, XDG_CONFIG_HOME=folder)
        return json.loads(subprocess.run([TOOL, *words], capture_output=True, text=True, check=True, env=env).stdout)


def ms_between(earlier, later):
    from datetime import datetime

    return (datetime.fromisoformat(later[:-1]) - datetime.fromisoformat(earlier[:-1])).total_seconds() * 1000


def from_free_to_started(runs=10):
    """Runs of two users take turns on one machine: from the end of one to the start of the next."""
    clear_sessions("lab1")  # a client of another bench may have left one, without our agent
    with tempfile.TemporaryDirectory() as folder:
        ns = Nightshift(folder, build="linux")
        fill(ns)
        worker = ns.start("worker")
        try:
            ids = [ns.ok("run", "start", "lab1", "--flow", "hello", "--connection", user, "--json").json["id"] for _ in range(runs // 2) for user in ("robot1", "robot2")]
            ended = wait_until("their end", 120, lambda: (lambda all_of: all_of if all(run["endedAt"] for run in all_of) else None)([ns.show(i) for i in ids]))
        finally:
            worker.terminate()
            worker.communicate()
    assert all(run["code"] == "Succeeded" for run in ended), ended
    return statistics.median(ms_between(before["endedAt"], after["startedAt"]) for before, after in zip(ended, ended[1:]))


PAST = ("INSERT INTO run(machine_id, flow_id, connection_id, machine, flow, connection, state, code, created_at, started_at, ended_at, owner) "
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "SELECT 1, 1, 1, 'pc1', 'flow', 'robot', 'Succeeded', 'Succeeded', i, i, i, '' FROM n")


def with_history(times=15):
    """One machine that has had 100,000 runs, beside one that had none: whole programs, each of which opens the store."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        sides = [Nightshift(f"{folder}/{name}", build="linux") for name in ("past", "none")]
        for ns in sides:
            ns.ok("machine", "add", "pc1", "--host", "192.0.2.1")
            ns.ok("connection", "add", "robot", "--user", "robot", "--password-stdin", stdin="none\n")
            ns.ok("flow", "add", "flow", "--program", "p")
        subprocess.run(["sqlite3", sides[0].store, PAST], check=True)

        def took(ns, *words):
            began = time.monotonic()
            ns.ok(*words)
            return (time.monotonic() - began) * 1000

        figures = []
        for name, words in (("open and list the machines", ["machine", "list", "--json"]), ("list the newest runs", ["run", "list", "--json"]),
                            ("start a run", ["run", "start", "pc1", "--flow", "flow", "--connection", "robot"])):
            past, none = in_turns(times, *(lambda ns=ns, words=words: took(ns, *words) for ns in sides))
            figures.append(Figure(f"{name}, after 100,000 runs", past, "after none", none, limit=1.25))
        return figures


def measure(turns=300):
    empty, many, past = (tool("claim", "STORE", queued, before, turns) for queued, before in ((0, 0), (100000, 0), (100000, 1000000)))
    return [*with_history(), Figure("claim with 100,000 runs waiting", many["claim"], "with none", empty["claim"], limit=2),
            Figure("claim with 100,000 waiting and 1,000,000 past runs", past["claim"], "with none", empty["claim"], limit=2),
            Figure("claim, with its commit in memory", past["claim"], limit=1.5, kind="alone"),
            Figure("a look at 100,000 waiting runs that finds none to begin", past["look"], limit=1.5, kind="alone"),
            Figure("statements a second of 500 waiting runs and a worker, while nothing changes", tool("wait", "worker", "STORE", 500, 20)["statements"],
                   unit="statements", limit=5, kind="alone"),
            Figure("statements a second of 500 waiting runs that one program holds", tool("wait", "held", "STORE", 500, 20)["statements"],
                   unit="statements", kind="alone"),
            Figure("from a free place to the start of the next run", from_free_to_started(), limit=100, kind="alone")]


def simulate(runs):
    got = tool("simulate", "STORE", 1000, 50, runs, 20, 1)
    print(json.dumps(got, indent=1))
    assert got["twice"] == 0 and got["started"] == runs, got
    assert got["waitHigh"] < got["waitNormal"], got


if __name__ == "__main__":
    if len(sys.argv) > 1:
        simulate(int(sys.argv[1]))
    else:
        lab("up", "1")
        try:
            show(measure())
        finally:
            lab("down")
