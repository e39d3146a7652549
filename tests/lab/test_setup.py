"""What users are given, as they get it: the set-up programs under Wine, in a prefix of their own, and the Debian packages."""
import hashlib
import json
import os
import re
import shutil
import subprocess

import pytest
from machines import TOP, display, wait_until
from program import Nightshift, fill

# What Wine writes at any start, and the uninstaller's own copy, which Windows deletes at the next one.
NOISE = re.compile(r"Winlogon|Control Panel|Fonts|ProfileList|DirectDraw|Software\\+Wine|Explorer\\+(Session|Shell)|Volatile|Control\\+(Class|Video|GraphicsDrivers)|CurrentControlSet\\+Enum|DeviceClasses|PendingFileRename.*~nsu")
PACKAGES = TOP / "build/packages"


class Prefix:
    """A Windows of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.env = os.environ | {"WINEPREFIX": str(folder), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "winemenubuilder.exe=d"}
        subprocess.run(["wineboot", "-i"], env=self.env, capture_output=True, check=True)
        self("reg", "add", "HKCU\\Software\\Wine\\WineDbg", "/v", "ShowCrashDialog", "/t", "REG_DWORD", "/d", "0", "/f")
        self.settle()

    def __call__(self, *words, timeout=120):
        return subprocess.run(["wine", *map(str, words)], env=self.env, capture_output=True, text=True, timeout=timeout, errors="replace")

    def settle(self):
        subprocess.run(["wineserver", "-w"], env=self.env, timeout=60)

    def set_up(self, *words, program=None):
        done = self(program or next(PACKAGES.glob("nightshift-*-setup.exe")), "/S", *words)
        self.settle()
        assert done.returncode == 0, (done.returncode, [log.read_text(errors="replace") for log in self.folder.glob("drive_c/**/setup.log")])

    def remove(self, folder, *words):
        """As Windows' list does it: the uninstaller goes on from a copy of itself."""
        done = self(folder / "uninstall.exe", *words, "/S")
        self.settle()
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)

    def path(self, path):
        return "C:\\" + str(path.relative_to(self.folder / "drive_c")).replace("/", "\\")

    def value(self, key, name):
        said = self("reg", "query", key, "/v", name).stdout
        found = re.search(rf"^\s+{re.escape(name)}\s+REG_\w+\s+(.*?)\s*$", said, re.M)
        return found and found.group(1)

    def state(self):
        """Every file, and every key and value of the registry but those that Wine itself writes at any start."""
        self.settle()
        files = {str(path.relative_to(self.folder)) for path in (self.folder / "drive_c").rglob("*")
                 if "/Temp" not in str(path) and "/windows/" not in str(path)}
        keys = set()
        for hive in ("user.reg", "system.reg"):
            key = ""
            for line in (self.folder / hive).read_text(encoding="utf-8", errors="replace").splitlines():
                if line.startswith("["):
                    key = line.rpartition("]")[0]
                elif line.startswith(('"', "@")):
                    keys.add((hive, key, line))
        return files, {each for each in keys if not NOISE.search(each[1] + each[2])}

    @property
    def user(self):
        return next(path for path in (self.folder / "drive_c/users").iterdir() if path.name != "Public")


@pytest.fixture
def windows(tmp_path):
    prefix = Prefix(tmp_path / "windows")
    yield prefix
    subprocess.run(["wineserver", "-k"], env=prefix.env)


def left_since(before, prefix):
    now = prefix.state()
    return now[0] - before[0], now[1] ^ before[1]


def installed(prefix, tmp_path, folder):
    """Nightshift as it was installed, with the store that it finds by itself."""
    ns = Nightshift(tmp_path, wine=True)
    ns.env |= prefix.env
    ns.words = ["timeout", "120", "wine", str(folder / "nightshiftctl.exe")]
    return ns


