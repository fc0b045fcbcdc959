"""What moved between two versions of a report, or between two reports, one line each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from retro.errors import RetroError
from retro.files import read_json, shown
from retro.ledger import Changes, TableChange, changes, find_version, read_version, version_before


def diff(first: str, second: str, reports: Path) -> Changes:
    """What moved from one version to another.

    Args:
        first: A report such as `2025Q1/quarter`, or one of its runs as `2025Q1/quarter@20250401T09`.
        second: Likewise; empty for the first one's newest version against the last that was made from other input.
        reports: The reports folder.

    Raises:
        RetroError: There is no such report or run, or no version before.
    """
    after = _find(second or first, reports)
    if second:
        return changes(read_version(_find(first, reports)), read_version(after))
    before = version_before(after, str(read_json(after / "manifest.json")["input_hash"]))
    if before is None:
        raise RetroError(f"{shown(after)}: version must have one before it that was made from other input, got none.")
    return changes(read_version(before), read_version(after))


def diff_lines(found: Changes) -> Iterator[str]:
    """What the versions were made from that differs, one line each."""
    yield f"{found.before} -> {found.after}: {len(found.moves)} of {found.compared} figures moved."
    if not found.recorded:
        yield "causes: not recorded by one of the versions."
    for causes, moves in found.by_cause().items():
        yield f"by {' + '.join(causes)}: {len(moves)}."
    for change in found.tables:
        yield f"data: {change.table}: {', '.join(_of_table(change))}."
    for key, (old, new) in found.params.items():
        yield f"params: {key}: {_said(old)} -> {_said(new)}"
    if found.contracts:
        yield "contracts: changed."
    for name in found.reports:
        yield f"reports: {name}: figures changed."
    for name in found.modules:
        yield f"code: {name}"
    for name, (was, is_now) in found.libraries.items():
        yield f"libraries: {name}: {_said(was)} -> {_said(is_now)}"


def _find(target: str, reports: Path) -> Path:
    address, _, run_id = target.partition("@")
    return find_version(reports / address, run_id)


def _of_table(change: TableChange) -> Iterator[str]:
    if change.late_rows is None:
        yield "added, or no longer used"
        return
    if change.late_days or change.late_rows:
        yield f"{change.late_rows:+,} rows late{_worth(change.late_worth)}{_between(change.late_days)}"
    if change.later_rows:
        yield f"{change.later_rows:+,} rows of days since{_worth(change.later_worth)}"
    if not (change.late_days or change.late_rows or change.later_rows):
        yield "other contents, rows and worth stayed"


def _worth(worth: Any) -> str:  # noqa: ANN401 - a Decimal or None
    return "" if worth is None else f" worth {worth:+,.2f}"


def _between(days: tuple[dt.date, dt.date] | None) -> str:
    return "" if days is None else f" of {days[0]} to {days[1]}"


def _said(value: object) -> str:
    return "none" if value is None else str(value)
