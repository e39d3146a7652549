"""`kill -9` of whatever writes the store, at random moments under load: edits, imports, runs, workers, runners. What was acknowledged is in a journal
outside; afterwards all of it is there, nothing is there by half, and each run has ended once. Then a store that is damaged in every way: each start
says what it found, and a copy brings it back."""
import contextlib
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import sys
import threading
import time

from kill_console import kill_windows
from machines import mount_again, small_disk
from trial import WITHOUT_NLA, keep, trial

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
WINDOWS = KILLS // 25
PARTS = {"edits": 5, "runners": 3, "workers": 2}  # of ten kills of the others


class Load:
    """Everything that goes on at once, and the journal of what was acknowledged."""

    def __init__(self, ns, rng):
        self.ns, self.rng, self.problems = ns, rng, []
        self.journal = {}  # machine: the description that was acknowledged last
        self.offered = {}  # machine: one that was asked for after that, and may be there or not
        self.runs = []     # acknowledged
        self.killed = dict.fromkeys(PARTS, 0)
        self.workers, self.over, self.lock = [], False, threading.Lock()

    def edit_and_kill(self):
        """One command that changes the store, killed after a moment or not at all."""
        number = self.rng.randrange(60)
        name, text = f"pc{number}", f"text {self.rng.random()}"
        words = ("machine", "edit", name, "--description", text) if name in self.journal or name in self.offered else \
                ("machine", "add", name, "--host", "192.0.2.1", "--description", text)
        process = self.ns.start(*words)
        self.offered.setdefault(name, set()).add(text)
        time.sleep(self.rng.random() * 0.03)
        process.kill()
        _, said = process.communicate()
        if process.returncode == 0:
            self.journal[name], self.offered[name] = text, set()
        elif process.returncode > 0 and not any(code in said for code in ("MachineNotFound", "NameTaken", "StoreBusy")):
            self.problems.append(f"{words[:3]}: {process.returncode} {said[:200]}")
        if process.returncode < 0:
            self.killed["edits"] += 1
        else:
            self.known(name)

    def known(self, name):
        """What is offered may have been done: looks, so that the next words fit."""
        shown = self.ns("machine", "show", name, "--json")
        if shown.code == 0:
            self.check_one(name, shown.json["description"])

    def check_one(self, name, description):
        if description != self.journal.get(name) and description not in self.offered.get(name, set()):
            self.problems.append(f"{name} has \"{description}\", acknowledged was \"{self.journal.get(name)}\"")
        self.journal[name], self.offered[name] = description, set()

    def start_runs(self, machines):
        while not self.over:
            name = machines[self.rng.randrange(len(machines))]
            done = self.ns("run", "start", name, "--flow", "flow", "--connection", name, "--json")
            if done.code == 0:
                with self.lock:
                    self.runs.append(done.json["id"])
            time.sleep(0.1)

    def keep_workers(self, count):
        while not self.over:
            self.workers = [each for each in self.workers if each.poll() is None]
            while len(self.workers) < count:
                self.workers.append(self.ns.start("worker"))
            time.sleep(0.05)

    def kill_one(self, name, kind):
        processes = self.ns.processes(name) if kind == "runners" else [each.pid for each in self.workers if each.poll() is None]
        if processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.rng.choice(processes), signal.SIGKILL)
                self.killed[kind] += 1


def check_store(ns, problems, moment):
    done = ns("store", "check")
    if done.code != 0:
        problems.append(f"store check {moment}: {done.code} {done.out[:200]} {done.err[:200]}")


def run_load(ns, rng):
    load = Load(ns, rng)
    machines = [f"m{i}" for i in range(4)]
    for name in machines:
        ns.machine(name, "agent", "forget", "flow-ms=150", settings=WITHOUT_NLA)
    threads = [threading.Thread(target=load.start_runs, args=(machines,)), threading.Thread(target=load.keep_workers, args=(2,))]
    for each in threads:
        each.start()
    kinds = [kind for kind, part in PARTS.items() for _ in range(part)]
    while sum(load.killed.values()) < KILLS - WINDOWS:
        kind = rng.choice(kinds)
        if kind == "edits":
            load.edit_and_kill()
        else:
            load.kill_one("nightshift-runner", kind)
            time.sleep(0.05)
        if rng.random() < 0.01:
            check_store(ns, load.problems, "under load")
    load.over = True
    for each in threads:
        each.join()
    return load


def settle(ns, load):
    """Until every run has ended; each once, by the machines' own count."""
    worker = ns.start("worker")
    end = time.monotonic() + 300
    while time.monotonic() < end and any(ns.show(number)["state"] in ("Queued", "Running") for number in load.runs[-50:]):
        time.sleep(1)
    worker.terminate()
    worker.wait()
    with sqlite3.connect(f"file:{ns.store}?mode=ro", uri=True) as database:
        rows = dict(database.execute("SELECT id, state FROM run"))
        codes = dict(database.execute("SELECT code, count(*) FROM run GROUP BY code"))
        [[whole]] = database.execute("PRAGMA integrity_check").fetchall()[:1]
    if whole != "ok":
        load.problems.append(f"integrity: {whole}")
    for number in load.runs:
        if number not in rows:
            load.problems.append(f"run {number} was acknowledged, and is not there")
        elif rows[number] in ("Queued", "Running"):
            load.problems.append(f"run {number} has not ended: {rows[number]}")
    orders = sum(peer.count("order", type="run") for peer in ns.peers.values())
    if orders > len(rows):
        load.problems.append(f"{orders} orders for {len(rows)} runs")
    for name in sorted(set(load.journal) | set(load.offered)):
        shown = ns("machine", "show", name, "--json")
        if shown.code == 0:
            load.check_one(name, shown.json["description"])
        elif name in load.journal:
            load.problems.append(f"{name} was acknowledged, and is not there")
    return codes


