"""The user guide as pages that F1 opens, beside the program: guide.py FOLDER. Needs the package `markdown`."""
import pathlib
import sys

import markdown

STYLE = ("body{font:11pt/1.5 'Segoe UI',sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color-scheme:light dark}"
         "table{border-collapse:collapse}td,th{border:1px solid #8888;padding:.2em .6em;text-align:left}code{background:#8882;padding:0 .2em}")
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for page in (pathlib.Path(__file__).resolve().parents[1] / "docs/guide").glob("*.md"):
    text = page.read_text(encoding="utf-8")
    made = f"<!doctype html><meta charset=utf-8><title>{text.splitlines()[0].lstrip('# ')}</title><style>{STYLE}</style>" \
           f"<p><a href=index.html>Nightshift</a></p>{markdown.markdown(text, extensions=['tables', 'fenced_code'])}\n"
    target = folder / (page.stem + ".html")
    if not target.exists() or target.read_text(encoding="utf-8") != made:
        target.write_text(made, encoding="utf-8")
