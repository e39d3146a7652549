"""What a flow made, brought back with its run: from real sessions, and over connections that break."""
import hashlib
import time

import pytest

from machines import lab, no_session_left, wait_until
from test_faults import bench  # noqa: F401
from test_flows import FLOWS


def add(ns, name, *words):
    ns.ok("flow", "add", name, "--kind", "script", "--program", str(FLOWS / "artifacts.py"), "--directory", f"/tmp/nightshift-{name}", "--make-directory", "on",
           *words)


def kept(ns, number, folder):
    listed = ns.ok("run", "artifacts", str(number), "--save", str(folder), "--json").json["artifacts"]
    return {each["name"]: each for each in listed}


def messages(run, code):
    return [each["message"] for each in run["findings"] if each["code"] == code]


def test_files_come_back_as_the_flow_wrote_them(ns, tmp_path):
    add(ns, "files", "--arguments", "0 1 700000 5000000", "--artifacts", "out/**/*.bin; nothing*")
    run = ns.run("lab1", "files")
    assert run["code"] == "Succeeded" and not run["findings"]
    assert next(phase["detail"] for phase in run["phases"] if phase["name"] == "artifacts") == "4 of 4 files, 5700001 bytes"
    listed = kept(ns, run["id"], tmp_path / "saved")
    for number, digest in enumerate(run["output"].split()):
        name = f"out/deep/Übersicht {number}.bin"
        assert listed[name]["whole"] and listed[name]["sha256"] == digest
        assert hashlib.sha256((tmp_path / "saved" / name).read_bytes()).hexdigest() == digest
    assert "Übersicht 3.bin" in ns.ok("run", "artifacts", str(run["id"])).out
    no_session_left("lab1", "robot1")


def test_only_what_the_flow_wrote_comes(ns):
    add(ns, "again", "--arguments", "10", "--artifacts", "out/deep/*")
    assert ns.run("lab1", "again")["code"] == "Succeeded"
    ns.ok("flow", "edit", "again", "--kind", "program", "--program", "/bin/true", "--arguments", "")
    time.sleep(2.1)  # as coarse as the times of files may be
    run = ns.run("lab1", "again")
    assert run["code"] == "Succeeded" and len(messages(run, "NoArtifacts")) == 1
    assert ns.ok("run", "artifacts", str(run["id"]), "--json").json == {"artifacts": []}
    assert ns("run", "artifacts", "9999").code == 3


def test_a_flow_that_failed_gives_its_files_too_and_one_that_was_cancelled_none(ns):
    add(ns, "failed", "--arguments", "10 x", "--artifacts", "out/deep/*")
    run = ns.run("lab1", "failed")
    assert run["code"] == "FlowFailed"
    # The second size is none: the first file is there.
    assert [each["name"] for each in ns.ok("run", "artifacts", str(run["id"]), "--json").json["artifacts"]] == ["out/deep/Übersicht 0.bin"]
    ns.ok("flow", "add", "slow", "--program", "/bin/sleep", "--arguments", "60", "--directory", "/tmp", "--artifacts", "*")
    number = ns.ok("run", "start", "lab1", "--flow", "slow", "--connection", "robot1", "--worker", "auto", "--json").json["id"]
    wait_until("the flow", 30, lambda: any("/bin/sleep 60" in phase["detail"] for phase in ns.show(number)["phases"]))
    ns.ok("run", "cancel", str(number))
    wait_until("the end", 20, lambda: ns.show(number)["state"] == "Cancelled")
    assert "artifacts" not in [phase["name"] for phase in ns.show(number)["phases"]]


def test_what_is_too_large_stays_and_is_named(ns):
    add(ns, "large", "--arguments", f"{250 << 20} 5", "--artifacts", "out/deep/*")
    run = ns.run("lab1", "large")
    said = messages(run, "ArtifactsMissing")
    assert run["code"] == "Succeeded" and len(said) == 1 and "Too large" in said[0] and "Übersicht 0.bin" in said[0]
    assert [(each["size"], each["whole"]) for each in ns.ok("run", "artifacts", str(run["id"]), "--json").json["artifacts"]] == [(5, True)]