def damage(ns, problems):
    """A bit of each page; every length; no rights; no room; locked. {way: {what the start said: how often}}"""
    found = {}
    store = pathlib.Path(ns.store)
    ns.ok("store", "backup")
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    good = store.read_bytes()
    pages = len(good) // 4096
    before = ns.ok("machine", "list", "--json").out

    def start(way):
        done = ns("machine", "list", "--json")
        said = "as it was" if done.out == before else "another list" if done.code == 0 else done.err.split("[")[-1].split("]")[0]
        found.setdefault(way, {}).setdefault(said, 0)
        found[way][said] += 1
        if said == "another list" and way != "a bit of a page":  # of a text, say: SQLite has no sums over its pages
            problems.append(f"{way}: the start found another list and did not say so ({store.stat().st_size} bytes)")
        if done.code < 0 or (done.code > 0 and not done.err):
            problems.append(f"{way}: the start ended with {done.code} and no word")
        return done

    def put(data):
        for end in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{store}{end}")
        store.write_bytes(data)

    rng = random.Random(SEED)
    for page in range(pages):
        at = page * 4096 + rng.randrange(4096)
        put(good[:at] + bytes([good[at] ^ 1 << rng.randrange(8)]) + good[at + 1:])
        start("a bit of a page")
    for length in [0, 1, 100, 4095, *range(4096, len(good), max(4096, len(good) // 40 // 4096 * 4096))]:
        put(good[:length])
        start("cut short")
    put(good[:len(good) // 2])
    done = ns("store", "restore")
    put_back = ns("machine", "list", "--json")
    if put_back.out != before:
        problems.append(f"a copy did not restore: {done.out} {done.err} {put_back.err}")
    put(good)
    holder = sqlite3.connect(store, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    start("locked")
    holder.rollback()
    holder.close()
    beside(ns, problems, found, good)
    return found, pages


def beside(ns, problems, found, good):
    """The store on a disk that is full, on which commands are killed as well, and then on one that may only be read."""
    folder = pathlib.Path(ns.folder) / "disk"
    rng, acknowledged, said = random.Random(SEED), {}, {}
    with small_disk(folder, f"{len(good) // 1024 + 2500}k"):
        place = ("--store", str(folder / "nightshift.db"))
        (folder / "nightshift.db").write_bytes(good)
        for number in range(200):
            text = f"{number} " + "d" * 900
            process = ns.start(*place, "machine", "add", f"disk{number}", "--host", "192.0.2.1", "--description", text)
            if rng.random() < 0.2:
                time.sleep(rng.random() * 0.03)
                process.kill()
            elif number == 20:  # somebody else takes all that is left
                with (folder / "fill").open("wb", buffering=0) as file, contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * 4096)
            _, error = process.communicate()
            code = "killed" if process.returncode < 0 else error.split("[")[-1].split("]")[0] if process.returncode else "as it was"
            said[code] = said.get(code, 0) + 1
            if process.returncode == 0:
                acknowledged[f"disk{number}"] = text
        found["disk full"] = dict(said)
        if set(said) - {"killed", "as it was", "StoreDiskFull"} or not said.get("StoreDiskFull"):
            problems.append(f"on a full disk: {said}")
        mount_again(folder, "size=64m")
        (folder / "fill").unlink()
        listed = {each["name"]: each["description"] for each in ns.ok(*place, "machine", "list", "--json").json["machines"]}
        problems += [f"{name} was acknowledged before the disk was full, and is not there" for name, text in acknowledged.items() if listed.get(name) != text]
        ns.ok(*place, "store", "check")
        mount_again(folder, "ro")
        done = ns(*place, "machine", "add", "late", "--host", "192.0.2.1")
        found["read-only"] = {done.err.split("[")[-1].split("]")[0] if done.code else "as it was": 1}
        if done.code != 4 or "StoreReadOnly" not in done.err:
            problems.append(f"read-only: {done.code} {done.err}")


with trial() as ns:
    began = time.monotonic()
    load = run_load(ns, random.Random(SEED))
    codes = settle(ns, load)
    seconds = round(time.monotonic() - began)
    found, pages = damage(ns, load.problems)
    windows = kill_windows(ns.folder / "windows", WINDOWS, random.Random(SEED), load.problems)

keep("kill", seed=SEED, kills=load.killed, windows=windows, edits_acknowledged=len(load.journal), runs_acknowledged=len(load.runs), codes=codes, seconds=seconds, damaged=found,
     pages=pages, problems=load.problems)
