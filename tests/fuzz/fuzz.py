"""Every input for a part of the time: the first third is shared alike, the rest goes by what each found last. Then, where asked, how many lines of each
reader its own inputs reach."""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import time

from trial import TOP, record

FUZZER, COVERED = (TOP / f"build/linux-{kind}/fuzz-inputs" for kind in ("fuzz", "coverage"))
SEEDS, WORK = TOP / "tests/fuzz/seeds", TOP / "build/fuzz"
SECONDS = int(next((word for word in sys.argv[1:] if word.isdigit()), 600))
ROUNDS = 6 if SECONDS >= 600 else 1
AT_ONCE = int(os.environ.get("AT_ONCE", "2"))
LIMITS = ["-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=512"]


def inputs():
    for line in subprocess.run([FUZZER, "--list"], check=True, capture_output=True, text=True).stdout.splitlines():
        name, *code = line.split()
        yield name, code


def call(program, name, *words, **more):
    return subprocess.run([program, *words], env=os.environ | {"NIGHTSHIFT_FUZZ": name}, cwd=TOP, capture_output=True, text=True, errors="replace", **more)


def fuzz(name, seconds):
    """How much it found that was new, how often it ran, and what went wrong."""
    corpus = WORK / name
    corpus.mkdir(parents=True, exist_ok=True)
    done = call(FUZZER, name, f"-max_total_time={max(1, round(seconds))}", *LIMITS, f"-artifact_prefix={WORK}/{name}-", "-print_final_stats=1", corpus, SEEDS / name)
    features = [int(each) for each in re.findall(r"ft: (\d+)", done.stderr)]
    count = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    said = re.search(r"^(SUMMARY: .*|.*runtime error.*)$", done.stderr, re.MULTILINE)
    return (features[-1] - features[0] if features else 0, int(count[1]) if count else 0,
            [f"{name}: {said[1] if said else done.stderr[-300:]}"] if done.returncode else [])


def fuzz_all(names):
    gained, runs, problems = dict.fromkeys(names, 1), dict.fromkeys(names, 0), []
    for number in range(ROUNDS):
        each = SECONDS / ROUNDS * (1 if ROUNDS == 1 else 2 if number == 0 else (ROUNDS - 2) / (ROUNDS - 1))
        whole = sum(gained.values())
        shares = {name: each * gained[name] / whole for name in names}
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for name, (new, count, wrong) in zip(names, pool.map(lambda name: fuzz(name, shares[name]), names), strict=True):
                gained[name] = 1 + new
                runs[name] += count
                problems += wrong
    return runs, problems


def keep(name):
    """The smallest that reach what all of them reach, without what was counted how often."""
    kept = WORK / f"{name}-kept"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    call(FUZZER, name, "-merge=1", "-use_counters=0", *LIMITS, kept, SEEDS / name, WORK / name, timeout=600)
    named = {each.read_bytes() for each in SEEDS.joinpath(name).iterdir()}
    for each in kept.iterdir():
        if each.read_bytes() not in named:
            shutil.copy(each, SEEDS / name / each.name[:12])


def functions(lcov):
    """{file: [(first line, name)]}, and {file: {line: how often}}"""
    begins, lines, file = {}, {}, None
    for line in lcov.splitlines():
        if line.startswith("SF:"):
            file = os.path.relpath(os.path.realpath(line[3:]), TOP)
        elif line.startswith("FN:"):
            at, name = line[3:].split(",")
            begins.setdefault(file, []).append((int(at), name.split(":")[-1]))
        elif line.startswith("DA:"):
            at, count = line[3:].split(",")[:2]
            lines.setdefault(file, {})[int(at)] = int(count)
    return begins, lines


def reached(name, code):
    """Of the lines in these files and functions, how many its inputs reach; and those that they do not. "file:f" is one function, "-file:f" all but it."""
    raw, data = WORK / f"{name}.profraw", WORK / f"{name}.profdata"
    files = [str(each) for folder in (SEEDS / name, WORK / name) if folder.exists() for each in folder.iterdir()]
    subprocess.run([COVERED, *files], env=os.environ | {"NIGHTSHIFT_FUZZ": name, "LLVM_PROFILE_FILE": str(raw)}, check=True, capture_output=True)
    subprocess.run(["llvm-profdata", "merge", "-o", data, raw], check=True)
    told = subprocess.run(["llvm-cov", "export", "-format=lcov", f"-instr-profile={data}", COVERED], check=True, capture_output=True, text=True).stdout
    begins, lines = functions(told)
    wanted = {}  # line: how often
    for each in code:
        file, _, function = each.removeprefix("-").partition(":")
        starts = sorted(begins[file])
        for (first, called), (end, _) in zip(starts, [*starts[1:], (10 ** 9, "")], strict=True):
            within = {(file, at): count for at, count in lines[file].items() if first <= at < end}
            if function not in ("", called):
                continue
            if each.startswith("-"):
                wanted = {at: count for at, count in wanted.items() if at not in within}
            else:
                wanted |= within
    missed = [f"{file}:{at}" for (file, at), count in sorted(wanted.items()) if not count]
    return len(wanted), len(wanted) - len(missed), missed


code_of = dict(inputs())
began = time.monotonic()
runs, problems = fuzz_all(list(code_of))
if "--keep" in sys.argv:
    for name in code_of:
        keep(name)
coverage = {}
if "--cover" in sys.argv:
    for name, code in code_of.items():
        lines, hit, missed = reached(name, code)
        coverage[name] = {"lines": lines, "percent": round(100 * hit / max(1, lines), 1)}
        (WORK / f"{name}-missed.txt").write_text("\n".join(missed) + "\n")
raise SystemExit(record("fuzz", write="--cover" in sys.argv, seconds=round(time.monotonic() - began), runs=runs, coverage=coverage, problems=problems))
