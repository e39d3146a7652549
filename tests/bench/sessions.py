"""`[connect] [memory] [cage]`: a sign-in, what a live session holds and what the cage costs, beside xfreerdp and a bare FreeRDP client on the same machine of the lab, in turns
with them."""
import contextlib
import datetime
import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from figures import Figure, in_turns, pss, show
from machines import STATE, TOP, address, clear_sessions, display, lab, machine_init, password, processes, wait_until
from program import Nightshift, fill

MACHINE = "lab1"
# The session's program says when it runs, by the clock that all machines of the lab share.
STAMP = "sh -c 'date +%s.%N > /tmp/stamp.new; mv /tmp/stamp.new /tmp/stamp; sleep 600'"


def nightshift(folder, wine=False):
    ns = Nightshift(folder, wine=wine, build="linux")
    fill(ns)
    return ns


def seconds(text):
    return datetime.datetime.fromisoformat(text).timestamp()


@contextlib.contextmanager
def wine_awake():
    """A program that waits, so that Wine does not start anew for each run."""
    waiting = subprocess.Popen(["wine", "cmd"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(3)
        yield
    finally:
        waiting.communicate()


def run_once(ns, failed):
    """One run's phases in ms, and from the start of its connection to the agent's hello; None when it failed."""
    clear_sessions(MACHINE)
    done = ns("run", "start", MACHINE, "--flow", "hello", "--connection", "robot1", "--wait", "--json")
    if done.code:
        failed.append(done.out + done.err)
        keep_logs(failed)
        # A refusal would hold back the runs that follow.
        ns.ok("connection", "password", "robot1", "--password-stdin", stdin=password(MACHINE, "robot1") + "\n")
        return None
    phases = {each["name"]: each for each in done.json["phases"]}
    return {"connect": (seconds(phases["flow"]["startedAt"]) - seconds(phases["resolve"]["startedAt"])) * 1000,
            "agent": phases["agent"]["durationMs"], "queued": phases["queued"]["durationMs"]}


def keep_logs(failed):
    folder = TOP / "build/test-files/bench" / str(len(failed))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(STATE / MACHINE / "log", folder, ignore_dangling_symlinks=True)
    (folder / "run.json").write_text(failed[-1])
    (folder / "processes").write_text("\n".join(processes(MACHINE)))


@contextlib.contextmanager
def client(words, lines, **more):
    """A client that gets user and password by standard input, as one types them."""
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more)
    try:
        child.stdin.write("".join(line + "\n" for line in lines))
        child.stdin.flush()
        yield child
    finally:
        child.kill()
        child.wait()


def xfreerdp(machine, user, size, shell, shown):
    words = ["xfreerdp", f"/v:{address(machine)}", f"/u:{user}", f"/size:{size}", f"/shell:{shell}", "/cert:ignore", "/from-stdin:force", "/log-level:OFF",
             "-clipboard"]
    return client(words, [password(machine, user)], env=dict(os.environ, DISPLAY=shown))


def bare(machine, user, shell):
    return client([TOP / "build/linux/rdp-bare", address(machine), "3389", shell], [user, password(machine, user)])


def until_stamped(began):
    stamp = pathlib.Path(f"/proc/{machine_init(MACHINE)}/root/tmp/stamp")
    wait_until("a program in the session", 20, stamp.exists)
    stamped = float(stamp.read_text())
    stamp.unlink()
    return (stamped - began) * 1000


def xfreerdp_once(shown):
    clear_sessions(MACHINE)
    began = time.time()
    with xfreerdp(MACHINE, "robot1", "1920x1080", STAMP, shown):
        return until_stamped(began)


def bare_once():
    clear_sessions(MACHINE)
    with bare(MACHINE, "robot1", STAMP) as child:
        return until_stamped(float(child.stdout.readline().split()[1]))


def connect(times=20):
    with tempfile.TemporaryDirectory() as folder, display(2000, 1200) as shown, wine_awake():
        native, wine = nightshift(folder), nightshift(f"{folder}/wine", wine=True)
        failed = []
        ours, windows, server, theirs = in_turns(times, lambda: run_once(native, failed), lambda: run_once(wine, failed), bare_once,
                                                 lambda: xfreerdp_once(shown))
    clear_sessions(MACHINE)
    return show([
        Figure("a run's connection to the agent's hello", ours["connect"], "xfreerdp to the session's program", theirs, limit=0.3),
        Figure("our part of that connection", ours["connect"], "bare FreeRDP client to the session's program", server, limit=50, kind="above"),
        Figure(f"agent phase, {times} runs", ours["agent"], kind="alone"),
        Figure(f"agent phase under Wine, {times} runs", windows["agent"], kind="alone"),
        Figure("queued, with nobody waiting", ours["queued"], limit=15, kind="alone"),
        Figure(f"runs that failed, of {2 * times}", len(failed), unit="runs", limit=0, kind="alone"),
    ])


def settled(pids):
    time.sleep(3)
    return sum(pss(f"/proc/{pid}") / 1024 for pid in pids) / len(pids)


def held_by_us(ns, machines):
    """A session that goes on on each machine: what its runner holds."""
    for each in machines:
        clear_sessions(each)
    runs = [ns.start("run", "start", each, "--flow", "sleep", "--connection", "robot1" if each == MACHINE else f"robot1@{each}", "--wait")
            for each in machines]
    wait_until("a runner for each", 20, lambda: len(ns.processes("nightshift-runner")) == len(machines))
    value = settled(ns.processes("nightshift-runner"))
    for run in runs:
        run.kill()
        run.communicate()
    wait_until("no runner", 20, lambda: not ns.processes("nightshift-runner"))
    return value


def held_by_them(machines, size, shown):
    for each in machines:
        clear_sessions(each)
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(xfreerdp(each, "robot1", size, "sleep 600", shown)) for each in machines]
        time.sleep(1)
        value = settled([each.pid for each in clients])
        assert all(each.poll() is None for each in clients)
        return value


def memory(sizes=("1280x720", "1920x1080"), counts=(1, 4), times=3):
    out = []
    with tempfile.TemporaryDirectory() as folder, display(2000, 1200) as shown:
        ns = nightshift(folder)
        for size, count in itertools.product(sizes, counts):
            machines = [f"lab{i + 1}" for i in range(count)]
            width, height = size.split("x")
            for each in machines:
                ns.ok("settings", "set", each, f"screen.width={width}", f"screen.height={height}", "screenshot.policy=never")
            ours, theirs = in_turns(times, lambda: held_by_us(ns, machines), lambda: held_by_them(machines, size, shown))
            out.append(Figure(f"memory of a live session, {size}, {count} at once", ours, "xfreerdp", theirs, unit="MiB"))
    return show(out)


def took(*words):
    began = time.monotonic()
    subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.monotonic() - began) * 1000


def cage(times=30):
    """A whole process that closes the cage, and tries to get out of it, beside one that only says its version: more than the cage alone costs."""
    runner = TOP / "build/linux/nightshift-runner"
    ours, theirs = in_turns(times, lambda: took(runner, "--cage"), lambda: took(runner, "--version"))
    return show([Figure("a runner that closes its cage and tries to get out", ours, "one that does not", theirs, limit=20, kind="above")])


if __name__ == "__main__":
    lab("up", "4")
    try:
        for each in sys.argv[1:] or ["connect", "memory", "cage"]:
            {"connect": connect, "memory": memory, "cage": cage}[each]()
    finally:
        lab("down")
