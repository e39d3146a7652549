"""A run whose program, store or computer is not as it should be: paused, hung up, locked, full; and what changes while it waits. The numbers are
those of the findings that each test closes."""
import contextlib
import pathlib
import signal
import sqlite3
import threading
import time

from machines import no_session_left, processes, small_disk, wait_until
from program import Nightshift, fill
from test_faults import bench, run  # noqa: F401  (a fixture)


def begun(ns, run_id, phase):
    wait_until(f"run {run_id} in phase {phase}", 30, lambda: any(each["name"] == phase for each in ns.show(run_id)["phases"]))


def newest(ns):
    return ns.runs()[0]["id"]


def start_waiting(ns, machine, flow, connection="robot1", **more):
    """`run start --wait` as a process of its own, once its run is there."""
    before = len(ns.runs())
    process = ns.start("run", "start", machine, "--flow", flow, "--connection", connection, "--wait", **more)
    wait_until("a run more", 20, lambda: len(ns.runs()) > before)
    return process, newest(ns)


def test_a_self_test_leaves_a_session_that_it_only_found(ns, tmp_path):
    """1.26: what was listed for the machine was taken for its own, and signed out with what ran in it."""
    ns.ok("settings", "set", "lab1", "session.reuse=on")
    kept = ns.run("lab1")["session"]
    other = Nightshift(tmp_path / "other")
    fill(other)
    other("selftest", "lab1", "--connection", "robot1", timeout=180)
    again = ns.run("lab1")["session"]
    assert again["reused"] and (again["id"], again["startedAt"]) == (kept["id"], kept["startedAt"])
    assert other.ok("session", "list", "--json").json["sessions"] == []
    assert all("self-test" not in each["name"] for each in other.ok("machine", "list", "--json").json["machines"])


def test_our_own_pause_is_not_the_agents_silence(ns):
    """1.30: a laptop that sleeps, a virtual machine that is frozen."""
    process, run_id = start_waiting(ns, "lab1", "desktop")
    begun(ns, run_id, "flow")
    process.send_signal(signal.SIGSTOP)
    time.sleep(32)
    process.send_signal(signal.SIGCONT)
    process.wait(timeout=60)
    got = ns.show(run_id)
    assert got["code"] == "Succeeded", got
    no_session_left("lab1", "robot1")


