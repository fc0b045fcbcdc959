"""The page of a failed run, beside the last good report: what went wrong, what it means, what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment

from retro.files import write_atomic
from retro.i18n import LANGS, Lang, load_text
from retro.publish.around import CATALOGUES
from retro.publish.entries import Entry
from retro.publish.style import style_sheet

FAILURES: dict[Lang, str] = {"zh": "failure.html", "en": "failure.en.html"}
"""The page of a failed run by language, in the report's own folder."""

_STOPPED = 128
"""From this exit code on a signal ended the run."""


def write_failures(entries: Sequence[Entry], reports: Path, templates: Environment) -> None:
    """Write the page of each failure, and remove those of reports that have been made since."""
    for entry in entries:
        for lang in LANGS:
            path = reports / entry.place / FAILURES[lang]
            if entry.failure is None:
                path.unlink(missing_ok=True)
                continue
            page = _page(entry, lang, templates)
            if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != page:
                write_atomic(path, page)


def _page(entry: Entry, lang: Lang, templates: Environment) -> str:
    text, failure = load_text(lang), entry.failure
    code = failure.exit_code if failure else 1
    kind = "stopped" if code >= _STOPPED else str(code) if code in {1, 2, 3, 4} else "1"
    title = text("failure.title", name=entry.title(lang))
    commands = {name: f"retro {name} {entry.place}" for name in ("run", "debug")}
    check = f"retro check {entry.place} --quarantine"
    todo = text(f"failure.step.{kind}", command=commands["run"], check=check, debug=commands["debug"])
    words = (value for key, value in text.entries.items() if key.startswith(("failure.", "index.")))
    said = [title, todo, *(failure.message if failure else ()), entry.data_until(lang)]
    style, policy = style_sheet(("base.css", "index.css"), {*"".join((*said, *words)), *"中文English"})
    up = Path(os.path.relpath(".", entry.place or ".")).as_posix()
    return templates.get_template("failure.html.j2").render(
        entry=entry,
        text=text,
        title=title,
        kind=kind,
        next=todo,
        style=style,
        policy=policy,
        catalogue=f"{up}/{CATALOGUES[lang]}",
        other=FAILURES["en" if lang == "zh" else "zh"],
        good=entry.address(lang).removeprefix(f"{quote(entry.place)}/"),
    )