def test_setup_upgrade_the_main_job_and_removal_leave_the_store_and_nothing_else(windows, tmp_path):
    before = windows.state()
    folder = windows.user / "AppData/Local/Programs/Nightshift"
    store = windows.user / "AppData/Local/Nightshift/nightshift.db"
    # As 0.1.0 was given to users: its files, copied into a folder by hand.
    folder.mkdir(parents=True)
    for name in ("nightshift.exe", "nightshiftctl.exe", "nightshift-runner.exe", "nightshift-agent.exe"):
        shutil.copy(TOP / "build/windows" / name, folder)
    ns = installed(windows, tmp_path, folder)
    fill(ns)
    windows.set_up("/CurrentUser")
    assert windows.value("HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Nightshift", "DisplayName") == "Nightshift"
    assert windows.value("HKCU\\Environment", "Path") == windows.path(folder)
    assert (windows.user / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Nightshift.lnk").exists()
    assert ns.run("lab1")["code"] == "Succeeded"
    assert store.exists()
    kept = store.read_bytes()
    # Once more, over itself.
    windows.set_up()
    assert windows.value("HKCU\\Environment", "Path") == windows.path(folder)
    assert len(ns.runs()) == 1
    windows.remove(folder, "/CurrentUser")
    files, keys = left_since(before, windows)
    assert {name for name in files if not name.startswith(str(store.parent.relative_to(windows.folder)))} <= \
        {str(folder.parent.relative_to(windows.folder))}  # Programs is Windows' own folder
    assert keys == set()
    assert store.exists() and len(store.read_bytes()) >= len(kept)


@pytest.fixture
def screen(windows):
    with display() as shown:
        windows.env["DISPLAY"] = shown
        yield


def test_an_upgrade_while_a_console_runs_leaves_it_running(windows, tmp_path, screen):
    folder = windows.user / "AppData/Local/Programs/Nightshift"
    windows.set_up("/CurrentUser", "/NOPATH", "/NOMENU")
    assert windows.value("HKCU\\Environment", "Path") is None
    console = subprocess.Popen(["wine", folder / "nightshift.exe"], env=windows.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until("the store of the console", 30, lambda: (windows.user / "AppData/Local/Nightshift/nightshift.db").exists())
        done = windows(next(PACKAGES.glob("nightshift-*-setup.exe")), "/S")
        assert done.returncode == 0
        wait_until("the new file", 30, lambda: (folder / "nightshift.exe").exists())
        assert console.poll() is None
        assert installed(windows, tmp_path, folder).ok("machine", "list", "--json").json["machines"] == []
    finally:
        console.kill()
        console.wait()
    windows.settle()
    windows.remove(folder, "/CurrentUser", "/REMOVESTORE")
    assert not folder.exists()
    assert not (windows.user / "AppData/Local/Nightshift").exists()


def test_a_folder_with_other_things_in_it_keeps_them(windows):
    folder = windows.folder / "drive_c/Tools/Nightshift"
    (folder / "guide").mkdir(parents=True)
    for name in ("readme.txt", "guide/other.html"):
        (folder / name).write_text("somebody's")
    windows.set_up("/CurrentUser", "/NOMENU", "/NOPATH", "/D=C:\\Tools\\Nightshift")
    assert (folder / "nightshift.exe").exists() and windows.value("HKCU\\Software\\Nightshift\\Setup", "Folder") == "C:\\Tools\\Nightshift"
    windows.set_up()  # where it is
    assert not (windows.user / "AppData/Local/Programs/Nightshift").exists()
    windows.remove(folder, "/CurrentUser")
    assert {str(path.relative_to(folder)) for path in folder.rglob("*")} == {"readme.txt", "guide", "guide/other.html"}


def test_a_search_path_that_cannot_be_read_is_left_and_the_reason_stays(windows):
    windows("reg", "add", "HKCU\\Environment", "/v", "Path", "/t", "REG_DWORD", "/d", "7", "/f")
    done = windows(next(PACKAGES.glob("nightshift-*-setup.exe")), "/S", "/CurrentUser")
    folder = windows.user / "AppData/Local/Programs/Nightshift"
    assert done.returncode == 3 and (folder / "nightshift.exe").exists()
    assert "RegistryNotWritten" in (folder / "setup.log").read_text()
    assert windows.value("HKCU\\Environment", "Path") == "0x7"
    windows.remove(folder, "/CurrentUser")
    assert not folder.exists()


@pytest.mark.parametrize("name", ["nightshift", "nightshiftctl", "nightshift-runner", "nightshift-agent"])
def test_a_windows_program_has_no_time_of_day_in_it(name):
    """Two builds of one commit are the same bytes; the debug file's sum stands in the program, so its time counts too."""
    for ending in (".exe", ".exe.debug"):
        data = (TOP / f"build/windows/{name}{ending}").read_bytes()
        header = int.from_bytes(data[0x3C:0x40], "little")
        assert data[header:header + 4] == b"PE\0\0" and data[header + 8:header + 12] == bytes(4), name + ending


def test_for_everybody_with_the_agent(windows):
    before = windows.state()
    folder = windows.folder / "drive_c/Program Files/Nightshift"
    run_key = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    windows.set_up("/AllUsers", "/AGENT")
    assert windows.value(run_key, "NightshiftAgent") == f'"{windows.path(folder)}\\nightshift-agent.exe" --installed'
    assert windows.value("HKLM\\Software\\Nightshift\\Agent", "Start") == "run"
    path = windows.value("HKLM\\System\\CurrentControlSet\\Control\\Session Manager\\Environment", "PATH")
    assert path.split(";")[-1] == windows.path(folder) and len(path.split(";")) > 1
    windows.remove(folder, "/AllUsers")
    assert left_since(before, windows) == (set(), set())


def test_the_agent_is_brought_to_a_machine_and_taken_back(windows, tmp_path):
    """The computer itself: a share of another one is not here."""
    before = windows.state()
    folder = windows.folder / "drive_c/windows/Nightshift"
    run_key = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    ns = installed(windows, tmp_path, TOP / "build/windows")
    ns.ok("machine", "add", "here", "--host", "localhost")
    assert "--yes" in ns("agent", "push", "here").err  # nobody is there to be asked
    for _ in range(2):  # the second time it is an update
        said = ns.ok("agent", "push", "here", "--yes", "--json").json["said"]
        assert f'"{windows.path(folder)}\\nightshift-agent.exe" --installed' in said
        assert windows.value(run_key, "NightshiftAgent") == f'"{windows.path(folder)}\\nightshift-agent.exe" --installed'
    assert (folder / "nightshift-agent.exe").read_bytes() == (TOP / "build/windows/nightshift-agent.exe").read_bytes()
    assert "NightshiftPush" not in windows("reg", "query", "HKLM\\System\\CurrentControlSet\\Services", "/s").stdout
    ns.ok("agent", "push", "here", "--undo", "--yes")
    assert not folder.exists()
    ns.ok("machine", "add", "elsewhere", "--host", "127.0.0.9")
    failed = ns("agent", "push", "elsewhere", "--yes")
    assert "AgentNotPushed" in failed.err
    windows.settle()
    store = str(windows.user / "AppData/Local")
    files, keys = left_since(before, windows)
    assert {each for each in files if not str(windows.folder / each).startswith(store)} == set() and keys == set()


def test_the_agent_alone_by_its_setup_and_by_windows_installer(windows):
    before = windows.state()
    folder = windows.folder / "drive_c/Program Files/Nightshift Agent"
    folder_of_msi = windows.folder / "drive_c/Program Files/Nightshift Agent MSI"
    run_key = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"
    starts = f'"{windows.path(folder)}\\nightshift-agent.exe" --installed'
    windows.set_up(program=PACKAGES / "nightshift-agent-setup.exe")
    assert windows.value(run_key, "NightshiftAgent") == starts
    windows.remove(folder)
    assert left_since(before, windows) == (set(), set())
    package = next(PACKAGES.glob("nightshift-agent-*.msi"))
    for words in (("/i", package), ("/x", package)):
        done = windows("msiexec", *words, "/qn", timeout=240)
        windows.settle()
        assert done.returncode == 0
        assert windows.value(run_key, "NightshiftAgent") == (starts.replace(windows.path(folder), windows.path(folder_of_msi)) if words[0] == "/i" else None)
        assert (folder_of_msi / "nightshift-agent.exe").exists() == (words[0] == "/i")


def test_a_portable_copy_keeps_its_store_beside_itself(windows, tmp_path):
    subprocess.run(["/usr/bin/python3", "-m", "zipfile", "-e", next(PACKAGES.glob("*-portable.zip")), windows.folder / "drive_c"], check=True)
    folder = next((windows.folder / "drive_c").glob("nightshift-*"))
    ns = installed(windows, tmp_path, folder)
    ns.ok("machine", "add", "pc1", "--host", "pc1.example.org")
    assert (folder / "store/nightshift.db").exists()
    assert not (windows.user / "AppData/Local/Nightshift").exists()
    (folder / "nightshift-portable.txt").unlink()
    assert ns.ok("machine", "list", "--json").json["machines"] == []
    assert (windows.user / "AppData/Local/Nightshift/nightshift.db").exists()


def test_the_debian_packages_have_what_they_need(tmp_path):
    root = tmp_path / "root"
    for name in ("nightshift-ctl", "nightshift-worker", "nightshift-agent"):
        subprocess.run(["dpkg-deb", "-x", next(PACKAGES.glob(f"{name}_*.deb")), root], check=True)
    assert subprocess.run([root / "usr/bin/nightshiftctl", "--version"], capture_output=True, text=True).stdout.startswith("nightshiftctl 0.1.0")
    assert "ExecStart=/usr/bin/nightshiftctl worker" in (root / "usr/lib/systemd/user/nightshift-worker.service").read_text()
    control = subprocess.run(["dpkg-deb", "-f", next(PACKAGES.glob("nightshift-ctl_*.deb"))], capture_output=True, text=True).stdout
    assert re.search(r"^Depends: .*libseccomp2.*libxml2", control, re.M)
    assert (root / "usr/lib/nightshift/nightshift-agent").exists()


def test_the_bill_of_materials_has_what_is_built_in(tmp_path):
    bill = json.loads(next(PACKAGES.glob("*.cdx.json")).read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    have = {each["bom-ref"]: each for each in bill["components"]}
    for line in (TOP / "installer/sources.txt").read_text().splitlines():
        name, _, kind, file, digest, *_ = line.split() if line and line[0] != "#" else ("", "", "", "", "")
        if kind == "orig" and name != "cmocka":
            assert have[name]["hashes"] == [{"alg": "SHA-256", "content": digest}] and have[name]["licenses"]
    assert {"zlib", "mingw-w64"} <= have.keys() and "cmocka" not in have
    assert "nightshift:option" in {each["name"] for each in have["freerdp3"]["properties"]}
    # Every file that users are given has its sum beside it, and WinGet's manifest the set-up program's.
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=PACKAGES, check=True)
    setup = next(PACKAGES.glob("nightshift-*-setup.exe"))
    subprocess.run(["/usr/bin/python3", TOP / "installer/describe.py", "winget", "0.1.0", "https://example.org/0.1.0/", setup, tmp_path],
                   env=os.environ | {"SOURCE_DATE_EPOCH": "1760000000"}, check=True)
    manifest = (tmp_path / "Nightshift.Nightshift.installer.yaml").read_text()
    assert hashlib.sha256(setup.read_bytes()).hexdigest().upper() in manifest and f"https://example.org/0.1.0/{setup.name}" in manifest
