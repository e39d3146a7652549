"""Bad input: a clear error, the right exit code, and nothing changed."""
import os

import pytest

from machines import small_disk
from program import Nightshift


@pytest.fixture
def empty(tmp_path):
    return Nightshift(tmp_path)


def refused(done, code, word):
    assert done.code == code, (done.out, done.err)
    assert done.err.count("\n") == 1 and f"[{word}]" in done.err, done.err


def test_usage(empty):
    refused(empty("machine", "fly"), 2, "UnknownCommand")
    refused(empty("machine", "add", "a"), 2, "MissingValue")
    refused(empty("machine", "add", "a", "--host", "h", "--colour", "red"), 2, "UnknownOption")
    refused(empty("machine", "add", "a", "--host", "h", "--port", "0"), 2, "InvalidOption")
    refused(empty("machine", "add", "", "--host", "h"), 2, "InvalidName")
    refused(empty("machine", "add", "x" * 101, "--host", "h"), 2, "InvalidName")
    refused(empty("machine", "add", "a", "--host", "/run/socket"), 2, "InvalidHost")
    assert empty.ok("machine", "list", "--json").json == {"machines": []}


def test_every_verb_has_help_and_an_example(empty):
    text = empty.ok("--help").out
    verbs = [line.split()[:2] for line in text.splitlines() if line.startswith("  ")]
    assert len(verbs) >= 28
    for noun, verb in verbs:
        page = empty.ok(noun, verb, "--help").out
        assert "Example:\n  nightshiftctl " in page


def test_not_found(empty):
    for words in (["machine", "show", "x"], ["group", "show", "x"], ["run", "show", "7"], ["settings", "show", "x"], ["settings", "show", "group:x"],
                  ["connection", "remove", "x"], ["flow", "remove", "x"], ["run", "start", "x", "--flow", "f", "--connection", "c"]):
        done = empty(*words)
        assert done.code == 3, (words, done.err)


def test_duplicate_names_and_settings_out_of_range(empty):
    empty.ok("machine", "add", "PC", "--host", "h")
    refused(empty("machine", "add", "pc", "--host", "h"), 5, "NameTaken")
    refused(empty("settings", "set", "pc", "screen.height=700", "screen.width=1281"), 2, "InvalidSetting")
    refused(empty("settings", "set", "pc", "screen.width=198"), 2, "InvalidSetting")
    refused(empty("settings", "set", "pc", "screen.colour=red"), 3, "SettingNotFound")
    origins = {s["key"]: s["origin"] for s in empty.ok("settings", "show", "pc", "--json").json["settings"]}
    assert set(origins.values()) == {"default"}


def test_settings_show_where_each_value_comes_from(empty):
    empty.ok("group", "add", "Office")
    empty.ok("machine", "add", "pc", "--host", "h", "--group", "office")
    empty.ok("settings", "set", "group:Office", "screen.width=1280", "screen.height=720")
    empty.ok("settings", "set", "pc", "screen.height=900")
    shown = {s["key"]: s for s in empty.ok("settings", "show", "pc", "--json").json["settings"]}
    assert shown["screen.width"] == {"key": "screen.width", "value": "1280", "origin": "group", "group": "Office"}
    assert (shown["screen.height"]["value"], shown["screen.height"]["origin"]) == ("900", "machine")
    assert shown["screen.scale"]["origin"] == "default"
    empty.ok("settings", "reset", "pc", "screen.height")
    empty.ok("machine", "move", "pc", "--no-group")
    shown = {s["key"]: s for s in empty.ok("settings", "show", "pc", "--json").json["settings"]}
    assert (shown["screen.height"]["value"], shown["screen.height"]["origin"]) == ("720", "machine")


def test_a_text_file_is_no_store(empty):
    path = empty.folder / "letter.txt"
    path.write_text("Dear aunt, " * 100)
    refused(empty("--store", str(path), "machine", "list"), 4, "StoreNotAStore")
    assert path.read_text() == "Dear aunt, " * 100


def test_a_store_without_a_name_is_refused(empty):
    refused(empty("--store", "", "machine", "list"), 2, "InvalidOption")
    refused(empty("--store", ":memory:", "machine", "list"), 2, "InvalidOption")


def test_a_folder_that_may_not_be_written(empty):
    # Root may write anywhere, so the folder is one where nobody may.
    refused(empty("--store", "/proc/nightshift.db", "machine", "list"), 4, "StoreReadOnly")


def test_a_full_disk_changes_nothing(empty):
    with small_disk(empty.folder / "small", "400k") as mount:
        store = str(mount / "n.db")
        added = []
        for i in range(200):
            done = empty("--store", store, "machine", "add", f"m{i}", "--host", "h", "--description", "d" * 2000)
            if done.code:
                break
            added.append(f"m{i}")
        refused(done, 4, "StoreDiskFull")
        assert added
        listed = empty("--store", store, "machine", "list", "--json")
        if listed.code == 0:
            assert [m["name"] for m in listed.json["machines"]] == sorted(added)


def test_a_password_is_never_an_argument(empty):
    done = empty("connection", "add", "c", "--user", "u", "--password", "x")
    refused(done, 2, "UnknownOption")
    refused(empty("connection", "add", "c", "--user", "u"), 5, "NoTerminal")
    refused(empty("connection", "add", "c", "--user", "u", "--password-stdin", stdin="\n"), 2, "InvalidPassword")


def test_a_copied_store_is_useless_without_its_user(empty):
    empty.ok("machine", "add", "m", "--host", "127.0.0.1", "--port", "1")
    empty.ok("flow", "add", "f", "--program", "p")
    empty.ok("connection", "add", "c", "--user", "u", "--password-stdin", stdin="pass\n")
    thief = Nightshift(empty.folder / "thief")
    done = thief("--store", str(empty.store), "run", "start", "m", "--flow", "f", "--connection", "c", "--wait", "--json")
    assert done.json["code"] == "CredentialNotFound"
    assert os.stat(empty.folder / "config/nightshift/secret.key").st_mode & 0o777 == 0o600
    assert os.stat(empty.store).st_mode & 0o777 == 0o600
