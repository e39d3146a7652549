"""The password is nowhere: after add, run, failed run, crash and export not in the store, its log and copies, exports, logs, pictures or core files;
never in arguments or environments; and 5 seconds after the run in no memory of our processes that go on."""
import base64
import os
import pathlib
import re
import secrets as random
import signal
import threading
import time

from trial import WITHOUT_NLA, keep, trial

PASSWORD = "Zq7-" + random.token_hex(9)
FORMS = {"UTF-8": PASSWORD.encode(), "UTF-16": PASSWORD.encode("utf-16-le"), "base64": base64.b64encode(PASSWORD.encode()).rstrip(b"="),
         "hexadecimal": PASSWORD.encode().hex().encode()}


def found_in(data):
    return [form for form, wanted in FORMS.items() if wanted in data]


def ours(ns):
    for name in ("nightshiftctl", "nightshift-runner", "nightshift-dial"):
        for process in ns.processes(name):
            yield name, process


class Watch(threading.Thread):
    """Looks at arguments and environments for as long as it lasts."""

    def __init__(self, ns):
        super().__init__(daemon=True)
        self.ns, self.seen, self.looked, self.over = ns, set(), 0, False

    def run(self):
        while not self.over:
            for name, process in ours(self.ns):
                for part in ("cmdline", "environ"):
                    try:
                        data = pathlib.Path(f"/proc/{process}/{part}").read_bytes()
                    except OSError:
                        continue
                    self.looked += 1
                    self.seen |= {f"{part} of {name}: {form}" for form in found_in(data)}
            time.sleep(0.002)


def memory_of(process):
    """Every readable byte of a process."""
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
        for line in maps:
            start, end, rights, name = re.match(r"(\w+)-(\w+) (\S+) \S+ \S+ \S+\s*(.*)", line).groups()
            if rights[0] != "r" or name in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                continue
            memory.seek(int(start, 16))
            try:
                yield memory.read(int(end, 16) - int(start, 16))
            except OSError:
                pass


def look_at_memory(ns, problems, moment):
    size = 0
    for name, process in ours(ns):
        for part in memory_of(process):
            size += len(part)
            problems += [f"memory of {name} {moment}: {form}" for form in found_in(part)]
    return size


def look_at_files(folder, problems):
    files = [each for each in folder.rglob("*") if each.is_file() and each.suffix != ".pem" and "bin" not in each.parts]
    files += [each for each in pathlib.Path("/tmp").glob("core*") if each.is_file()]
    for each in files:
        problems += [f"{each.name}: {form}" for form in found_in(each.read_bytes())]
    return len(files)


with trial(PASSWORD) as ns:
    problems = []
    watch = Watch(ns)
    watch.start()
    ns.machine("nla", "nla", "agent", "flow-ms=300", password=PASSWORD, settings=["screenshot.policy=always"])
    ns.machine("tls", "agent", "flow-ms=300", password=PASSWORD, settings=[*WITHOUT_NLA, "screenshot.policy=always"])
    ns.machine("crash", "nla", "agent", "flow-ms=60000", password=PASSWORD)
    ns.machine("refused", "nla", "nla-status=0xC000006D", password=PASSWORD)
    # A program that stays: its memory is looked at when the run is over.
    worker = ns.start("worker")
    codes = []
    for name in ("nla", "tls", "refused"):
        codes.append(ns.ok("run", "start", name, "--flow", "flow", "--connection", name, "--json").json["id"])
    while any(ns.show(number)["state"] in ("Queued", "Running") for number in codes):
        time.sleep(0.2)
    codes = [ns.show(number)["code"] for number in codes]
    time.sleep(5)
    scanned = look_at_memory(ns, problems, "5 s after the runs")
    # A runner that is killed in the middle, and its program after it.
    number = ns.ok("run", "start", "crash", "--flow", "flow", "--connection", "crash", "--json").json["id"]
    while not ns.peers["crash"].count("order"):
        time.sleep(0.1)
    for process in ns.processes("nightshift-runner"):
        os.kill(process, signal.SIGKILL)
    while ns.show(number)["state"] in ("Queued", "Running"):
        time.sleep(0.2)
    time.sleep(5)
    scanned += look_at_memory(ns, problems, "5 s after a crash")
    worker.send_signal(signal.SIGABRT)  # as a fault of its own would
    said = "".join(worker.communicate())
    problems += [f"what the worker said: {form}" for form in found_in(said.encode())]
    for words in (("export", str(ns.folder / "export.json")), ("store", "backup")):
        ns(*words)
    for shown in codes and ns.runs():
        text = ns.ok("run", "show", str(shown["id"]), "--json").out
        problems += [f"record of run {shown['id']}: {form}" for form in found_in(text.encode())]
    watch.over = True
    watch.join()
    problems += sorted(watch.seen)
    files = look_at_files(ns.folder, problems)
    if codes != ["Succeeded", "Succeeded", "SessionCreationInvalidCredentials"] and codes[:2] != ["Succeeded", "Succeeded"]:
        problems.append(f"the runs did not go as meant: {codes}")
    # The search itself finds what is there: this program has it.
    if not any(found_in(part) for part in memory_of(os.getpid())):
        problems.append("the search finds nothing")

keep("secrets", runs=codes, mebibytes_of_memory=round(scanned / 1048576), arguments_and_environments=watch.looked, files=files, problems=problems)
