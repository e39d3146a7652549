"""A proof that came from a Windows, taken into the page."""
import json
import shutil

from machines import TOP


def merge(ns, tmp_path, *rows, windows="Windows Server 2022 (20348.1)"):
    page = tmp_path / "verification.md"
    if not page.exists():
        shutil.copy(TOP / "docs/verification.md", page)
    proof = {"proof": 1, "at": "2026-12-01T10:00:00Z", "windows": windows, "nightshift": "0.1.0+abc", "rows": list(rows)}
    (tmp_path / "proof.json").write_text(json.dumps(proof), encoding="utf-8-sig")  # as Windows PowerShell writes it
    return ns("proof", "merge", str(tmp_path / "proof.json"), "--page", str(page)), page


def row(page, name):
    return next(line for line in page.read_text().splitlines() if line.startswith(f"| `{name}` |"))


def test_rows_that_were_seen_say_where_and_the_others_stay(ns, tmp_path):
    before = (TOP / "docs/verification.md").read_text()
    done, page = merge(ns, tmp_path, {"id": "lock", "outcome": "seen"}, {"id": "sign-out", "outcome": "failed"}, {"id": "dark", "outcome": "not-tried"},
                       {"id": "no-such-row", "outcome": "seen"})
    assert done.code == 0 and done.out.startswith("2 rows of ")
    assert row(page, "lock").endswith("| seen on Windows Server 2022 (20348.1), 0.1.0+abc, 2026-12-01T10:00:00Z |")
    assert row(page, "sign-out").endswith("| **failed** on Windows Server 2022 (20348.1), 0.1.0+abc, 2026-12-01T10:00:00Z |")
    assert row(page, "dark").endswith("| not yet |")
    changed = [pair for pair in zip(before.splitlines(), page.read_text().splitlines()) if pair[0] != pair[1]]
    assert len(changed) == 2 and len(before.splitlines()) == len(page.read_text().splitlines())
    # A later proof counts, and what it calls itself is no table of its own.
    done, page = merge(ns, tmp_path, {"id": "sign-out", "outcome": "seen"}, windows="Windows 11 | `x` <b>\n| `dark` | seen |")
    assert row(page, "sign-out").count("|") == row(page, "lock").count("|") and "<b>" not in row(page, "sign-out")
    assert row(page, "dark").endswith("| not yet |")


def test_what_is_no_proof_changes_nothing(ns, tmp_path):
    for text in ("", "{}", '{"proof": 2, "rows": []}', "not json", '{"proof": 1, "rows": {}}'):
        (tmp_path / "bad.json").write_text(text)
        page = tmp_path / "page.md"
        page.write_text("| `lock` | a | b | c | not yet |\n")
        done = ns("proof", "merge", str(tmp_path / "bad.json"), "--page", str(page))
        assert done.code == 2 and "ProofNotUnderstood" in done.err
        assert page.read_text() == "| `lock` | a | b | c | not yet |\n"
