"""Runs that any worker may take: groups as targets, the queue, workers that come and go."""
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from machines import STATE, address, no_session_left, wait_until

LAB = [f"lab{i + 1}" for i in range(int(os.environ.get("NS_TEST_MACHINES", 3)))]


@pytest.fixture
def fleet(ns):
    """The lab's machines as one group, and two crews that may sign in to each of them."""
    ns.ok("group", "add", "Lab")
    ns.ok("machine", "move", *LAB, "--group", "Lab")
    ns.workers = []

    def work(*words):
        process = ns.start("worker", *words)
        ns.workers.append(process)
        wait_until("the worker", 10, lambda: process.poll() is not None or ns.ok("worker", "list", "--json").json["workers"])
        return process

    ns.work = work
    yield ns
    for process in ns.workers:
        if process.poll() is None:
            process.kill()
        process.communicate()


def start(ns, target, flow="hello", connection="crew1", *words):
    return ns.ok("run", "start", target, "--flow", flow, "--connection", connection, *words, "--json").json["ids"]


def ended(ns, ids, seconds=90):
    def all_ended():
        runs = [ns.show(each) for each in ids]
        return runs if all(run["state"] not in ("Queued", "Running") for run in runs) else None

    return wait_until(f"the end of runs {ids}", seconds, all_ended)


def phase(run, name):
    return next((each["detail"] for each in run["phases"] if each["name"] == name), None)


def test_a_group_gives_its_machines_runs_and_says_why_not_to_the_others(fleet):
    ns = fleet
    ids = start(ns, "group:Lab", "desktop", "crew1", "--count", "3")
    ids += start(ns, "group:Lab", "hello", "crew2")
    assert [each["verb"] for each in ns.ok("activity", "list", "--json").json["activity"][:3]] == ["start", "start", "move"]
    assert ns("activity", "undo", str(ns.ok("activity", "list", "--json").json["activity"][0]["id"])).code == 5
    queue = ns.ok("queue", "list", "--json").json["queue"]
    assert [(each["id"], each["position"], each["group"], each["machine"]) for each in queue] == [(i, n + 1, "Lab", None) for n, i in enumerate(ids)]
    ns.work("--capacity", "4")
    runs = ended(ns, ids)
    assert [run["code"] for run in runs] == ["Succeeded"] * 4, runs
    assert {run["machine"] for run in runs[:3]} == set(LAB)  # one user has one session on each
    assert all(run["group"] == "Lab" for run in runs)
    assert phase(runs[0], "assigned") is not None and "lab1 runs 1" in phase(runs[1], "assigned")
    for name in LAB:
        no_session_left(name, "crew1")


def test_nobody_works_the_queue_and_the_program_says_so(fleet):
    ns = fleet
    got = ns.ok("run", "start", "group:Lab", "--flow", "hello", "--connection", "crew1")
    assert "nightshiftctl worker" in got.err and "Queued run 1." in got.out
    got = ns.ok("run", "start", "group:Lab", "--flow", "hello", "--connection", "crew1", "--worker", "auto")
    assert not got.err
    assert [run["code"] for run in ended(ns, [1, 2])] == ["Succeeded"] * 2


def test_a_run_of_a_group_is_carried_out_here_with_wait(fleet):
    ns = fleet
    ns.ok("settings", "set", "lab1", "maintenance=on")
    got = ns("run", "start", "group:Lab", "--flow", "three", "--connection", "crew1", "--count", "2", "--wait", "--json").json["runs"]
    assert {run["code"] for run in got} == {"FlowFailed"} and {run["machine"] for run in got} <= set(LAB[1:])
    assert "lab1 is in maintenance" in phase(got[0], "assigned")


def test_a_worker_that_is_stopped_finishes_what_it_has(fleet):
    ns = fleet
    worker = ns.work()
    run, = start(ns, "lab1", "desktop")
    wait_until("the flow", 20, lambda: phase(ns.show(run), "flow") is not None)
    later, = start(ns, "lab1", "hello", "robot2")
    worker.send_signal(signal.SIGINT)
    wait_until("a worker that stops", 5, lambda: ns.ok("worker", "list", "--json").json["workers"][0]["stopping"])
    assert worker.wait(timeout=60) == 0
    assert ns.show(run)["code"] == "Succeeded" and ns.show(later)["state"] == "Queued"
    assert ns.ok("worker", "list", "--json").json["workers"] == []


