"""Each allocation that core makes in each unit test fails in turn, twice for the same calls that lead to it: whatever comes of it, no crash and no hang."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from trial import TOP, keep

PROGRAM = TOP / "build/linux-torture/unit-tests"
ONLY = sys.argv[1] if len(sys.argv) > 1 else ""
TESTS = [name for file in sorted((TOP / "tests/unit").glob("test_*.c")) for name in re.findall(r"cmocka_unit_test(?:_\w+)?\((\w+)", file.read_text()) if ONLY in name]
SANITIZERS = {"ASAN_OPTIONS": "exitcode=66:detect_leaks=0", "UBSAN_OPTIONS": "exitcode=66"}


def torture(name):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nightshift-torture-", dir="/dev/shm"))
    try:
        done = subprocess.run([PROGRAM], env=os.environ | SANITIZERS | {"NS_TORTURE": str(folder / "report"), "NS_TEST_FOLDER": str(folder / "files"), "NS_TEST_ONLY": name},
                              cwd=TOP, capture_output=True, text=True, errors="replace")
        told = (folder / "report").read_text(errors="replace") if (folder / "report").exists() else ""
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    count = re.search(r"^allocations (\d+) crashes (\d+)$", told, re.MULTILINE)
    problems = [f"{name}: {each}" for each in re.findall(r"^allocation \d+: .*$", told, re.MULTILINE)]
    if not count:
        problems.append(f"{name}: ended with {done.returncode}: {done.stdout[-200:]}")
    if problems:
        (TOP / "build/campaign").mkdir(parents=True, exist_ok=True)
        (TOP / f"build/campaign/torture-{name}.txt").write_text(told)
    return int(count[1]) if count else 0, problems, [name] if done.returncode and count else []


began = time.monotonic()
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    found = list(pool.map(torture, TESTS))
problems = [each for _, wrong, _ in found for each in wrong]
late = [each for *_, names in found for each in names]  # which go by the clock, and fail for the time that all this takes
keep("torture", tests=len(TESTS), allocations=sum(count for count, *_ in found), crashes=len(problems), late=late,
     seconds=round(time.monotonic() - began), problems=problems)
