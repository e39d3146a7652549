"""The real window under Wine, by keyboard and mouse. Each story is one start of gui-tests.exe, on a display, a folder and stores of its own; its
steps, which stand on one another, are tests here. Pictures and what the story printed lie in build/test-files/gui/STORY."""
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import threading
import time

import pytest

from machines import TOP, address, clear_sessions, display, password

SOURCES = [path.read_text() for path in sorted((TOP / "tests/gui").glob("*.c"))]
STEPS = [pytest.param(story, step, marks=[pytest.mark.xdist_group(f"gui-{story}"), pytest.mark.long], id=f"{story}-{step}")
         for source in SOURCES for story in re.findall(r'run_group_tests_name\("(\w+)"', source) for step in re.findall(r"cmocka_unit_test\((\w+)\)", source)]
LAST = {step.values[0]: step.values[1] for step in STEPS}  # of each story
assert len(LAST) == 7, "a story is not found in its source"
FOLDER = TOP / "build/test-files/gui"
TIMEOUT = os.environ.get("NS_TEST_TIMEOUT", "600")  # a bench that tells a story for long gives it time


def windows(path):
    return "Z:" + str(path).replace("/", "\\")


def take_pictures(folder, environment, stop):
    """A Windows program cannot call the X server's tools: it asks by a file, which is gone when the picture is there."""
    while not stop.wait(0.05):
        for wanted in folder.glob("*.wanted"):
            time.sleep(0.3)
            subprocess.run(["import", "-window", "root", wanted.with_suffix(".png")], env=environment, check=False, stderr=subprocess.DEVNULL)
            wanted.unlink()


def make_fleet(store):
    """A thousand machines, which are the addresses of one light responder; returns it."""
    for words in (["group", "add", "Fleet"], ["settings", "set", "group:Fleet", "signin.security=tls", "certificate.policy=first-use"]):
        subprocess.run([TOP / "build/linux/nightshiftctl", "--store", store, *words], check=True, stdout=subprocess.DEVNULL)
    key, certificate = store.with_name("fleet-key.pem"), store.with_name("fleet.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=fleet",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    responder = subprocess.Popen([TOP / "build/linux/probe-bench", "serve", "0", certificate, key], stdout=subprocess.PIPE, text=True)
    port = int(responder.stdout.readline().split()[-1])
    with sqlite3.connect(store) as database:
        database.executemany("INSERT INTO machine(name, name_key, host, port, description, group_id) VALUES (?1, ?1, ?2, ?3, '', 1)",
                             [(f"m{i:04}", f"127.7.{i // 250}.{i % 250 + 1}", port) for i in range(1000)])
    return responder


def tell(story):
    """Starts it and returns what it printed."""
    folder = FOLDER / story
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clear_sessions("lab1")
    responder = make_fleet(folder / "story.db") if story == "fleet" else None
    for key in ("Software\\Nightshift", "Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize"):
        subprocess.run(["wine", "reg", "delete", "HKCU\\" + key, "/f"], check=False, capture_output=True)  # what an earlier story arranged
    with display() as shown:
        environment = dict(os.environ, DISPLAY=shown, NS_LAB_HOST=address("lab1"), NS_LAB_PASSWORD=password("lab1", "robot1"),
                           NS_LAB_PASSWORD2=password("lab1", "robot2"), NS_TEST_FOLDER=windows(folder), NS_TEST_STORE=windows(folder / "story.db"),
                           NS_TEST_RUNS_STORE=windows(folder / "runs.db"))
        subprocess.run(["wineserver", "-k"], check=False)  # the last one's knows another display
        manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stop = threading.Event()
        pictures = threading.Thread(target=take_pictures, args=(folder, environment, stop))
        pictures.start()
        try:
            with (folder / "story.log").open("w") as log:
                told = subprocess.run(["timeout", TIMEOUT, "wine", "gui-tests.exe", story], cwd=TOP / "build/windows", env=environment, stdin=subprocess.DEVNULL,
                               stdout=log, stderr=subprocess.STDOUT, check=False)
        finally:
            stop.set()
            pictures.join()
            subprocess.run(["wineserver", "-k"], check=False)
            for each in filter(None, (manager, responder)):
                each.terminate()
                each.wait()
    return told.returncode, (folder / "story.log").read_text(errors="replace")


@pytest.fixture(scope="session")
def told(lab_is_up, wine_prefix):
    logs = {}

    def once(story):
        if story not in logs:
            logs[story] = tell(story)
        return logs[story]

    return once


@pytest.mark.parametrize("story, step", STEPS)
def test_in_the_window(told, story, step):
    code, log = told(story)
    said = re.search(rf"^\[ RUN      \] {step}\s*$(.*?)^\[[ A-Z]+\] {step}\s*$", log, re.M | re.S)
    assert said and re.search(rf"^\[       OK \] {step}\s*$", log, re.M), said.group(1) if said else log[-2000:]
    assert code == 0 or step != LAST[story], f"the story ended with {code}: {log[-2000:]}"