def test_a_worker_that_is_stopped_twice_cancels_what_it_has(fleet):
    ns = fleet
    worker = ns.work()
    run, = start(ns, "lab1", "sleep")
    wait_until("the flow", 20, lambda: phase(ns.show(run), "flow") is not None)
    worker.send_signal(signal.SIGINT)
    time.sleep(0.5)
    worker.send_signal(signal.SIGINT)
    assert worker.wait(timeout=30) == 0
    assert ns.show(run)["code"] == "Cancelled"
    no_session_left("lab1", "crew1")


def test_a_worker_that_is_killed_loses_its_run_and_no_other(fleet):
    ns = fleet
    first = ns.work("--capacity", "1")
    run, = start(ns, "lab1", "sleep")
    wait_until("the flow", 20, lambda: phase(ns.show(run), "flow") is not None)
    later, = start(ns, "lab1", "hello", "robot2")
    wait_until("its reason", 5, lambda: ns.show(later)["waits"] in ("", f"lab1 runs {run}"))
    first.kill()
    first.wait()
    ns.work()
    assert [each["code"] for each in ended(ns, [run, later])] == ["Interrupted", "Succeeded"]


def test_two_entries_of_one_machine_take_turns(fleet):
    """Case 33."""
    ns = fleet
    ns.ok("machine", "add", "Kilo", "--host", address("lab1"))
    ns.ok("machine", "add", "Lima", "--host", address("lab1"))
    ns.work()
    first, = start(ns, "Kilo", "desktop", "robot1")
    second, = start(ns, "Lima", "hello", "robot1")
    wait_until("the flow", 20, lambda: phase(ns.show(first), "flow") is not None)
    assert ns.show(second)["waits"] == f"Lima runs {first}"
    runs = ended(ns, [first, second])
    assert [run["code"] for run in runs] == ["Succeeded"] * 2 and runs[1]["startedAt"] >= runs[0]["endedAt"]


def test_what_is_moved_to_the_top_is_next(fleet):
    ns = fleet
    blocked, = start(ns, "lab1", "desktop")
    one, = start(ns, "lab1", "hello", "robot1")
    two, = start(ns, "lab1", "hello", "robot2")
    high, = start(ns, "lab1", "hello", "crew2", "--priority", "high")
    ns.ok("run", "move", str(two), "top")
    ns.ok("run", "priority", str(blocked), "high")
    assert [each["id"] for each in ns.ok("queue", "list", "--json").json["queue"]] == [blocked, high, two, one]
    ns.ok("run", "cancel", str(one))
    assert ns.show(one)["code"] == "Cancelled"
    ns.work()
    runs = ended(ns, [blocked, high, two])
    assert [run["code"] for run in runs] == ["Succeeded"] * 3
    assert runs[0]["startedAt"] < runs[1]["startedAt"] < runs[2]["startedAt"]


def test_a_canary_stops_when_two_machines_fail_alike(fleet):
    ns = fleet
    words = ["run", "start", "group:Lab", "--connection", "crew1", "--canary", "--json"]
    good = ns(*words, "--flow", "hello")
    assert good.code == 0 and [(run["machine"], run["code"]) for run in good.json["runs"]] == [(name, "Succeeded") for name in LAB]
    bad = ns(*words, "--flow", "three")
    assert bad.code == 1 and [run["machine"] for run in bad.json["runs"]] == ["lab1", "lab2"]
    assert "Stopped after 2 of 3 machines: two of them failed with FlowFailed." in bad.err


def most_sessions_at_once(machine, user):
    """By sesman's own log, in which each session of a user begins and ends."""
    log = (STATE / machine / "log/xrdp-sesman.log").read_text(errors="replace")
    at_once, most = 0, 0
    for line in log.splitlines():
        if re.search(rf"\+\+ (created|reconnected) session .*username {user},", line):
            at_once += 1
            most = max(most, at_once)
        elif re.search(rf"\+\+ terminated session: .*username {user},", line):
            at_once -= 1
    return most


