"""What stands: the reports that are due, being made, and failed, as a page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from retro.files import project_root, unplaced
from retro.i18n import Lang, Text, load_text
from retro.jobs.due import Task, find_due
from retro.publish.entries import Entry, read_entries
from retro.publish.failed import FAILURES
from retro.publish.standing import Row, standing_page
from retro.run.holding import holder


def standing(reports: Path, lang: Lang, on: dt.datetime | None = None) -> str:
    """The page of what is due, being made and failed, read anew; nothing is written.

    Args:
        reports: The reports folder.
        lang: The page's language.
        on: Local moment that stands for now.
    """
    text = load_text(lang)
    entries = {entry.place: entry for entry in read_entries(reports)}
    due = find_due(reports, on)
    begun, answers = _last_pass(text)
    running = {place: holder(reports / place) for place in sorted({*entries, *(task.report for task in due)})}
    lead = [text("standing.lead", at=f"{on or dt.datetime.now().astimezone():%Y-%m-%d %H:%M}"), *begun]
    return standing_page(
        lang,
        lead,
        [_due(task, entries.get(task.report), answers, text) for task in due],
        [_row(place, entries.get(place), text("standing.by", who=who), lang) for place, who in running.items() if who],
        [_failed(entry, lang) for entry in entries.values() if entry.failure or entry.damage],
    )


def _row(place: str, entry: Entry | None, facts: str, lang: Lang, **more: Any) -> Row:  # noqa: ANN401 - as `Row` has them
    title = entry.title(lang) if entry is not None and entry.edition else place
    return Row(place, title, facts, **more)


def _due(task: Task, entry: Entry | None, answers: Mapping[str, str], text: Text) -> Row:
    at, wait = f"{task.at:%Y-%m-%d}", f"{task.wait_until:%Y-%m-%d}"
    if task.what == "broken":
        facts, lines = text("standing.broken"), tuple(unplaced(task.message).splitlines())
    else:
        key = "standing.drafting" if task.what == "draft" else "standing.until"
        facts, lines = text(key, at=at, wait=wait), ()
    if answer := answers.get(f"{task.report} {task.at.isoformat(timespec='minutes')}"):
        lines = (*lines, text("standing.answer", message=answer))
    tone = "bad" if task.what == "broken" else "watch"
    return _row(task.report, entry, facts, text.lang, status=text(f"standing.what.{task.what}"), tone=tone, lines=lines)


def _failed(entry: Entry, lang: Lang) -> Row:
    lines = (*(entry.failure.message if entry.failure else ()), *entry.damage)
    link = f"{quote(entry.place)}/{FAILURES[lang]}" if entry.failure else ""
    facts = " · ".join(filter(None, (entry.failed_at, entry.failed_step(lang))))
    return _row(entry.place, entry, facts, lang, tone="bad", lines=lines, link=link)


def _last_pass(text: Text) -> tuple[list[str], dict[str, str]]:
    """When the last pass began or ended, in words, and what it answered, by report and moment."""
    logs = sorted((project_root() / ".retro" / "jobs" / "log").glob("*.jsonl"))
    events = list(_events(logs[-1])) if logs else []
    if not events:
        return [], {}
    answers = {
        f"{one.get('report')} {one.get('until')}": str(one.get("message") or "").partition("\n")[0]
        for one in events
        if one.get("event") == "done" and one.get("state") in {"waiting", "late", "blocked", "failed"}
    }
    last = events[-1]
    at = str(last.get("at"))[:16].replace("T", " ") + " UTC"
    if last.get("event") == "ended":
        return [text("standing.last", at=at, code=last.get("exit_code"))], answers
    return [text("standing.lasts", at=str(events[0].get("at"))[:16].replace("T", " ") + " UTC")], answers


def _events(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a log, without a line that is still being written."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event
