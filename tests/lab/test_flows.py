"""Flows of every kind on a machine that is there: how they are started, what they are given, what they put out."""
import json
import pathlib
import re
import sqlite3

import pytest

from machines import no_session_left

FLOWS = pathlib.Path("/usr/local/bin")  # where a machine of the lab has them
# With blanks, quotes, percent signs, backslashes, braces, line breaks and letters of other scripts.
VALUES = {"plain": "x", "blanks": " two  words ", "quotes": 'say "hi" it\'s', "percent": "100% %PATH% %d", "backslash": "C:\\a b\\", "braces": "{plain}",
          "lines": "one\ntwo", "letters": "Grüße Ω 日本 😀", "shell": "$HOME `id` & | ; > x"}


def add(ns, name, *words):
    ns.ok("flow", "add", name, *words)


def test_a_script_is_carried_out_by_its_interpreter_which_the_record_shows(ns):
    add(ns, "py", "--kind", "script", "--program", str(FLOWS / "echo.py"), "--arguments", "a \"b c\"")
    add(ns, "sh", "--kind", "script", "--program", str(FLOWS / "encodings.sh"))
    run = ns.run("lab1", "py")
    assert (run["code"], json.loads(run["output"])["arguments"]) == ("Succeeded", ["a", "b c"])
    shown = next(phase["detail"] for phase in run["phases"] if phase["name"] == "flow")
    assert re.match(r'exit code 0 after \d+ ms: /\S*python3 -u \S*/echo\.py a "b c"$', shown)
    assert ns.run("lab1", "sh")["code"] == "Succeeded"


def test_what_is_given_arrives_as_it_is(ns):
    add(ns, "echo", "--kind", "script", "--program", str(FLOWS / "echo.py"), "--arguments", " ".join("{%s}" % name for name in VALUES) + " {other}")
    words = [word for name, value in VALUES.items() for word in ("--input", f"{name}={value}")]
    done = ns("run", "start", "lab1", "--flow", "echo", "--connection", "robot1", "--wait", "--json", *words).json
    got = json.loads(done["output"])
    assert got["arguments"] == [*VALUES.values(), "{other}"]
    assert got["inputs"] == {name.upper(): value for name, value in VALUES.items()}
    assert done["inputs"] == VALUES


def test_a_secret_input_is_nowhere_but_in_the_flows_environment(ns):
    secret = "gEh31m-9f2c"
    add(ns, "echo", "--kind", "script", "--program", str(FLOWS / "echo.py"), "--inputs", "user=anna *pin", "--retries", "1", "--retry-after", "0",
        "--success-codes", "7")
    assert ns("flow", "edit", "echo", "--arguments", "{pin}").code == 2
    assert ns("run", "start", "lab1", "--flow", "echo", "--connection", "robot1", "--input", f"pin={secret}").code == 2
    assert "InputMissing" in ns("run", "start", "lab1", "--flow", "echo", "--connection", "robot1").err
    done = ns("run", "start", "lab1", "--flow", "echo", "--connection", "robot1", "--secret-input", "pin", "--wait", "--json", stdin=secret + "\n").json
    # The second attempt has it too; both are over.
    assert done["attempt"] == 2 and done["code"] == "FlowFailed"
    assert json.loads(done["output"])["inputs"] == {"USER": "anna", "PIN": secret}  # the flow put it out itself
    assert done["inputs"] == {"pin": None, "user": "anna"}
    for each in ns.store.parent.iterdir():
        if each.is_file():
            bytes_ = each.read_bytes().replace(f'"PIN": "{secret}"'.encode(), b"")
            assert secret.encode() not in bytes_, each
    with sqlite3.connect(ns.store) as store:
        assert store.execute("SELECT count(*) FROM run_input WHERE secret IS NOT NULL").fetchone() == (0,)
    assert secret not in ns.ok("run", "show", str(done["id"])).out.replace(f'"PIN": "{secret}"', "")
    assert "(secret)" in ns.ok("run", "show", str(done["id"])).out


def test_a_flow_gives_outputs(ns):
    add(ns, "outputs", "--kind", "script", "--program", str(FLOWS / "outputs.py"))
    run = ns.run("lab1", "outputs")
    assert run["outputs"] == {"total": "12.50", "user": "robot1"}
    assert "output total = 12.50" in ns.ok("run", "show", str(run["id"])).out


