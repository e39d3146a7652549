"""`[MACHINES]`: importing, exporting and listing many machines, beside the sqlite3 shell doing the same with the same rows, in turns with it."""
import csv
import pathlib
import subprocess
import sys
import tempfile
import time

from figures import Figure, in_turns, show
from program import Nightshift

SELECT = "SELECT m.name, m.host, m.port, m.description, g.name AS \"group\" FROM machine m LEFT JOIN machine_group g ON g.id = m.group_id ORDER BY m.name_key;"


def write_rows(folder, machines):
    """The same fleet twice: as a user has it, and as the tables have it."""
    rows = [(i + 1, f"pc-{i:06}", f"10.{i // 65536}.{i // 256 % 256}.{i % 256}", i // 1000 + 1) for i in range(machines)]
    with (folder / "fleet.csv").open("w") as user, (folder / "machine.csv").open("w") as table, (folder / "machine_group.csv").open("w") as groups:
        csv.writer(user).writerow(["name", "host", "port", "group", "description"])
        csv.writer(user).writerows([name, host, 3389, f"group {group}", "imported"] for _, name, host, group in rows)
        csv.writer(table).writerows([number, name, name, host, 3389, "imported", group, "", 0, "", 0] for number, name, host, group in rows)
        csv.writer(groups).writerows([group, f"group {group}", f"group {group}", ""] for group in sorted({row[3] for row in rows}))


def empty_store(ns):
    for old in ns.store.parent.glob(ns.store.name + "*"):
        old.unlink()
    ns.ok("group", "list")


def timed(call):
    began = time.monotonic()
    call()
    return (time.monotonic() - began) * 1000


def shell(store, *lines):
    subprocess.run(["sqlite3", "-batch", "-bail", store], input="\n".join(lines) + "\n", text=True, check=True, capture_output=True)


def import_by_us(ns, folder):
    empty_store(ns)
    return timed(lambda: ns.ok("import", str(folder / "fleet.csv")))


def import_by_shell(ns, folder):
    empty_store(ns)
    return timed(lambda: shell(ns.store, f".import --csv {folder}/machine_group.csv machine_group", f".import --csv {folder}/machine.csv machine"))


def measure(machines=100000, times=3):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        ns = Nightshift(folder, build="linux")
        write_rows(folder, machines)
        out, what = [], f"{machines:,} machines"
        theirs, ours = in_turns(times, lambda: import_by_shell(ns, folder), lambda: import_by_us(ns, folder))
        out.append(Figure(f"import of {what}", ours, "sqlite3 shell into the same tables", theirs, limit=5))
        asked = [".mode json", f".output {folder}/shell.json", SELECT]
        for verb, words in (("export", ["export", "--file", f"{folder}/ours.json"]), ("list", ["machine", "list", "--json"])):
            theirs, ours = in_turns(times, lambda: timed(lambda: shell(ns.store, *asked)), lambda: timed(lambda: ns.ok(*words)))
            out.append(Figure(f"{verb} of {what}", ours, "sqlite3 shell writing them as JSON", theirs))
    return show(out)


if __name__ == "__main__":
    measure(*map(int, sys.argv[1:]))
