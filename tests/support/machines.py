"""The lab's machines as tests and benches see them: this process's own lab, looked at and disturbed from inside its namespaces. Processes are
found and ended in a machine of that lab only, by their ids."""
import contextlib
import json
import os
import pathlib
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
LAB = str(TOP / "tests/lab/lab")
STATE = TOP / "build" / ("lab-" + os.environ["NS_LAB"] if os.environ.get("NS_LAB") else "lab")
USERS = ("robot1", "robot2", "crew1", "crew2")


def lab(*words):
    return subprocess.run([LAB, *words], check=True, capture_output=True, text=True).stdout


def machines():
    """What `lab status --json` says of each."""
    return json.loads(lab("status", "--json"))["machines"]


def address(name):
    return f"{(STATE / 'network').read_text().strip()}.{200 if name == 'labnla' else name[3:]}.2"


def password(machine, user):
    return passwords()[machine][user]


def passwords():
    return json.loads((STATE / "credentials.json").read_text())


def machine_init(name):
    """The host's number of a machine's first process."""
    supervisor = (STATE / name / "pid").read_text().strip()
    environment = pathlib.Path(f"/proc/{supervisor}/environ").read_bytes().split(b"\0")
    assert f"ROOT={STATE / name}".encode() in environment, f"{name} is gone, and its number is another program's"
    return pathlib.Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()[0]


def inside(machine, *words, **more):
    """Runs a program in all of the machine's namespaces."""
    return subprocess.run(["nsenter", "-t", machine_init(machine), "-n", "-m", "-p", "--", *words], capture_output=True, text=True, **more)


def found(machine, user=None, program=None):
    """[(id in the machine, command line)] of one user's processes or of all; `program` as the kernel has it, 15 characters at most."""
    words = ["ps", "-ww", "-o", "pid=,comm:16=,args="] + (["-u", user] if user else ["-e"])
    rows = [line.split(None, 2) for line in inside(machine, *words).stdout.splitlines() if line.strip()]
    return [(row[0], row[-1]) for row in rows if not program or row[1] == program]


def processes(machine, user=None):
    """Command lines in the machine, each after its id."""
    return [" ".join(each) for each in found(machine, user)]


def send(machine, signal, user=None, program=None):
    """Sends a signal, "KILL", to the user's processes of that program."""
    pids = [pid for pid, _ in found(machine, user, program)]
    if pids:
        inside(machine, "kill", f"-{signal}", *pids)


def wait_until(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


def no_session_left(machine, user, seconds=10):
    wait_until(f"no process of {user} on {machine}", seconds, lambda: not processes(machine, user))


def clear_sessions(machine):
    """Ends what users run on the machine, and what their displays left."""
    for user in USERS:
        if processes(machine, user):
            wait_until("an empty machine", 10, lambda: send(machine, "KILL", user) or not processes(machine, user))
    # What xrdp has for a client that was killed looks for its channel server some moments longer, and would take the next session's.
    end = time.monotonic() + 3
    while len(found(machine, "root", "xrdp")) > 1 and time.monotonic() < end:
        time.sleep(0.02)
    inside(machine, "sh", "-c", "rm -f /tmp/.X11-unix/X* /tmp/.X*-lock")


@contextlib.contextmanager
def display(width=1280, height=800):
    """An X server of one's own, on a number that is free; gives ":N"."""
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"], pass_fds=[writing],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            yield ":" + numbers.readline().strip()
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of its own, such as "4m"."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def mount_again(folder, options):
    """The same one with other options, such as "ro"."""
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)
