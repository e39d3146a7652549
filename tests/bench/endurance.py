"""`[native] [console]`: two hundred runs in a row on one machine, half of them reusing the session: medians of the phases in the first and the last
quarter, and the drift of memory and handles in runner and agent; and in a console that watches runs of its own under Wine. Writes
build/endurance.md. NS_BENCH_RUNS is another number of runs."""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from figures import pss
from machines import TOP, display, lab, machine_init
from program import Nightshift, fill

RUNS = int(os.environ.get("NS_BENCH_RUNS", "200"))
MACHINE = "lab1"
lines = []


def say(line):
    print(line, flush=True)
    lines.append(line)


def held(processes):
    """PSS in KiB and open descriptors, of processes together that may be gone meanwhile."""
    sums = [0, 0]
    for each in processes:
        try:
            sums = [sums[0] + pss(each), sums[1] + len(os.listdir(each / "fd"))]
        except (OSError, AttributeError):
            pass
    return sums


def agents():
    """The machine's own view of its processes, where a program's name is cut after 15 letters."""
    found = []
    for name in pathlib.Path(f"/proc/{machine_init(MACHINE)}/root/proc").glob("[0-9]*/comm"):
        try:
            if name.read_text().strip() == "nightshift-agent"[:15]:
                found.append(name.parent)
        except OSError:
            pass
    return found


class Sampler(threading.Thread):
    """The most that the runner and the agent's processes hold while one run goes on."""

    def __init__(self, ns):
        super().__init__(daemon=True)
        self.ns, self.over = ns, threading.Event()
        self.most = [0, 0, 0, 0]

    def run(self):
        while not self.over.wait(0.05):
            runners = [pathlib.Path(f"/proc/{pid}") for pid in self.ns.processes("nightshift-runner")]
            self.most = [max(pair) for pair in zip(self.most, held(runners) + held(agents()))]

    def stop(self):
        self.over.set()
        self.join()
        return self.most


def quarters(values):
    size = max(1, len(values) // 4)
    return statistics.median(values[:size]), statistics.median(values[-size:])


def table(title, rows):
    say(f"\n## {title}\n\n| | first quarter | last quarter | change |\n| --- | --- | --- | --- |")
    for name, values in rows.items():
        first, last = quarters(values)
        say(f"| {name} | {first:.0f} | {last:.0f} | {(last - first) / first * 100 if first else 0:+.0f} % |")


def native(folder):
    ns = Nightshift(folder, build="linux")
    fill(ns)
    ns.ok("flow", "add", "wait", "--program", "flow-sleep-short")
    ns.ok("settings", "set", MACHINE, "screen.width=1280", "screen.height=720")
    for reuse in ("off", "on"):
        ns.ok("settings", "set", MACHINE, f"session.reuse={reuse}")
        phases, memory = {}, {"runner PSS (KiB)": [], "runner descriptors": [], "agent PSS (KiB)": [], "agent descriptors": []}
        failures = 0
        for _ in range(RUNS // 2):
            sampler = Sampler(ns)
            sampler.start()
            run = ns.run(MACHINE, "wait")
            failures += run["code"] != "Succeeded"
            for phase in run["phases"]:
                phases.setdefault(phase["name"] + " (ms)", []).append(phase["durationMs"])
            for values, value in zip(memory.values(), sampler.stop()):
                values.append(value)
        say(f"\nsession.reuse={reuse}: {RUNS // 2} runs, {failures} failed")
        table(f"Phases, reuse {reuse} (median)", {k: v for k, v in phases.items() if len(v) > RUNS // 4})
        table(f"Memory and handles, reuse {reuse}", memory)
    for session in ns.ok("session", "list", "--json").json["sessions"]:
        ns.ok("session", "signout", session["machine"], session["id"])


def console(folder):
    """The console stays open and shows every change while another program makes runs on its store."""
    count = min(RUNS, 40)
    with display() as shown:
        os.environ["DISPLAY"] = shown
        subprocess.run(["wineserver", "-k"], check=False)  # it may know another display
        ns = Nightshift(folder, wine=True)
        window = subprocess.Popen(["wine", str(TOP / "build/windows/nightshift.exe"), *ns.words[-2:]], env=ns.env, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            time.sleep(6)
            fill(ns)
            memory = {"console PSS (KiB)": [], "console descriptors": []}
            for _ in range(count):
                ns.run(MACHINE)
                for values, value in zip(memory.values(), held([pathlib.Path(f"/proc/{window.pid}")])):
                    values.append(value)
            table(f"The console, open beside {count} runs under Wine", memory)
        finally:
            window.kill()
            window.wait()
            subprocess.run(["wineserver", "-k"], check=False)


def main():
    lab("up", "1")
    try:
        for each in sys.argv[1:] or ["native", "console"]:
            with tempfile.TemporaryDirectory() as folder:
                {"native": native, "console": console}[each](folder)
    finally:
        lab("down")
    (TOP / "build/endurance.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
