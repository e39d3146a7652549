"""The window, killed under Wine at random moments while it carries out what is queued and others change its store."""
import contextlib
import os
import pathlib
import signal
import sqlite3
import subprocess
import threading
import time

from machines import TOP, display
from peer import Peer
from program import Nightshift, WITHOUT_NLA
from trial import PASSWORD

PREFIX = TOP / "build/wine-campaign"
MACHINES = ("c0", "c1")


def window(store):
    """Its process, as Linux knows it; None while there is none."""
    for each in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = each.read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"nightshift.exe") and any(word.endswith(store.encode()) for word in words):
            return int(each.parent.name)
    return None


def kill(process):
    """Until it is gone, for Wine too: a second window for a store shows the first one, and ends."""
    os.kill(process, signal.SIGKILL)
    while pathlib.Path(f"/proc/{process}").exists():
        with contextlib.suppress(ChildProcessError):  # wine itself became the program
            os.waitpid(process, os.WNOHANG)
        time.sleep(0.05)
    time.sleep(1)


def start_window(ns):
    store = ns.words[ns.words.index("--store") + 1]
    subprocess.Popen(["wine", TOP / "build/windows/nightshift.exe", "--store", store], env=ns.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while time.monotonic() < end:
        process = window(store)
        if process:
            return process
        time.sleep(0.05)
    raise AssertionError("the window did not start")


def queue_runs(ns, over, runs, problems):
    while not over.is_set():
        for name in MACHINES:
            try:
                done = ns("run", "start", name, "--flow", "flow", "--connection", name, "--json")
            except subprocess.TimeoutExpired as late:
                problems.append(f"under Wine, {late}")
                continue
            if done.code == 0:
                runs.append(done.json["id"])


def make(folder):
    ns = Nightshift(folder, wine=True)
    ns.env |= {"WINEPREFIX": str(PREFIX), "WINEDEBUG": "-all"}
    subprocess.run(["wine", "reg", "add", "HKCU\\Software\\Nightshift\\Console", "/v", "WorkTheQueue", "/t", "REG_DWORD", "/d", "1", "/f"], env=ns.env, check=True,
                   capture_output=True)
    ns.ok("flow", "add", "flow", "--program", "anything")
    peers = {}
    for name in MACHINES:
        peers[name] = Peer(folder, f"password={PASSWORD}", "agent", "forget", "flow-ms=150")
        ns.ok("machine", "add", name, "--host", "127.0.0.1", "--port", str(peers[name].port))
        ns.ok("settings", "set", name, "signin.timeout=5", "screen.width=640", "screen.height=480", "signin.interval=0", *WITHOUT_NLA)
        ns.ok("connection", "add", name, "--user", f"robot-{name}", "--password-stdin", stdin=PASSWORD + "\n")
    return ns, peers


def settle(ns, runs):
    """Until a window that nobody kills has brought all to an end."""
    process, end = start_window(ns), time.monotonic() + 240
    while time.monotonic() < end:
        with sqlite3.connect(f"file:{ns.store}?mode=ro", uri=True) as database:
            if not database.execute("SELECT count(*) FROM run WHERE state IN ('Queued', 'Running')").fetchone()[0]:
                break
        time.sleep(1)
    kill(process)
    with sqlite3.connect(f"file:{ns.store}?mode=ro", uri=True) as database:
        return dict(database.execute("SELECT id, state FROM run")), dict(database.execute("SELECT code, count(*) FROM run GROUP BY code"))


def kill_windows(folder, count, rng, problems):
    """How often it was killed, what was acknowledged meanwhile, and how the runs ended."""
    folder.mkdir()
    with display() as shown:
        os.environ["DISPLAY"] = shown
        ns, peers = make(folder)
        runs, over, journal, killed = [], threading.Event(), {}, 0
        load = threading.Thread(target=queue_runs, args=(ns, over, runs, problems))
        load.start()
        while killed < count:
            process = start_window(ns)
            time.sleep(1 + rng.random() * 3)
            name = f"w{killed}"
            if ns("machine", "add", name, "--host", "192.0.2.1").code == 0:
                journal[name] = True
            kill(process)
            killed += 1
        over.set()
        load.join()
        states, codes = settle(ns, runs)
        problems += [f"run {number} was acknowledged, and {states.get(number, 'is not there')}" for number in runs
                     if states.get(number) in (None, "Queued", "Running")]
        orders = sum(peer.count("order", type="run") for peer in peers.values())
        if orders > len(states):
            problems.append(f"{orders} orders for {len(states)} runs")
        listed = {each["name"] for each in ns.ok("machine", "list", "--json").json["machines"]}
        problems += [f"{name} was acknowledged, and is not there" for name in journal if name not in listed]
        if ns("store", "check").code:
            problems.append("the store is not whole after the windows were killed")
        subprocess.run(["wineserver", "-k"], env=ns.env, check=False)
        for peer in peers.values():
            peer.stop()
    return {"killed": killed, "machines acknowledged": len(journal), "runs acknowledged": len(runs), "codes": codes}
