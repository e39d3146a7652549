"""Writes what the campaigns measured into docs/reliability.md: between the marks, from build/campaign/*.json; what is not there stays as it is."""
import json
import pathlib
import re

from machines import TOP

PAGE = TOP / "docs/reliability.md"


def told(value):
    if isinstance(value, dict):
        return ", ".join(f"{name} {told(each)}" for name, each in sorted(value.items()))
    return ", ".join(told(each) for each in value) if isinstance(value, list) else str(value)


text = PAGE.read_text()
for file in sorted((TOP / "build/campaign").glob("*.json")):
    figures = json.loads(file.read_text())
    problems = figures.pop("problems")
    rows = "".join(f"| {name.replace('_', ' ')} | {told(value)} |\n" for name, value in figures.items())
    rows += f"| problems | {'; '.join(problems) or 'none'} |\n"
    text = re.sub(rf"(<!-- {file.stem} -->\n).*?(<!-- end -->)", lambda mark: f"{mark[1]}| | |\n| --- | --- |\n{rows}{mark[2]}", text, flags=re.S)
pathlib.Path(PAGE).write_text(text)
