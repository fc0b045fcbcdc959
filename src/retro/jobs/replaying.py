"""Replay a published report: today's code on what is stored of its inputs, and every figure that moved."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retro.campaigns import CAMPAIGN_TYPES
from retro.errors import RetroError
from retro.files import project_root, read_json, shown
from retro.jobs.due import observed_of
from retro.ledger import Move, Version, changes, compare, read_version
from retro.run.recomputing import recompute
from retro.run.storing import Stored, read_stored

FIGURES = "CHANGES.figures"
"""The project's file of figures that are meant to move, one `name: reason` a line; `*` stands for anything."""


@dataclass(frozen=True)
class Replayed:
    """What became of a report under today's code.

    Attributes:
        report: Its address.
        moves: The figures that moved.
        reasons: Why they are meant to, by figure, as `CHANGES.figures` says.
        other: Tables of a server that are no more what they were, so that nothing is said of its figures.
    """

    report: str
    moves: tuple[Move, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    other: tuple[str, ...] = ()

    @property
    def unexplained(self) -> tuple[Move, ...]:
        """The figures that moved and were not meant to."""
        meant = {name for name, _ in self.reasons}
        return tuple(move for move in self.moves if move.name not in meant)


def replay(reports: Path, address: Path, say: Callable[[str], None] = lambda _: None) -> Replayed:
    """Compute a published report's figures anew by today's code, from what is stored of its inputs.

    Args:
        reports: The reports folder.
        address: The report's own folder.
        say: Called with the name of each step.

    Raises:
        RetroError: It was not published, its inputs are not to be had, or it fails under today's code.
    """
    run, name = (address / "latest").resolve(), address.relative_to(reports).as_posix()
    before, stored, manifest = read_version(run), read_stored(run), read_json(run / "manifest.json")
    made = recompute(stored, reports, manifest["langs"][0], observed_of(manifest), say)
    if other := _other(before, made, stored):
        return Replayed(name, other=other)
    moves = compare(before.ledger, made.ledger)
    return Replayed(name, moves, tuple(reasons([move.name for move in moves]).items()))


def _other(before: Version, made: Version, stored: Stored) -> tuple[str, ...]:
    """Tables of a server whose rows are not what they were: files are known to be, by their hashes."""
    if str(stored.source.get("url", "duckdb://")).startswith("duckdb://"):
        return ()
    without = [_by_rows(one) for one in (before, made)]
    return tuple(change.table for change in changes(*without).tables if change.table not in stored.tables)


def _by_rows(version: Version) -> Version:
    """A version whose tables are known by rows and worth of every day: the hash of a server's holds where it lies."""
    if version.inputs is None:
        return version
    tables = {name: table.model_copy(update={"content": ""}) for name, table in version.inputs.tables.items()}
    return replace(version, inputs=version.inputs.model_copy(update={"tables": tables}))


def published(reports: Path) -> list[Path]:
    """The reports that can be replayed: published ones without changed params, those made from others last."""
    found = [latest.parent for latest in sorted(reports.glob("**/latest")) if "+" not in latest.parent.name]
    kinds = {path: str(read_json(path / "latest" / "manifest.json").get("kind")) for path in found}
    return sorted(found, key=lambda path: (getattr(CAMPAIGN_TYPES.get(kinds[path]), "from_reports", False), path))


def reasons(figures: Sequence[str], path: Path | None = None) -> dict[str, str]:
    """Why figures are meant to move, by name, as `CHANGES.figures` says; without those of which it says nothing.

    Raises:
        RetroError: A line of the file does not say both.
    """
    known = dict(_meant(path or project_root() / FIGURES))
    return {name: known[one] for name in figures for one in known if fnmatch.fnmatchcase(name, one)}


def _meant(path: Path) -> Iterator[tuple[str, str]]:
    """The figures that are meant to move, with the reason.

    Raises:
        RetroError: A line does not say both.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, reason = line.partition(":")
        if not colon or not reason.strip():
            raise RetroError(f"{shown(path)}, line {number}: line must be 'figure: reason', got {line[:60]!r}.")
        yield name.strip(), reason.strip()
