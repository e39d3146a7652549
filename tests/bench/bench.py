"""Connection start to the agent's hello, and memory per held session, each against xfreerdp doing the same."""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
CTL = str(TOP / "build/linux/nightshiftctl")
PASSWORDS = json.loads((TOP / "build/lab/credentials.json").read_text())
# xrdp gives one session to a user of a machine: eight at once are two users on four machines.
SEATS = [(f"lab{1 + i // 2}", f"robot{1 + i % 2}") for i in range(8)]
lines = []


def say(line):
    print(line, flush=True)
    lines.append(line)


def address(name):
    return f"10.77.{name[3:]}.2"


def machine(name, *words, **more):
    supervisor = (TOP / "build/lab" / name / "pid").read_text().strip()
    init = subprocess.run(["pgrep", "-P", supervisor], capture_output=True, text=True).stdout.split()[0]
    return subprocess.run(["nsenter", "-t", init, "-n", "-m", "-p", "--", *words], capture_output=True, text=True, **more)


def clear_sessions():
    for name, user in SEATS:
        while machine(name, "pgrep", "-u", user).stdout.strip():
            machine(name, "pkill", "-KILL", "-u", user)
            time.sleep(0.1)


class Nightshift:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="nightshift-bench-")
        self.env = dict(os.environ, XDG_DATA_HOME=self.folder, XDG_CONFIG_HOME=self.folder)
        self("group", "add", "lab")
        for name, user in SEATS:
            if user == "robot1":
                self("machine", "add", name, "--host", address(name), "--group", "lab")
            self("connection", "add", f"{user}@{name}", "--user", user, "--password-stdin", stdin=PASSWORDS[name][user] + "\n")
        self("flow", "add", "exit", "--program", "flow-exit", "--arguments", "0")
        self("flow", "add", "sleep", "--program", "flow-sleep")
        self("settings", "set", "group:lab", "session.max=2", "screenshot.policy=never")

    def __call__(self, *words, stdin=""):
        return subprocess.run([CTL, *words], env=self.env, input=stdin, capture_output=True, text=True, check=True).stdout

    def start(self, flow, name, user):
        return subprocess.Popen([CTL, "run", "start", name, "--flow", flow, "--connection", f"{user}@{name}", "--wait", "--json"], env=self.env,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def xfreerdp(name, user, width, height, shell, display):
    """The password goes in by standard input, as a user would type it."""
    words = ["xfreerdp", f"/v:{address(name)}", f"/u:{user}", f"/size:{width}x{height}", f"/shell:{shell}", "/cert:ignore", "/from-stdin:force", "/log-level:OFF",
             "-clipboard"]
    child = subprocess.Popen(words, env=dict(os.environ, DISPLAY=display), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             text=True)
    child.stdin.write(f"{PASSWORDS[name][user]}\n")
    child.stdin.flush()
    return child


def connect(ns, display, times=7):
    """Ours: from the start of phase `resolve` to the hello. Theirs: from the start of the program to the start of the
    session's program, which stamps a file; and ours by that measure too, since a start of a program is in theirs."""
    ours, ours_whole, theirs = [], [], []
    for _ in range(times):
        clear_sessions()
        before = time.time()
        run = json.loads(ns.start("exit", "lab1", "robot1").communicate()[0])
        at = {p["name"]: p["startedAt"] for p in run["phases"]}
        parse = lambda text: time.mktime(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) + float(text[19:-1])
        ours.append(parse(at["flow"]) - parse(at["resolve"]))
        ours_whole.append(parse(at["flow"]) - (before + time.timezone))
        clear_sessions()
        machine("lab1", "sh", "-c", "rm -f /tmp/stamp")
        before = time.time()
        child = xfreerdp("lab1", "robot1", 1920, 1080, "date +%s.%N > /tmp/stamp; sleep 60", display)
        stamp = ""
        while not stamp and time.time() - before < 20:
            stamp = machine("lab1", "cat", "/tmp/stamp").stdout.strip()
            time.sleep(0.02)
        theirs.append(float(stamp) - before)
        child.kill()
        child.wait()
    clear_sessions()
    a, b, c = (statistics.median(x) for x in (ours, ours_whole, theirs))
    say(f"\n## Start of the connection to the first program in a new session (median of {times})\n")
    say("| | seconds | of xfreerdp |\n| --- | --- | --- |")
    say(f"| Nightshift, connection start to the agent's hello | {a:.2f} | {a / c:.2f} |")
    say(f"| Nightshift, start of nightshiftctl to the agent's hello | {b:.2f} | {b / c:.2f} |")
    say(f"| xfreerdp, start of the program to the start of the session's program | {c:.2f} | 1 |")


def pss(pid):
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)) / 1024


def children(name):
    return [int(p) for p in subprocess.run(["pgrep", "-x", name[:15]], capture_output=True, text=True).stdout.split()]


def memory(ns, display):
    say("\n## Memory per held session (proportional set size, MiB)\n")
    say("| screen | sessions | Nightshift runner | of xfreerdp | xfreerdp |\n| --- | --- | --- | --- | --- |")
    for width, height in ((1280, 720), (1920, 1080)):
        ns("settings", "set", "group:lab", f"screen.width={width}", f"screen.height={height}")
        for count in (1, 4, 8):
            clear_sessions()
            ours = held_by_us(ns, count)
            clear_sessions()
            theirs = held_by_them(width, height, count, display)
            say(f"| {width}x{height} | {count} | {ours:.1f} | {ours / theirs:.2f} | {theirs:.1f} |")
    clear_sessions()


def settle(pids):
    time.sleep(3)
    return sum(pss(pid) for pid in pids) / len(pids)


def held_by_us(ns, count):
    runs = [ns.start("sleep", *seat) for seat in SEATS[:count]]
    end = time.time() + 20
    while len(children("nightshift-runner")) < count and time.time() < end:
        time.sleep(0.1)
    time.sleep(2)
    assert len(children("nightshift-runner")) == count
    value = settle(children("nightshift-runner"))
    for run in runs:
        run.kill()
    for run in runs:
        run.wait()
    end = time.time() + 20
    while children("nightshift-runner") and time.time() < end:
        time.sleep(0.2)
    return value


def held_by_them(width, height, count, display):
    started = [xfreerdp(*seat, width, height, "sleep 600", display) for seat in SEATS[:count]]
    time.sleep(4)
    assert all(child.poll() is None for child in started)
    value = settle([child.pid for child in started])
    for child in started:
        child.kill()
        child.wait()
    return value


def main():
    which = sys.argv[1:] or ["connect", "memory"]
    display = ":97"
    server = subprocess.Popen(["Xvfb", display, "-screen", "0", "2000x1200x24", "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
    time.sleep(1)
    try:
        ns = Nightshift()
        if "connect" in which:
            connect(ns, display)
        if "memory" in which:
            memory(ns, display)
    finally:
        server.kill()
    (TOP / "build/bench.md").write_text("\n".join(lines) + "\n")


main()
