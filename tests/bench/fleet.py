"""`[SESSIONS]`: one worker that holds fifty sessions of the lab at once, beside as many xfreerdp: how soon they are there, what they hold and take,
and what each further one costs."""
import contextlib
import dataclasses
import os
import pathlib
import sys
import tempfile
import time

from figures import Figure, pss, show
from machines import clear_sessions, display, lab, machine_init, wait_until
from program import Nightshift, fill
from sessions import STAMP, xfreerdp

SIZE = (1920, 1080)
HELD_S = 20


@dataclasses.dataclass
class Held:
    """What so many sessions' programs have."""
    sessions: int
    up_s: float  # from the first that was asked for to the program of the last
    memory: float  # MiB
    threads: int
    cpu: float  # of one core, while nothing happens


def cpu_of(pid):
    """Seconds, in user and kernel mode."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stamps(machines):
    paths = [pathlib.Path(f"/proc/{machine_init(each)}/root/tmp/stamp") for each in machines]
    return [float(path.read_text()) for path in paths if path.exists()]


def clear(machines):
    for each in machines:
        clear_sessions(each)
        pathlib.Path(f"/proc/{machine_init(each)}/root/tmp/stamp").unlink(missing_ok=True)


def hold(machines, steps, begin, pids):
    """Asks `begin` for a session on each machine, in steps; what there is after each of them."""
    out, up_s = [], 0
    for step in steps:
        began = time.time()
        begin(machines[out[-1].sessions if out else 0:step])
        wait_until(f"{step} sessions", 300, lambda: len(stamps(machines)) == step)
        up_s += max(stamps(machines)) - began
        time.sleep(5)
        before = {pid: cpu_of(pid) for pid in pids()}
        time.sleep(HELD_S)
        assert list(before) == pids(), "one of them has gone"
        took = sum(cpu_of(pid) - was for pid, was in before.items())
        out.append(Held(step, up_s, sum(pss(f"/proc/{pid}") for pid in before) / 1024, sum(len(os.listdir(f"/proc/{pid}/task")) for pid in before),
                        took / HELD_S))
    return out


def ours(machines, steps, folder):
    ns = Nightshift(folder, build="linux")
    fill(ns)
    ns.ok("flow", "add", "stamp", "--program", "/bin/sh", "--arguments", STAMP.removeprefix("sh ").replace("'", '"'))
    for name, value in zip(("screen.width", "screen.height"), SIZE):
        for each in machines:
            ns.ok("settings", "set", each, f"{name}={value}", "screenshot.policy=never")
    worker = ns.start("worker", "--capacity", str(len(machines)))

    def begin(some):
        for each in some:
            ns.ok("run", "start", each, "--flow", "stamp", "--connection", "robot1" if each == "lab1" else f"robot1@{each}")

    def pids():
        runners = ns.processes("nightshift-runner")
        return [worker.pid, *sorted(runners)]

    try:
        return hold(machines, steps, begin, pids)
    finally:
        worker.kill()
        worker.communicate()
        wait_until("no runner", 60, lambda: not ns.processes("nightshift-runner"))
        clear(machines)


def theirs(machines, steps):
    clients = []
    with display(2000, 1200) as shown, contextlib.ExitStack() as stack:
        def begin(some):
            clients.extend(stack.enter_context(xfreerdp(each, "robot1", "{}x{}".format(*SIZE), STAMP, shown)) for each in some)

        got = hold(machines, steps, begin, lambda: [each.pid for each in clients if each.poll() is None])
    clear(machines)
    return got


def growth(held):
    """MiB of each of the last step's sessions."""
    before, last = held[-2:]
    return (last.memory - before.memory) / (last.sessions - before.sessions)


def measure(sessions=50):
    machines = [f"lab{i + 1}" for i in range(sessions)]
    steps = [sessions // 5, sessions // 2, sessions]
    with tempfile.TemporaryDirectory() as folder:
        we = ours(machines, steps, folder)
    they = theirs(machines, steps)
    one = f"one worker with {sessions} sessions"
    return show([
        Figure(f"{one}: all of them up", we[-1].up_s, "xfreerdp", they[-1].up_s, unit="s"),
        Figure(f"{one}: memory", we[-1].memory, "xfreerdp", they[-1].memory, unit="MiB"),
        Figure(f"{one}: memory of each of the last {steps[-1] - steps[-2]}", growth(we), f"of the first {steps[0]}", we[0].memory / steps[0], unit="MiB",
               limit=1.1),
        Figure(f"{one}: threads", we[-1].threads, "xfreerdp", they[-1].threads, unit="threads"),
        Figure(f"{one}: a core's time while nothing happens", 100 * we[-1].cpu, "xfreerdp", 100 * they[-1].cpu, unit="%"),
    ])


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    lab("up", str(count))
    try:
        measure(count)
    finally:
        lab("down")