def test_a_hundred_megabytes_come_through_a_network_that_is_cut_in_the_middle(ns, tmp_path):
    """On a real server: the connection lives through eight seconds of silence, and not a byte is lost."""
    add(ns, "huge", "--arguments", str(100 << 20), "--artifacts", "out/deep/*")
    number = ns.ok("run", "start", "lab3", "--flow", "huge", "--connection", "robot1@lab3", "--worker", "auto", "--json").json["id"]

    def size_so_far():
        return sum(each.stat().st_size for each in ns.store.parent.iterdir() if each.is_file())

    wait_until("the phase", 60, lambda: "artifacts" in [phase["name"] for phase in ns.show(number)["phases"]])
    wait_until("the first megabytes", 30, lambda: size_so_far() > 10 << 20)
    lab("cut", "lab3")
    try:
        time.sleep(8)
        assert ns.show(number)["state"] == "Running"
    finally:
        lab("heal", "lab3")
    wait_until("the end", 90, lambda: ns.show(number)["state"] != "Running")
    run = ns.show(number)
    assert run["code"] == "Succeeded" and not messages(run, "ArtifactsMissing"), run["findings"]
    file = kept(ns, number, tmp_path / "saved")["out/deep/Übersicht 0.bin"]
    assert file["whole"] and file["sha256"] == run["output"].strip()
    assert hashlib.sha256((tmp_path / "saved/out/deep/Übersicht 0.bin").read_bytes()).hexdigest() == file["sha256"]


@pytest.fixture
def made(tmp_path):
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "a.bin").write_bytes(bytes(range(256)) * 8000)
    (folder / "b.bin").write_bytes(b"b")
    return folder


def test_a_connection_that_breaks_between_pieces_goes_on_where_it_was(bench, made, tmp_path):  # noqa: F811
    """By the cookie, which xrdp has not: the scripted machine sends its files as the agent does."""
    peer = bench.add("m", "agent", "cookie", "flow-ms=300", f"artifacts={made}", "drop-piece=4")
    bench.ok("flow", "edit", "flow", "--artifacts", "*.bin")
    run = bench.run("m", flow="flow", connection="m")
    assert (run["code"], peer.count("dropped"), peer.count("connection")) == ("Succeeded", 1, 2), run
    assert not messages(run, "ArtifactsMissing")
    # Eight pieces of the first, one of the second, and the one that was lost.
    assert peer.count("order", type="artifact") == 10
    kept(bench, run["id"], tmp_path / "saved")
    for each in made.iterdir():
        assert (tmp_path / "saved" / each.name).read_bytes() == each.read_bytes()


def test_a_connection_that_breaks_for_good_leaves_what_came(bench, made, tmp_path):  # noqa: F811
    peer = bench.add("m", "agent", "flow-ms=300", f"artifacts={made}", "drop-piece=4")
    bench.ok("flow", "edit", "flow", "--artifacts", "*.bin")
    run = bench.run("m", flow="flow", connection="m")
    assert run["code"] == "Succeeded" and peer.count("dropped") == 1
    said = messages(run, "ArtifactsMissing")
    assert len(said) == 1 and "did not come in time" in said[0]
    for name, file in kept(bench, run["id"], tmp_path / "saved").items():
        saved = tmp_path / "saved" / (name if file["whole"] else f"{name}.incomplete")
        assert (made / name).read_bytes().startswith(saved.read_bytes()), name


def test_a_file_that_is_not_what_it_was_said_to_be_is_not_called_whole(bench, made):  # noqa: F811
    bench.add("m", "agent", "flow-ms=300", f"artifacts={made}", "other-digest")
    bench.ok("flow", "edit", "flow", "--artifacts", "*.bin")
    run = bench.run("m", flow="flow", connection="m")
    said = messages(run, "ArtifactsMissing")
    assert run["code"] == "Succeeded" and len(said) == 1 and "changed while they came" in said[0]
    assert not any(each["whole"] for each in bench.ok("run", "artifacts", str(run["id"]), "--json").json["artifacts"])


def test_a_film_strip_shows_what_changed(ns, tmp_path):
    ns.ok("flow", "add", "shown", "--kind", "script", "--program", str(FLOWS / "film.sh"), "--picture-every", "1")
    run = ns.run("lab1", "shown")
    assert run["code"] == "Succeeded", run
    times = ns.ok("run", "pictures", str(run["id"]), "--save", str(tmp_path / "film"), "--json").json["pictures"]
    saved = sorted((tmp_path / "film").iterdir())
    # Two colours, each for three seconds, and one that nothing changes in for four: no picture is kept twice.
    assert 2 <= len(times) == len(saved) <= 8 and times == sorted(times)
    assert all(each.read_bytes().startswith(b"\x89PNG") for each in saved) and len({each.read_bytes() for each in saved}) >= 2
    assert ns.ok("run", "pictures", str(ns.run("lab1", "hello")["id"]), "--json").json == {"pictures": []}


def test_a_machine_with_an_idle_limit_gets_a_key_that_no_program_knows(bench):  # noqa: F811
    peer = bench.add("m", "agent", "flow-ms=3500")
    bench.ok("flow", "edit", "flow", "--keep-awake", "1")
    assert bench.run("m", flow="flow", connection="m")["code"] == "Succeeded"
    assert 3 <= peer.count("key", key="+66") == peer.count("key", key="-66") <= 5
    bench.ok("flow", "edit", "flow", "--keep-awake", "0")
    before = peer.count("key")
    assert bench.run("m", flow="flow", connection="m")["code"] == "Succeeded" and peer.count("key") == before
