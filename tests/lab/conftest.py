"""What the lab tests share: a store of their own, the lab's machines in it, and the command line that users have."""
import json
import os
import pathlib
import subprocess
import time

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
LAB = str(TOP / "tests/lab/lab")
BUILD = TOP / "build" / os.environ.get("NS_TEST_BUILD", "linux-asan")


def lab(*words):
    return subprocess.run([LAB, *words], check=True, capture_output=True, text=True).stdout


def machine_init(name):
    """The host's number of a machine's first process."""
    supervisor = (TOP / "build/lab" / name / "pid").read_text().strip()
    return subprocess.run(["pgrep", "-P", supervisor], capture_output=True, text=True).stdout.split()[0]


def processes(name, user=None):
    """Command lines in the machine, of one user or of all."""
    words = ["ps", "-ww", "-o", "pid=,args="] + (["-u", user] if user else ["-e"])
    pid = machine_init(name)
    done = subprocess.run(["nsenter", "-t", pid, "-n", "-m", "-p", "--", *words], capture_output=True, text=True)
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def wait_until(what, seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


class Nightshift:
    """nightshiftctl on a store of its own, natively or as the Windows program under Wine."""

    def __init__(self, folder, wine=False):
        self.folder = folder
        self.wine = wine
        self.env = dict(os.environ, XDG_DATA_HOME=str(folder / "data"), XDG_CONFIG_HOME=str(folder / "config"))
        self.env["ASAN_OPTIONS"] = "handle_segv=2:detect_leaks=0"
        self.env["UBSAN_OPTIONS"] = "print_stacktrace=1"
        self.store = folder / "data/nightshift/nightshift.db"
        if wine:
            program = str(TOP / "build/windows/nightshiftctl.exe")
            self.words = ["timeout", "120", "wine", program, "--store", "Z:" + str(folder / "wine.db").replace("/", "\\")]
            self.store = folder / "wine.db"
            self.env["WINPR_NATIVE_SSPI"] = "0"  # Wine has no NTLM of its own
        else:
            self.words = [str(BUILD / "nightshiftctl")]

    def start(self, *words, **more):
        return subprocess.Popen([*self.words, *words], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def __call__(self, *words, stdin=None, timeout=120):
        done = subprocess.run([*self.words, *words], env=self.env, input=stdin if stdin is not None else "", capture_output=True, text=True,
                              timeout=timeout)
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, done.stderr
        return Result(done.returncode, done.stdout, done.stderr)

    def ok(self, *words, **more):
        done = self(*words, **more)
        assert done.code == 0, (words, done.out, done.err)
        return done

    def run(self, machine, flow="hello", connection="robot1", timeout=120):
        done = self("run", "start", machine, "--flow", flow, "--connection", connection, "--wait", "--json", timeout=timeout)
        return done.json if done.out else done

    def show(self, run):
        return self.ok("run", "show", str(run), "--json").json


FLOWS = {
    "hello": ["--program", "flow-hello", "--arguments", "\"two words\" three"],
    "desktop": ["--program", "flow-desktop", "--arguments", "2"],
    "three": ["--program", "flow-exit", "--arguments", "3"],
    "sleep": ["--program", "flow-sleep"],
    "flood": ["--program", "flow-flood", "--arguments", "1024"],
    "daemon": ["--program", "flow-daemon", "--arguments", "20"],
    "missing": ["--program", "/no/such/program"],
    "endless": ["--program", "flow-sleep", "--timeout", "2"],
}


def fill(ns):
    passwords = json.loads((TOP / "build/lab/credentials.json").read_text())
    for each in json.loads(lab("status", "--json"))["machines"]:
        ns.ok("machine", "add", each["name"], "--host", each["address"], "--port", str(each["port"]))
    # Every machine has passwords of its own, so a connection belongs to one of them.
    for machine, users in passwords.items():
        for user, password in users.items():
            name = user if machine == "lab1" else f"{user}@{machine}"
            ns.ok("connection", "add", name, "--user", user, "--password-stdin", stdin=password + "\n")
    ns.ok("connection", "add", "wrong", "--user", "robot1", "--password-stdin", stdin="not the password\n")
    for name, words in FLOWS.items():
        ns.ok("flow", "add", name, *words)


@pytest.fixture(scope="session", autouse=True)
def lab_is_up():
    lab("up", "3")
    yield
    lab("down")


@pytest.fixture(autouse=True)
def no_session_from_before(lab_is_up):
    """A test that failed must not make the next one fail."""
    for machine in ("lab1", "lab2", "lab3"):
        subprocess.run(["nsenter", "-t", machine_init(machine), "-m", "--", "sh", "-c", "rm -f /tmp/.X11-unix/X* /tmp/.X*-lock"], check=False) if not any(
            processes(machine, user) for user in ("robot1", "robot2")) else None
        for user in ("robot1", "robot2"):
            if processes(machine, user):
                words = ["nsenter", "-t", machine_init(machine), "-n", "-m", "-p", "--", "pkill", "-KILL", "-u", user]
                wait_until("an empty machine", 10, lambda: subprocess.run(words, check=False) and not processes(machine, user))


@pytest.fixture
def ns(tmp_path):
    made = Nightshift(tmp_path)
    fill(made)
    return made


@pytest.fixture
def wine(tmp_path):
    made = Nightshift(tmp_path, wine=True)
    fill(made)
    return made


def no_session_left(machine, user, seconds=10):
    wait_until(f"no process of {user} on {machine}", seconds, lambda: not processes(machine, user))