def test_a_terminal_that_is_closed_cancels_like_ctrl_c(ns):
    """1.31: SIGHUP ended the program at once and left the session."""
    # As from a terminal: a test that runs under nohup would hand on that the signal is ignored, which is respected.
    process, run_id = start_waiting(ns, "lab1", "sleep", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
    begun(ns, run_id, "flow")
    process.send_signal(signal.SIGHUP)
    process.wait(timeout=60)
    assert ns.show(run_id)["code"] == "Cancelled"
    assert ns.ok("session", "list", "--json").json["sessions"] == []
    no_session_left("lab1", "robot1")


def test_a_result_is_not_lost_with_the_last_room_on_the_disk(tmp_path):
    """1.29: it was neither printed nor kept, and the session was listed as left."""
    with small_disk(tmp_path / "disk", "4m") as disk:
        ns = Nightshift(tmp_path / "user")
        ns.env["XDG_DATA_HOME"] = str(disk)
        ns.store = disk / "nightshift/nightshift.db"
        fill(ns)
        process, run_id = start_waiting(ns, "lab1", "desktop")
        begun(ns, run_id, "flow")
        with (disk / "fill").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        out, err = process.communicate(timeout=90)
        assert process.returncode == 0 and "Succeeded" in out, (out, err)
        (disk / "fill").unlink()
        assert ns.show(run_id)["code"] == "Succeeded"
        assert ns.ok("session", "list", "--json").json["sessions"] == []


@contextlib.contextmanager
def locked(store):
    """Another program that writes."""
    connection = sqlite3.connect(store, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def test_a_store_that_is_locked_for_long_ends_no_run(ns):
    """1.1, 1.4: an import of ten seconds ended all runs that waited, as StoreFailed."""
    first, first_id = start_waiting(ns, "lab1", "desktop")
    begun(ns, first_id, "flow")
    second, second_id = start_waiting(ns, "lab1", "desktop")
    with locked(ns.store):
        time.sleep(14)
    for process in (first, second):
        process.wait(timeout=90)
    assert [ns.show(each)["code"] for each in (first_id, second_id)] == ["Succeeded", "Succeeded"]


def test_one_place_fewer_counts_for_runs_that_wait_already(ns):
    """1.5: session.max was that of the moment when the run was queued."""
    ns.ok("settings", "set", "lab1", "session.max=2")
    first, first_id = start_waiting(ns, "lab1", "sleep", "robot1")
    second, second_id = start_waiting(ns, "lab1", "sleep", "robot2")
    for each in (first_id, second_id):
        begun(ns, each, "flow")
    third, third_id = start_waiting(ns, "lab1", "hello", "robot2")
    ns.ok("settings", "set", "lab1", "session.max=1")
    ns.ok("run", "cancel", str(second_id))
    second.wait(timeout=60)
    time.sleep(2)
    assert ns.show(third_id)["state"] == "Queued"
    ns.ok("run", "cancel", str(first_id))
    for process in (first, third):
        process.wait(timeout=60)
    assert ns.show(third_id)["code"] == "Succeeded"


def hold_account(bench, name):
    """A run that signs in, or tries to, for five seconds with the account; another one waits for it. The other's process, number and peer."""
    bench.add("slow", "stall=x224")
    peer = bench.add(name, "agent", "flow-ms=50")
    bench.ok("connection", "add", "shared", "--user", "alice", "--domain", "CORP", "--password-stdin", stdin="open sesame\n")
    slow, slow_id = start_waiting(bench, "slow", "flow", "shared")
    begun(bench, slow_id, "negotiate")
    waiting, run_id = start_waiting(bench, name, "flow", "shared")
    wait_until("the wait for the account", 10, lambda: "signing in with this account" in (bench.show(run_id).get("waits") or ""))
    return slow, waiting, run_id, peer


def test_maintenance_counts_while_a_run_waits_for_its_account(bench):
    """1.8: what was checked was not what was used."""
    slow, waiting, run_id, peer = hold_account(bench, "next")
    bench.ok("settings", "set", "next", "maintenance=on")
    slow.wait(timeout=60)
    wait_until("the wait for the machine", 10, lambda: bench.show(run_id).get("waits") == "next is in maintenance")
    assert peer.count("connection") == 0
    bench.ok("settings", "set", "next", "maintenance=off")
    waiting.wait(timeout=60)
    assert bench.show(run_id)["code"] == "Succeeded"


def test_nobody_signs_in_as_bob_with_the_password_of_alice(bench):
    """1.8: the user was read before the wait, and the password after it."""
    slow, waiting, run_id, peer = hold_account(bench, "next")
    with sqlite3.connect(bench.store) as store:  # as another program would: a user, and the password that belongs to it
        store.execute("UPDATE connection SET user_name = 'bob' WHERE name = 'shared'")
    store.close()
    slow.wait(timeout=60)
    waiting.wait(timeout=60)
    assert [each["name"] for each in peer.events if each["event"] == "user"] == ["bob"], (peer.events, bench.show(run_id))


def test_a_program_that_stood_still_for_too_long_has_lost_its_run(ns):
    """1.2: it was never told, and its end was written over the record that another program had closed."""
    process, run_id = start_waiting(ns, "lab1", "sleep")
    begun(ns, run_id, "flow")
    process.send_signal(signal.SIGSTOP)
    with sqlite3.connect(ns.store) as store:  # a minute and more, by the store's clock
        store.execute("UPDATE store_clock SET ms = ms + 120000")
    store.close()
    assert ns.show(run_id)["code"] == "Interrupted"
    assert [each["state"] for each in ns.ok("session", "list", "--json").json["sessions"]] == ["left"]
    process.send_signal(signal.SIGCONT)
    _, err = process.communicate(timeout=90)
    assert process.returncode != 0 and "RunLost" in err, err
    assert ns.show(run_id)["code"] == "Interrupted"
    no_session_left("lab1", "robot1")


def test_a_wrong_clock_closes_no_run(tmp_path):
    """23e: another computer, whose clock was a minute and more behind, had its run closed as Interrupted while it went on."""
    ns = Nightshift(tmp_path, build="linux")  # a sanitizer wants to be loaded first
    fill(ns)
    fake = next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    ns.env.update({"LD_PRELOAD": str(fake), "FAKETIME": "-10m", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"})
    words = ns.words
    ns.words = ["unshare", "--uts", "bash", "-c", "hostname another; exec \"$@\"", "x", *words]
    process, run_id = start_waiting(ns, "lab1", "desktop")
    for name in ("LD_PRELOAD", "FAKETIME"):
        del ns.env[name]
    ns.words = words
    begun(ns, run_id, "flow")
    assert ns.show(run_id)["state"] == "Running"
    process.wait(timeout=60)
    assert ns.show(run_id)["code"] == "Succeeded"


def test_preflight_knows_the_sessions_that_its_own_store_keeps(ns):
    """1.27: "in a new session", and the run returned to the kept one; or passed, and the run failed."""
    ns.ok("settings", "set", "lab1", "session.reuse=on")
    kept = ns.run("lab1")["session"]["id"]
    assert f"would reuse session {kept} of robot1" in ns("preflight", "lab1", "--connection", "robot1").out
    ns.ok("settings", "set", "lab1", "session.reuse=off")
    said = ns("preflight", "lab1", "--connection", "robot1")
    run_code = ns.run("lab1")["code"]
    assert run_code == "UnattendedUserSessionLocked" and run_code in said.out and said.code != 0, said.out


def test_what_two_people_change_in_different_fields_stays(tmp_path):
    """Case 32: the second change took the first away, and both said that it had worked."""
    ns = Nightshift(tmp_path, build="linux")
    ns.ok("machine", "add", "kilo", "--host", "10.40.0.1")
    for i in range(10):
        both = [ns.start("machine", "edit", "kilo", "--host", f"10.40.1.{i}"), ns.start("machine", "edit", "kilo", "--description", f"d{i}")]
        assert [each.wait(timeout=30) for each in both] == [0, 0]
        got = next(each for each in ns.ok("machine", "list", "--json").json["machines"] if each["name"] == "kilo")
        assert (got["host"], got["description"]) == (f"10.40.1.{i}", f"d{i}")


def test_a_disk_without_a_byte_is_told_as_that(ns, tmp_path):
    """Not even the file that the programs of a store share can be made then: SQLite calls that an input/output error."""
    with small_disk(tmp_path / "small", "2700k") as disk:
        place = ("--store", str(disk / "n.db"))
        ns.ok(*place, "machine", "add", "first", "--host", "192.0.2.1")
        with (disk / "fill").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        done = ns(*place, "machine", "add", "second", "--host", "192.0.2.2")
        assert done.code == 4 and "[StoreDiskFull]" in done.err, done.err
        (disk / "fill").unlink()
        assert [each["name"] for each in ns.ok(*place, "machine", "list", "--json").json["machines"]] == ["first"]
