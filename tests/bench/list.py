"""`./dev bench list [MACHINES] [SECONDS]`: the console's list with many machines beside the same list with a thousand, in one run, under
Wine. Ratios count; the numbers belong to this box. Writes build/list.md."""
import json, os, pathlib, sqlite3, subprocess, sys, time

TOP = pathlib.Path(__file__).resolve().parents[2]
MACHINES = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 60
FOLDER = TOP / "build/test-files/list"


def make_store(path, machines):
    for old in path.parent.glob(path.name + "*"):
        old.unlink()
    subprocess.run([TOP / "build/linux/nightshiftctl", "--store", path, "machine", "list"], check=True, stdout=subprocess.DEVNULL)
    store = sqlite3.connect(path)
    groups = max(1, machines // 1000)
    store.executemany("INSERT INTO machine_group(id, name, name_key, description) VALUES (?, ?, ?, '')",
                      [(g + 1, f"Group {g:03}", f"group {g:03}") for g in range(groups)])
    store.executemany("INSERT INTO machine(name, name_key, host, port, description, group_id) VALUES (?1, ?1, ?2, 3389, '', ?3)",
                      [(f"pc-{i:06}", f"10.{i // 65536}.{i // 256 % 256}.{i % 256}", i // 1000 % groups + 1) for i in range(machines)])
    store.executemany("INSERT INTO machine_setting(machine_id, name, value) VALUES (?, 'maintenance', 'on')",
                      [(i + 1,) for i in range(0, machines, 17)])
    store.commit()
    store.close()


def measure(path, seconds):
    windows = lambda p: "Z:" + str(p).replace("/", "\\")
    subprocess.run(["wine", "reg", "delete", "HKCU\\Software\\Nightshift", "/f"], env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    output = FOLDER / "answer.json"  # a pipe would stay open with the console, if the bench ended early
    with output.open("w") as file:
        subprocess.run(["wine", "list-bench.exe", windows(path), "Group 000", str(seconds)], cwd=TOP / "build/windows", env=ENVIRONMENT,
                       stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL, timeout=300)
    subprocess.run(["wineserver", "-k"], env=ENVIRONMENT)
    return json.loads(output.read_text().strip().splitlines()[-1])


ENVIRONMENT = dict(os.environ, WINEPREFIX=str(TOP / "build/wine-test"), WINEDEBUG="-all", DISPLAY=":96")
FOLDER.mkdir(parents=True, exist_ok=True)
server = subprocess.Popen(["Xvfb", ":96", "-screen", "0", "1280x800x24", "-nolisten", "tcp"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(1)
manager = subprocess.Popen(["openbox"], env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    results = {}
    for machines, seconds in ((1000, min(SECONDS, 20)), (MACHINES, SECONDS)):
        make_store(FOLDER / f"{machines}.db", machines)
        results[machines] = measure(FOLDER / f"{machines}.db", seconds)
finally:
    subprocess.run(["wineserver", "-k"], env=ENVIRONMENT)
    manager.terminate()
    server.terminate()

titles = {"first_paint": "program started to first rows painted, ms", "filter": "filter keystroke to painted, ms (median)",
          "filter_worst": "filter keystroke to painted, ms (worst)", "sort": "sort by a column to painted, ms (median)",
          "sort_worst": "sort by a column to painted, ms (worst)", "scroll": "a page further to painted, ms (median)", "repaint": "a bare repaint of the list by the system, ms (median)",
          "refresh": "1,000 rows changed elsewhere to painted, ms", "memory_mb": "memory, MB",
          "blocked": "longest that the window did not answer, ms"}
text = f"| | 1,000 machines | {MACHINES:,} machines | ratio |\n| --- | --- | --- | --- |\n"
for key, title in titles.items():
    small, large = results[1000][key], results[MACHINES][key]
    text += f"| {title} | {small:g} | {large:g} | {large / small if small else 0:.1f} |\n"
(TOP / "build/list.md").write_text(text)
print(text)