def test_output_of_any_encoding_is_read_and_no_sequence_reaches_a_terminal(ns, tmp_path):
    add(ns, "mixed", "--program", "/bin/sh", "--arguments", str(FLOWS / "encodings.sh"))
    run = ns.run("lab1", "mixed")
    assert run["output"].splitlines() == ["Alinkred B", "C1", "RLO \ufffdgnp.exe", "für 14ä (CP850)", "Hi", "für 14€"]
    found = [each["message"] for each in run["findings"] if each["code"] == "OutputEncoding"]
    assert len(found) == 1 and "UTF-8, UTF-16, code page 850" in found[0]
    for words in (("run", "show", str(run["id"])), ("run", "show", str(run["id"]), "--json"), ("run", "output", str(run["id"]))):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", ns.ok(*words).out), words
    kept = tmp_path / "raw"
    ns.ok("run", "output", str(run["id"]), "--raw", "--file", str(kept))
    assert kept.read_bytes().startswith(b"A\x1b[2J") and b"f\x81r" in kept.read_bytes()


def test_a_kind_that_is_windows_own_says_so(ns):
    add(ns, "pad", "--kind", "desktop-flow", "--program", "Month end")
    run = ns.run("lab1", "pad")
    assert (run["code"], "Windows' own" in run["message"]) == ("FlowNotStarted", True)
    assert ns("flow", "add", "x", "--kind", "macro", "--program", "p").code == 2
    no_session_left("lab1", "robot1")


def test_a_document_was_opened_and_nothing_is_known_of_it(ns):
    """What opens it is a script here, in the place of the desktop's own."""
    add(ns, "document", "--kind", "document", "--program", "https://example.org/")
    run = ns.run("lab1", "document")
    assert run["code"] in ("OutcomeUnknown", "FlowNotStarted") and run["state"] == "Failed"


def test_the_working_folder_may_be_made(ns):
    add(ns, "pwd", "--program", "/bin/pwd", "--directory", "/tmp/nightshift-made/deep", "--make-directory", "on")
    assert ns.run("lab1", "pwd")["output"] == "/tmp/nightshift-made/deep\n"
    ns.ok("flow", "edit", "pwd", "--make-directory", "off", "--directory", "/tmp/nightshift-gone")
    assert ns.run("lab1", "pwd")["code"] == "FlowNotStarted"


@pytest.mark.parametrize("words, code", [(("--input", "x"), "InvalidInputs"), (("--input", "1x=2"), "InvalidInputs")])
def test_an_input_that_is_none_is_refused(ns, words, code):
    done = ns("run", "start", "lab1", "--flow", "hello", "--connection", "robot1", *words)
    assert done.code == 2 and code in done.err
    assert ns.runs() == []


def test_a_flow_does_not_begin_on_a_locked_desktop(ns):
    add(ns, "lock", "--kind", "script", "--program", str(FLOWS / "lock.sh"), "--arguments", "60 0")
    ns.ok("settings", "set", "lab1", "session.reuse=on", "desktop.timeout=2")
    assert ns.run("lab1", "lock")["code"] == "Succeeded"  # and leaves the locker in the kept session
    run = ns.run("lab1", "hello")
    assert (run["code"], run["state"]) == ("SessionLocked", "Failed")
    assert "The session is locked." in run["message"] and run["output"] == ""
    ns.ok("settings", "set", "lab1", "session.reuse=off")
    ns.ok("session", "signout", "lab1", ns.ok("session", "list", "--json").json["sessions"][0]["id"])
    no_session_left("lab1", "robot1")


def test_a_flow_begins_when_the_desktop_is_unlocked(ns):
    add(ns, "lock", "--kind", "script", "--program", str(FLOWS / "lock.sh"), "--arguments", "9 0")
    ns.ok("settings", "set", "lab1", "session.reuse=on", "desktop.timeout=30")
    assert ns.run("lab1", "lock")["code"] == "Succeeded"
    assert ns.run("lab1", "hello")["code"] == "Succeeded"
    ns.ok("settings", "set", "lab1", "session.reuse=off")
    ns.ok("session", "signout", "lab1", ns.ok("session", "list", "--json").json["sessions"][0]["id"])


def test_a_desktop_that_is_locked_in_the_middle_is_told_with_its_time(ns):
    add(ns, "lock", "--kind", "script", "--program", str(FLOWS / "lock.sh"), "--arguments", "20 8")
    run = ns.run("lab1", "lock")
    found = [each["message"] for each in run["findings"] if each["code"] == "DesktopLost"]
    assert run["code"] == "Succeeded" and len(found) == 1
    assert re.search(r"At 20\d\d-\S+Z: The session is locked\.", found[0])