def test_many_runs_and_workers_that_die(fleet):
    """Each run ends exactly once, whatever happens to the workers, and no user ever has two sessions on a machine.
    NS_TEST_QUEUE_RUNS: how many runs; NS_TEST_MACHINES: on how many machines."""
    ns = fleet
    count, killed = int(os.environ.get("NS_TEST_QUEUE_RUNS", 30)), 0
    ns.ok("settings", "set", "group:Lab", "signin.interval=2")
    began = time.monotonic()
    ids = start(ns, "group:Lab", "hello", "crew1", "--count", str(count // 2)) + start(ns, "group:Lab", "hello", "crew2", "--count", str(count // 2))
    for _ in range(3):
        ns.work("--capacity", "4")
    table = ns.folder / "many.csv"
    table.write_text("name,host\n" + "".join(f"pc{i},10.0.{i // 250}.{i % 250}\n" for i in range(100 * count)))
    admin = threading.Thread(target=ns.ok, args=("import", str(table)))
    admin.start()
    deadline = time.monotonic() + 240 + 4 * count
    while time.monotonic() < deadline and ns.ok("queue", "list", "--json").json["queue"]:
        time.sleep(4)
        if killed == count // 10:
            continue
        victim = ns.workers[killed]
        victim.kill()
        victim.wait()
        killed += 1
        ns.work("--capacity", "4")
    admin.join()
    runs = ended(ns, ids)
    codes = [run["code"] for run in runs]
    print(f"{count} runs in {time.monotonic() - began:.0f} s, {killed} workers killed: {({code: codes.count(code) for code in set(codes)})}")
    assert set(codes) <= {"Succeeded", "Interrupted"} and codes.count("Succeeded") >= count // 2, codes
    assert codes.count("Interrupted") <= 4 * killed and killed >= 1
    assert all(most_sessions_at_once(name, user) <= 1 for name in LAB for user in ("crew1", "crew2"))


def test_continuous_integration_is_told_what_became_of_runs(ns, tmp_path):
    import xml.etree.ElementTree

    report = tmp_path / "runs.xml"
    ns("run", "start", "lab1", "--flow", "three", "--connection", "robot1", "--wait", "--count", "2", "--junit", report)
    suite = xml.etree.ElementTree.parse(report).getroot().find("testsuite")
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("lab1", "2", "2")
    assert [(case.get("classname"), case.find("failure").get("type")) for case in suite] == [("lab1", "FlowFailed")] * 2
    refused = ns("run", "start", "lab1", "--flow", "three", "--connection", "robot1", "--junit", report, "--json")
    assert "WrongArguments" in refused.err and "--wait" in refused.err


def test_a_worker_is_a_service_of_windows_under_wine(wine):
    """Wine's service manager takes any password; that the user may sign in as a service only Windows itself shows."""
    wine.ok("worker", "--install-service", "--capacity", "2", "--password-stdin", stdin="not the user's\n")
    manager = [*wine.words[:2], "wine", "net"]
    again = wine("worker", "--install-service", "--password-stdin", stdin="x\n")
    try:
        assert "installed already" in again.err
        started = subprocess.run([*manager, "start", "NightshiftWorker"], env=wine.env, capture_output=True, text=True, check=False)
        assert started.returncode == 0 or "already running" in started.stdout, started  # it starts with the computer
        run = wine.ok("run", "start", "lab1", "--flow", "hello", "--connection", "robot1", "--json").json
        assert run["workers"] == 1
        assert wait_until("its end", 60, lambda: wine.show(run["id"])["code"]) == "Succeeded"
        # Told to stop while a run goes on, it lets that end.
        slow = wine.ok("run", "start", "lab1", "--flow", "desktop", "--connection", "robot1", "--json").json["id"]
        wait_until("its start", 60, lambda: wine.show(slow)["state"] != "Queued")
        subprocess.run([*manager, "stop", "NightshiftWorker"], env=wine.env, check=False, capture_output=True)
        assert wait_until("its end", 60, lambda: wine.show(slow)["code"]) == "Succeeded"
    finally:
        wine.ok("worker", "--remove-service")
    assert "not installed" in wine("worker", "--remove-service").err
