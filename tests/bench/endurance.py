"""Two hundred runs in a row on one machine, half of them reusing the session: medians of the phases in the first and the last quarter, and the drift of
memory and handles in runner and agent, and in a console that watches the same number of runs of its own under Wine."""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
RUNS = int(os.environ.get("NS_BENCH_RUNS", "200"))
PASSWORD = json.loads((TOP / "build/lab/credentials.json").read_text())["lab1"]["robot1"]
lines = []


def say(line):
    print(line, flush=True)
    lines.append(line)


def figures(pid):
    """PSS in KiB and open descriptors; None when the process is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)), len(os.listdir(f"/proc/{pid}/fd"))
    except (OSError, AttributeError):
        return None


def largest(before, name):
    """What the processes of a name hold together, or held before where that was more."""
    now = [got for pid in subprocess.run(["pgrep", "-x", name], capture_output=True, text=True).stdout.split() if (got := figures(pid))]
    return tuple(max(before[i], sum(got[i] for got in now)) for i in range(2))


class Sampler(threading.Thread):
    """The largest figures of the runner and of the agent's processes while one run goes on."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stop = False
        self.runner, self.agent = (0, 0), (0, 0)

    def run(self):
        while not self.stop:
            self.runner = largest(self.runner, "nightshift-runn")
            self.agent = largest(self.agent, "nightshift-agen")
            time.sleep(0.05)


def quarters(values):
    size = max(1, len(values) // 4)
    return statistics.median(values[:size]), statistics.median(values[-size:])


def table(title, rows):
    say(f"\n## {title}\n\n| | first quarter | last quarter | change |\n| --- | --- | --- | --- |")
    for name, values in rows.items():
        first, last = quarters(values)
        say(f"| {name} | {first:.0f} | {last:.0f} | {(last - first) / first * 100 if first else 0:+.0f} % |")


def ctl_at(folder):
    env = dict(os.environ, XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder)

    def ctl(*words, stdin=""):
        return subprocess.run([str(TOP / "build/linux/nightshiftctl"), *words], env=env, input=stdin, capture_output=True, text=True).stdout

    return ctl


def native():
    ctl = ctl_at(tempfile.mkdtemp(prefix="nightshift-endurance-"))
    ctl("machine", "add", "lab1", "--host", "10.77.1.2")
    ctl("connection", "add", "robot", "--user", "robot1", "--password-stdin", stdin=PASSWORD + "\n")
    ctl("flow", "add", "wait", "--program", "flow-sleep-short")
    ctl("settings", "set", "lab1", "screen.width=1280", "screen.height=720")
    for reuse in ("off", "on"):
        ctl("settings", "set", "lab1", f"session.reuse={reuse}")
        phases, memory = {}, {"runner PSS (KiB)": [], "runner descriptors": [], "agent PSS (KiB)": [], "agent descriptors": []}
        failures = 0
        for _ in range(RUNS // 2):
            sampler = Sampler()
            sampler.start()
            run = json.loads(ctl("run", "start", "lab1", "--flow", "wait", "--connection", "robot", "--wait", "--json"))
            sampler.stop = True
            sampler.join()
            failures += run["code"] != "Succeeded"
            for phase in run["phases"]:
                phases.setdefault(phase["name"] + " (ms)", []).append(phase["durationMs"])
            for key, value in zip(memory, (*sampler.runner, *sampler.agent)):
                memory[key].append(value)
        say(f"\nsession.reuse={reuse}: {RUNS // 2} runs, {failures} failed")
        table(f"Phases, reuse {reuse} (median)", {k: v for k, v in phases.items() if len(v) > RUNS // 4})
        table(f"Memory and handles, reuse {reuse}", memory)
    for session in json.loads(ctl("session", "list", "--json"))["sessions"]:
        ctl("session", "signout", session["machine"], session["id"])


def console():
    """The console stays open and shows every change while another program makes runs on its store."""
    count = min(RUNS, 40)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nightshift-endurance-"))
    env = dict(os.environ, WINEPREFIX=str(TOP / "build/wine-test"), WINEDEBUG="-all", DISPLAY=":97")
    store = "Z:" + str(folder / "wine.db").replace("/", "\\")
    server = subprocess.Popen(["Xvfb", ":97", "-screen", "0", "1280x800x24", "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
    time.sleep(1)

    def ctl(*words, stdin=""):
        return subprocess.run(["wine", str(TOP / "build/windows/nightshiftctl.exe"), "--store", store, *words], env=env, input=stdin, capture_output=True,
                              text=True).stdout

    ctl("machine", "add", "lab1", "--host", "10.77.1.2")
    ctl("connection", "add", "robot", "--user", "robot1", "--password-stdin", stdin=PASSWORD + "\n")
    ctl("flow", "add", "hello", "--program", "flow-hello")
    window = subprocess.Popen(["wine", str(TOP / "build/windows/nightshift.exe"), "--store", store], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(6)
    pid = subprocess.run(["pgrep", "-x", "nightshift.exe"], capture_output=True, text=True).stdout.split()[0]
    memory = {"console PSS (KiB)": [], "console descriptors": []}
    for _ in range(count):
        ctl("run", "start", "lab1", "--flow", "hello", "--connection", "robot", "--wait", "--json")
        for key, value in zip(memory, figures(pid)):
            memory[key].append(value)
    table(f"The console, open beside {count} runs under Wine", memory)
    window.terminate()
    subprocess.run(["wineserver", "-k"], env=env, check=False)
    server.kill()


def main():
    which = sys.argv[1:] or ["native", "console"]
    if "native" in which:
        native()
    if "console" in which:
        console()
    (TOP / "build/endurance.md").write_text("\n".join(lines) + "\n")


main()
