"""nightshiftctl as a user has it, on a store of its own. Its programs are this folder's own, so that what belongs to it is told from every
other Nightshift on the computer."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess

from machines import TOP, lab, machines, passwords

PROGRAMS = ("nightshiftctl", "nightshift-runner", "nightshift-agent")


def hard_link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


WITHOUT_NLA = ("signin.security=tls", "certificate.policy=first-use")


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


class Nightshift:
    """Natively or as the Windows program under Wine. `build` is a folder below build/."""

    def __init__(self, folder, wine=False, build=None):
        self.folder = pathlib.Path(folder)
        self.wine = wine
        self.without_nla = False  # what is added is one of the lab's: xrdp, which cannot do better
        self.env = dict(os.environ, XDG_DATA_HOME=str(self.folder / "data"), XDG_CONFIG_HOME=str(self.folder / "config"))
        self.env["ASAN_OPTIONS"] = "handle_segv=2:detect_leaks=0"
        self.env["UBSAN_OPTIONS"] = "print_stacktrace=1"
        self.store = self.folder / "data/nightshift/nightshift.db"
        if wine:
            program = str(TOP / "build/windows/nightshiftctl.exe")
            self.words = ["timeout", "120", "wine", program, "--store", "Z:" + str(self.folder / "wine.db").replace("/", "\\")]
            self.store = self.folder / "wine.db"
            self.env["WINPR_NATIVE_SSPI"] = "0"  # Wine has no NTLM of its own
        else:
            self.bin = self.folder / "bin"
            self.bin.mkdir(parents=True, exist_ok=True)
            for name in PROGRAMS:
                hard_link(TOP / "build" / (build or os.environ.get("NS_TEST_BUILD", "linux-asan")) / name, self.bin / name)
            self.words = [str(self.bin / "nightshiftctl")]

    def processes(self, name):
        """The host's ids of this folder's programs of that name that are running. The runner's process that only connects goes by the name
        nightshift-dial."""
        program = "nightshift-runner" if name == "nightshift-dial" else name
        wanted, ids = str(self.bin / program), []
        for each in pathlib.Path("/proc").glob("[0-9]*/exe"):
            try:
                if os.readlink(each) == wanted and ((each.parent / "comm").read_text().strip() == "nightshift-dial") == (name == "nightshift-dial"):
                    ids.append(int(each.parent.name))
            except OSError:  # it is gone, or the kernel's
                pass
        return ids

    def end_workers(self):
        """Those that a run had started and that wait for more."""
        for each in self.processes("nightshiftctl"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGTERM)

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
        if self.without_nla and words[:2] in (("machine", "add"), ("group", "add")):  # who joins a group takes its values
            self.ok("settings", "set", ("group:" if words[0] == "group" else "") + words[2], *WITHOUT_NLA)
        return done

    def run(self, machine, flow="hello", connection="robot1", timeout=120):
        done = self("run", "start", machine, "--flow", flow, "--connection", connection, "--wait", "--json", timeout=timeout)
        return done.json if done.out else done

    def show(self, run):
        return self.ok("run", "show", str(run), "--json").json

    def runs(self):
        """The newest first."""
        return self.ok("run", "list", "--json").json["runs"]


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
    """The lab's machines, their users and the flows."""
    ns.without_nla = True
    for each in machines():
        ns.ok("machine", "add", each["name"], "--host", each["address"], "--port", str(each["port"]))
    # Every machine has passwords of its own, so a connection belongs to one of them.
    for machine, users in passwords().items():
        for user, password in users.items():
            name = user if machine == "lab1" else f"{user}@{machine}"
            ns.ok("connection", "add", name, "--user", user, "--password-stdin", stdin=password + "\n")
    ns.ok("connection", "add", "wrong", "--user", "robot1", "--password-stdin", stdin="not the password\n")
    for name, words in FLOWS.items():
        ns.ok("flow", "add", name, *words)
