"""What tests with real machines and windows share. Each worker of pytest-xdist has a lab, a display and a Wine prefix of its own, so that tests
run side by side, and beside those of another checkout. What a failing test leaves is kept under build/test-files/NAME."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:
    os.environ["NS_LAB"] = "-".join(filter(None, [os.environ.get("NS_LAB"), WORKER]))

from machines import STATE, TOP, inside, lab, machines  # noqa: E402 (they ask for NS_LAB)
from program import Nightshift  # noqa: E402


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def lab_is_up():
    try:
        lab("up", os.environ.get("NS_TEST_MACHINES", "3"))
        yield
    finally:
        lab("down")


@pytest.fixture(scope="session")
def wine_prefix():
    """A copy of the prefix that tests/run has made, for the programs of this worker only."""
    template = pathlib.Path(os.environ["WINEPREFIX"])
    prefix = template if not WORKER else template.with_name(f"{template.name}-{WORKER}")
    if prefix != template:
        shutil.rmtree(prefix, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", template, prefix], check=True)
    os.environ.update(WINEPREFIX=str(prefix), WINEDEBUG="-all", WINPR_NATIVE_SSPI="0")
    yield prefix
    subprocess.run(["wineserver", "-k"], check=False)
    subprocess.run(["wineserver", "-w"], check=False)
    if prefix != template:
        shutil.rmtree(prefix, ignore_errors=True)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed and call.when in ("setup", "call"):
        folder = TOP / "build/test-files" / re.sub(r"[^\w.-]+", "-", item.name)[:100]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "failure.txt").write_text(report.longreprtext)
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, Nightshift):
                keep_runs(value, folder)
        if STATE.exists():
            keep_machines(folder)
        report.sections.append(("kept", f"{folder}"))


def keep_runs(ns, folder):
    """Each run's record, and its picture where it has one."""
    listed = ns("run", "list", "--json")
    if listed.code:
        (folder / "runs.txt").write_text(listed.err)
        return
    for run in listed.json["runs"][:20]:
        shown = ns("run", "show", str(run["id"]), "--json")
        (folder / f"run-{run['id']}.json").write_text(shown.out or shown.err)
        picture = folder / f"run-{run['id']}.png"
        ns("run", "screenshot", str(run["id"]), "Z:" + str(picture).replace("/", "\\") if ns.wine else str(picture))


def keep_machines(folder):
    """Each machine's logs, what runs there, and a picture of each display."""
    for machine in (each["name"] for each in machines() if each["state"] == "up"):
        kept = folder / machine
        shutil.copytree(STATE / machine / "log", kept, ignore_dangling_symlinks=True)
        for log in (STATE / machine / "home").glob("*/.xorgxrdp.*.log"):
            shutil.copy(log, kept / f"{log.parent.name}{log.name}")
        (kept / "processes.txt").write_text(inside(machine, "ps", "-eww", "-o", "pid,user,lstart,args").stdout)
        for socket in inside(machine, "sh", "-c", "ls /tmp/.X11-unix/").stdout.split():
            display = ":" + socket.lstrip("X")
            user = inside(machine, "sh", "-c", f"stat -c %U /tmp/.X11-unix/{socket}").stdout.strip()
            picture = inside(machine, "su", user, "-c", f"DISPLAY={display} timeout 5 import -window root png:- | base64")
            if picture.stdout:
                subprocess.run(["base64", "-d"], input=picture.stdout.encode(), stdout=(kept / f"display-{socket}.png").open("wb"), check=False)
