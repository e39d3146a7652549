"""`[MACHINES [SECONDS]] [--beside CHECKOUT]`: the console's list under Wine with many machines, beside the same list with a thousand, in turns;
and both beside the console that another checkout has built."""
import argparse
import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile

from figures import Figure, in_turns, show
from machines import TOP, display

FEW = 1000
KEYS = {
    "first_paint": ("start to first rows painted", "ms"),
    "filter": ("filter keystroke to painted", "ms"),
    "filter_worst": ("worst filter keystroke to painted", "ms"),
    "sort": ("sort by a column to painted", "ms"),
    "sort_worst": ("worst sort by a column to painted", "ms"),
    "scroll": ("a page further to painted", "ms"),
    "repaint": ("bare repaint of the list", "ms"),
    "refresh": ("a group changed elsewhere to painted", "ms"),
    "memory_mb": ("memory", "MiB"),
    "blocked": ("longest without an answer", "ms"),
}


def windows(path):
    return "Z:" + str(path).replace("/", "\\")


def fill(path, machines):
    groups = max(1, machines // 1000)
    with sqlite3.connect(path) as store:
        store.executemany("INSERT INTO machine_group(id, name, name_key, description) VALUES (?, ?, ?, '')",
                          [(g + 1, f"Group {g:03}", f"group {g:03}") for g in range(groups)])
        store.executemany("INSERT INTO machine(name, name_key, host, port, description, group_id) VALUES (?1, ?1, ?2, 3389, '', ?3)",
                          [(f"pc-{i:06}", f"10.{i // 65536}.{i // 256 % 256}.{i % 256}", i // 1000 % groups + 1) for i in range(machines)])
        store.executemany("INSERT INTO machine_setting(machine_id, name, value) VALUES (?, 'maintenance', 'on')",
                          [(i + 1,) for i in range(0, machines, 17)])
    store.close()


def look(checkout, machines, seconds):
    """One start of a checkout's console on a new store."""
    with tempfile.TemporaryDirectory() as folder, display() as shown:
        store, output = pathlib.Path(folder, "list.db"), pathlib.Path(folder, "output")
        environment = dict(os.environ, DISPLAY=shown)
        manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def wine(*words):
            with output.open("w") as file:  # a pipe would stay open with what a program leaves
                subprocess.run(["wine", *words], cwd=checkout / "build/windows", env=environment, stdin=subprocess.DEVNULL, stdout=file,
                               stderr=subprocess.DEVNULL, check=False, timeout=300)

        try:
            wine("nightshiftctl.exe", "--store", windows(store), "machine", "list")
            fill(store, machines)
            wine("reg", "delete", "HKCU\\Software\\Nightshift", "/f")
            wine("list-bench.exe", windows(store), "Group 000", str(seconds))
            return json.loads(output.read_text().splitlines()[-1])
        finally:
            subprocess.run(["wineserver", "-k"], check=False)  # the next one knows another display
            subprocess.run(["wineserver", "-w"], check=False)
            manager.terminate()
            manager.wait()


def paired(ours, theirs, what, peer):
    return [Figure(f"{what}: {title}", ours[key], peer, theirs[key], unit=unit) for key, (title, unit) in KEYS.items()]


def measure(machines=100000, seconds=60, beside=None, times=1):
    """`beside` is another checkout's folder."""
    sides = [(checkout, count) for checkout in filter(None, (TOP, beside)) for count in (FEW, machines)]
    got = dict(zip(sides, in_turns(times, *(lambda side=side: look(*side, seconds) for side in sides))))
    out = paired(got[TOP, machines], got[TOP, FEW], f"list, {machines:,} machines", f"{FEW:,} machines")
    for count in (FEW, machines) if beside else ():
        out += paired(got[TOP, count], got[beside, count], f"console, {count:,} machines", "the other checkout's console")
    return show(out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("machines", type=int, nargs="?", default=100000)
    parser.add_argument("seconds", type=int, nargs="?", default=60)
    parser.add_argument("--beside", type=lambda text: pathlib.Path(text).resolve())
    measure(**vars(parser.parse_args()))
