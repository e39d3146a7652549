"""What a bench gives: figures, each beside its peer as it was measured in the same run, in turns with it. A larger one is a worse one, always."""
import dataclasses
import pathlib
import re
import statistics


@dataclasses.dataclass
class Figure:
    """`kind` says what counts and what `limit` limits: "ratio", ours of the peer's; "above", ours less the peer's; "alone", ours."""
    name: str
    ours: float
    peer: str = "–"
    theirs: float = 0
    unit: str = "ms"
    limit: float = None
    kind: str = "ratio"

    @property
    def value(self):
        if self.kind == "ratio":
            return self.ours / self.theirs if self.theirs else 0
        return self.ours - self.theirs if self.kind == "above" else self.ours

    @property
    def is_over(self):
        return self.limit is not None and self.value > self.limit

    def measured(self, amount):
        return f"{number(amount)} {self.unit}"

    def text(self, value):
        """A value of this figure's kind: its own, its limit, an earlier one."""
        if self.kind == "ratio":
            return number(value)
        return ("+" if self.kind == "above" and value > 0 else "") + self.measured(value)


def number(value):
    """Three digits that count, and no more than a reader needs."""
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 or value == int(value) else f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def in_turns(times, *sides):
    """Calls each side once, then each again …; the medians of what they returned, in their order. A side may return several
    numbers, or None when it failed."""
    got = [[] for _ in sides]
    for _ in range(times):
        for values, side in zip(got, sides):
            values.append(side())
    return [medians([each for each in values if each is not None]) for values in got]


def medians(values):
    if isinstance(values[0], dict):
        return {key: statistics.median(each[key] for each in values) for key in values[0]}
    return statistics.median(values)


def pss(process):
    """KiB that belong to a process, a folder of a /proc, with its share of what others have too."""
    text = pathlib.Path(process, "smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1))


def show(figures):
    for each in figures:
        beside = "" if each.kind == "alone" else f"; {each.peer}: {each.measured(each.theirs)}; {each.text(each.value)}"
        print(f"{each.name}: {each.measured(each.ours)}{beside}{'; over its limit' if each.is_over else ''}", flush=True)
    return figures
