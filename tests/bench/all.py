"""`[--beside CHECKOUT]`: every bench in a small form, in about twelve minutes. Writes docs/performance.md: a table of the figures, with those of the
page that is committed beside them; what stands below the table stays."""
import argparse
import datetime
import pathlib
import platform
import re
import subprocess

import fleet
import list as window
import probe
import queue_of_runs
import sessions
import transfer
from machines import TOP, lab

PAGE = "docs/performance.md"
HOW = "\n## How"  # from here on the page is written by people
NOISE = 0.05


def measure(beside):
    lab("up", "4")
    try:
        figures = sessions.connect() + sessions.memory(sizes=["1920x1080"]) + sessions.cage() + probe.measure()
        figures += queue_of_runs.measure()
    finally:
        lab("down")
    lab("up", "50")
    try:
        figures += fleet.measure(50)
    finally:
        lab("down")
    return figures + transfer.measure() + window.measure(10000, 3, beside, times=3)


def git(*words):
    return subprocess.run(["git", *words], cwd=TOP, capture_output=True, text=True, check=False).stdout.strip()


def commit():
    changed = git("status", "--porcelain", "--", ".", f":!{PAGE}")
    return git("rev-parse", "--short", "HEAD") + (" and changes" if changed else "")


def computer():
    """Its kind, and not which one."""
    model = re.search(r"^model name\s*: (.+)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    cores = len(re.findall(r"^processor\s*:", pathlib.Path("/proc/cpuinfo").read_text(), re.M))
    memory = int(re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(), re.M).group(1)) / 1048576
    wine = subprocess.run(["wine", "--version"], capture_output=True, text=True, check=False).stdout.split()[0]
    kernel = ".".join(platform.release().split(".")[:2])
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{cores} cores of {model.group(1) if model else platform.machine()}, {memory:.0f} GiB, {system}, Linux {kernel}, {wine}"


def measured(page):
    """{name: figure} of a page's table, and the commit that it was measured at."""
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in page.splitlines() if line.startswith("| ")]
    at = re.search(r"at commit (\w+)", page)
    values = {row[0]: re.search(r"-?\d[\d.,]*", row[4]) for row in rows if len(row) == 9}
    return {name: float(value.group().replace(",", "")) for name, value in values.items() if value}, at and at.group(1)


def row_of(figure, before):
    value, was = figure.value, before.get(figure.name)
    mark = "new" if was is None else "·" if abs(value - was) <= NOISE * abs(was) else "▲" if value > was else "▼"
    alone, free = figure.kind == "alone", figure.limit is None
    cells = [figure.name, figure.measured(figure.ours), figure.peer, "–" if alone else figure.measured(figure.theirs), figure.text(value),
             "–" if free else figure.text(figure.limit), "–" if was is None else figure.text(was), mark,
             "**over its limit**" if figure.is_over else "" if free else "within"]
    return f"| {' | '.join(cells)} |"


def page_of(figures, committed, present):
    before, at = measured(committed)
    lines = ["# Performance", "",
             f"Measured by `./dev bench all` on {datetime.date.today()} at commit {commit()}: {computer()}.", "",
             "The figure is what we take of what the peer takes, both measured in turns in the same run, and the median of several turns; with a unit it is a",
             "time of our own, and with a plus what we take more. A smaller one is a better one. *Before* is the figure of the committed page"
             + (f", measured at {at}" if at else "") + ": ▲ is worse,",
             f"▼ better, · moved by less than the noise of {NOISE:.0%}.", "",
             "| | ours | peer | the peer's | figure | limit | before | | |", "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*lines, *(row_of(each, before) for each in figures), ""]) + present[present.find(HOW):] * (HOW in present)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--beside", type=lambda text: pathlib.Path(text).resolve())
    figures = measure(parser.parse_args().beside)
    path = TOP / PAGE
    path.write_text(page_of(figures, git("show", f"HEAD:{PAGE}"), path.read_text() if path.exists() else ""))
    print(path.read_text())


if __name__ == "__main__":
    main()
