"""Drafts: the params of a campaign's next edition, from those of its last one."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from pathlib import Path

from retro.campaigns import CampaignParams, load_params
from retro.campaigns.schedule import Every
from retro.errors import ParamsError
from retro.files import project_root, shown, write_atomic

_MONTHS = {"month": 1, "quarter": 3, "year": 12}

_OF_ONE_EDITION = frozenset(
    {
        "actions",
        "budget",
        "comments",
        "decision",
        "evaluation",
        "previous",
        "signed_off",
        "stated",
        "targets",
        "targets_set_on",
    }
)
"""Keys that were decided for one edition: nobody has decided them for the next one yet."""

_KEY = re.compile(r"^([a-z_]+):", re.MULTILINE)
_EDITION = re.compile(r"[-_](\d{4}-\d{2})$")


def next_edition(file: Path, params: CampaignParams) -> Path:
    """The params file of the next edition: `2025Q1/member_day` is followed by `2025Q2/member_day-2025-04`."""
    every = params.schedule.every
    if every is None:
        return file
    start = later(params.window.start, every)
    stem = _EDITION.sub("", file.stem)
    name = f"{start:%Y-%m}" if re.fullmatch(r"\d{4}-\d{2}", file.stem) else f"{stem}-{start:%Y-%m}"
    return file.parent.with_name(_folder(file.parent.name, start)) / f"{name}.yaml"


def later(moment: dt.datetime, every: Every) -> dt.datetime:
    """The same day and hour a month, quarter or year later; the last day of a month that is too short.

    Examples:
        >>> later(dt.datetime(2025, 1, 31, 20), "month")
        datetime.datetime(2025, 2, 28, 20, 0)
    """
    months = moment.year * 12 + moment.month - 1 + _MONTHS[every]
    year, month = months // 12, months % 12 + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def draft(file: Path, params: CampaignParams) -> Path:
    """Write the params of the next edition: the same, with later dates, without what was decided for one edition.

    Args:
        file: The params file of the last edition.
        params: What it says.

    Returns:
        The new file.

    Raises:
        ParamsError: What comes out does not fit, such as an experiment that has days of its own; nothing is written.
    """
    path, every = next_edition(file, params), params.schedule.every
    if every is None or path.exists():
        return path
    before, after = params.window.start, later(params.window.start, every)
    end = after + (params.window.end - before)
    if params.window.end.day == before.day == 1:  # a whole month or quarter, whose length changes
        end = later(params.window.end, every)
    folder, root = file.parent, project_root() / "params"
    last = f"{folder.relative_to(root) if folder.is_relative_to(root) else folder.name}/{file.stem}"
    lines = [f"# Drafted from {shown(file)}: set targets and budget, and check the rest, before it starts."]
    for key, text in _blocks(file.read_text(encoding="utf-8-sig")):
        if key == "start":
            lines.append(f"start: {after:%Y-%m-%dT%H:%M}")
        elif key == "end":
            lines += [f"end: {end:%Y-%m-%dT%H:%M}", f"previous: {last}"]
        elif key == "campaign_id":
            lines.append(f'campaign_id: "{_id(params.campaign_id, after)}"')
        elif key in {"title", "short_title"}:
            lines.append(_dated(text, before, after).rstrip())
        elif key not in _OF_ONE_EDITION:
            lines.append(text.rstrip())
    write_atomic(path, "\n".join(lines) + "\n")
    try:
        load_params(path, zone=params.start.tzinfo)  # type: ignore[arg-type]  # params are read in a `ZoneInfo`
    except ParamsError as reason:
        path.unlink()
        raise ParamsError(
            f"{shown(file)}: next edition must be written by hand, since its draft does not fit: {reason}"
        ) from None
    return path


def _blocks(text: str) -> list[tuple[str, str]]:
    """The top-level keys of a params file, each with its lines as they were written."""
    starts = [*_KEY.finditer(text)]
    ends = [*(found.start() for found in starts[1:]), len(text)]
    return [(found[1], text[found.start() : end]) for found, end in zip(starts, ends, strict=True)]


def _folder(name: str, start: dt.datetime) -> str:
    """The folder of the next edition: a quarter's is followed by the quarter of its start."""
    return f"{start.year}Q{(start.month + 2) // 3}" if re.fullmatch(r"\d{4}Q[1-4]", name) else name


def _id(campaign_id: str, start: dt.datetime) -> str:
    """The next edition's id in `campaign_costs`; one for each edition, whether or not the last one named its month."""
    bare = re.sub(r"^\d{4}(Q[1-4]|-\d{2})[-_]|[-_]?\d{4}-\d{2}$", "", campaign_id)
    return "-".join(part for part in (bare, f"{start:%Y-%m}") if part)


def _dated(text: str, before: dt.datetime, after: dt.datetime) -> str:
    """A title whose month is the next edition's."""
    for form in ("{0:%Y-%m}", "{0:%B} {0.year}", "{0:%B}", "{0.year} 年 {0.month} 月", "{0.year}年{0.month}月"):
        text = text.replace(form.format(before), form.format(after))
    return re.sub(rf"(?<!\d){before.month}( ?)月", rf"{after.month}\1月", text)
