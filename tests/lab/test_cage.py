"""The process that reads what a machine sends is in a cage: seen from inside, by trying, and from outside, while a real session runs in it."""
import pathlib
import subprocess

from machines import TOP, wait_until
from test_trust import strict  # noqa: F401 (a fixture)


def test_nothing_that_a_cage_must_refuse_comes_through():
    """Finding 2.2: no seccomp, no limit on memory, 96,000 processes."""
    done = subprocess.run([TOP / "build/linux/nightshift-runner", "--cage"], capture_output=True, text=True)
    rows = [line.rsplit(None, 1) for line in done.stdout.splitlines()]
    assert len(rows) >= 15 and all(row[1] == "refused" for row in rows), done.stdout + done.stderr
    assert {"open the store", "start a program", "fork", "connect elsewhere", "trace its starter"} <= {row[0] for row in rows}
    assert done.returncode == 0


def status(process):
    """{"Seccomp": "2", …} of each thread."""
    return [dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
            for task in pathlib.Path(f"/proc/{process}/task").iterdir()]


def limit(process, name):
    [row] = [line for line in pathlib.Path(f"/proc/{process}/limits").read_text().splitlines() if line.startswith(name)]
    return row[len(name):].split()[0]


def test_a_session_runs_in_its_cage_and_so_does_what_connects_for_it(strict):  # noqa: F811
    peer = strict.peer("nla", "agent", "flow-ms=4000")
    strict.add("m", peer.port)
    started = strict.start("run", "start", "m", "--flow", "flow", "--connection", "m", "--wait", "--json")
    wait_until("the flow", 20, lambda: peer.count("order"))
    [runner], [dialer] = strict.processes("nightshift-runner"), strict.processes("nightshift-dial")
    for process in (runner, dialer):
        for thread in status(process):
            assert (thread["Seccomp"], thread["NoNewPrivs"]) == ("2", "1"), thread
        assert limit(process, "Max core file size") == "0"
    assert len(status(runner)) > 1  # the filter holds for the threads that were there before it
    assert limit(runner, "Max open files") == "64"
    files = [str(each.readlink()) for each in pathlib.Path(f"/proc/{runner}/fd").iterdir()]
    assert not [each for each in files if each.startswith("/") and not each.startswith(("/memfd:", "/dev/null"))], files
    # What connects holds nothing of the session's.
    assert [each.name for each in pathlib.Path(f"/proc/{dialer}/fd").iterdir()] == ["0"]
    environment = pathlib.Path(f"/proc/{runner}/environ").read_text()
    assert "open sesame" not in environment and "proxy" not in environment.lower()
    out, _ = started.communicate(timeout=30)
    assert '"Succeeded"' in out
    wait_until("nothing of it is left", 5, lambda: not strict.processes("nightshift-runner") + strict.processes("nightshift-dial"))
