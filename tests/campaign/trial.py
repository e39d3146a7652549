"""What the campaigns share: a store of their own, scripted machines that count what reaches them, and the figures that are kept."""
import contextlib
import json
import os
import pathlib
import signal
import shutil
import tempfile
import time

from machines import TOP
from peer import Peer
from program import Nightshift, WITHOUT_NLA

FIGURES = TOP / "build/campaign"
PASSWORD = "open sesame"


@contextlib.contextmanager
def trial(password=PASSWORD):
    """A store with one flow; `machine` adds a scripted machine with a connection of its own. Everything ends with the trial."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nightshift-campaign-"))
    ns = Nightshift(folder, build="linux")
    ns.peers = {}

    def machine(name, *words, password=password, settings=()):
        peer = ns.peers[name] = Peer(folder, f"password={password}", *words)
        ns.ok("machine", "add", name, "--host", "127.0.0.1", "--port", peer.port)
        ns.ok("settings", "set", name, "signin.timeout=5", "screen.width=640", "screen.height=480", "signin.interval=0", *settings)
        ns.ok("connection", "add", name, "--user", f"robot-{name}", "--password-stdin", stdin=password + "\n")
        return peer

    ns.machine = machine
    ns.ok("flow", "add", "flow", "--program", "anything")
    try:
        yield ns
    finally:
        for name in ("nightshiftctl", "nightshift-runner"):
            for each in ns.processes(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        for peer in ns.peers.values():
            peer.stop()
        shutil.rmtree(folder, ignore_errors=True)


def look(process):
    """What a process holds."""
    status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines() if ":\t" in line)
    files = [os.readlink(each) for each in pathlib.Path(f"/proc/{process}/fd").iterdir()]
    return {"KiB": int(status["RssAnon"].split()[0]), "threads": int(status["Threads"]), "descriptors": len(files),
            "sockets": sum(each.startswith("socket:") for each in files), "temporary files": len(list(pathlib.Path("/tmp").glob("nightshift*")))}


def record(name, write=True, **figures):
    """The campaign's figures; how it is to end: `problems` must be empty."""
    problems = figures.pop("problems")
    document = {"at": time.strftime("%Y-%m-%d"), **figures, "problems": problems[:20]}
    text = json.dumps(document, indent=1)
    if write:
        FIGURES.mkdir(parents=True, exist_ok=True)
        (FIGURES / f"{name}.json").write_text(text + "\n")
    print(text)
    return 1 if problems else 0


def keep(name, **figures):
    raise SystemExit(record(name, **figures))


__all__ = ["FIGURES", "PASSWORD", "Peer", "TOP", "WITHOUT_NLA", "keep", "look", "record", "trial"]
