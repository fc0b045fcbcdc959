"""Replay a published report: today's code on the params and data that it was made from, and every figure that moved."""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from retro.campaigns import CAMPAIGN_TYPES
from retro.errors import RetroError
from retro.files import canonical_json, make_folder, project_root, read_json, shown
from retro.jobs.due import observed_of
from retro.ledger import Move, Version, changes, read_version
from retro.places import own_folder
from retro.run import Request, prepare, run_report
from retro.run.inputs import inputs_of
from retro.sources import find_source

FIGURES = "CHANGES.figures"
"""The project's file of figures that are meant to move, one `name: reason` a line; `*` stands for anything."""


@dataclass(frozen=True)
class Replayed:
    """What became of a report under today's code.

    Attributes:
        report: Its address.
        moves: The figures that moved.
        reasons: Why they are meant to, by figure, as `CHANGES.figures` says.
        other: What it was made from that is no more as it was, so that it was not replayed: tables, by name.
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
    """Make a published report anew beside the reports, from the params and up to the moment that it was made from.

    Args:
        reports: The reports folder.
        address: The report's own folder.
        say: Called with the name of each step.

    Raises:
        RetroError: It was not published, is a variant, or fails under today's code.
    """
    run, name = (address / "latest").resolve(), address.relative_to(reports)
    before = read_version(run)
    file = project_root() / "params" / name.with_suffix(".yaml") if "+" not in name.name else None
    if file is None or not file.is_file() or before.inputs is None:
        raise RetroError(f"{shown(address)}: report must have its params file, and a record of what it was made from.")
    manifest, place = read_json(run / "manifest.json"), own_folder("replay", run.name)
    try:
        params = make_folder(place / "params" / name.parent) / file.name
        params.write_text(canonical_json(read_json(run / "params.json")), encoding="utf-8")
        beside = _beside(reports, name, place / "reports")
        request = Request(
            params,
            tuple(manifest["langs"][:1]),
            beside,
            find_source(file),
            force=True,
            observed_until=observed_of(manifest),
        )
        now = inputs_of(prepare(request), before.inputs.contracts)
        if other := changes(before, Version("now", before.ledger, now)).tables:
            return Replayed(name.as_posix(), other=tuple(change.table for change in other))
        run_report(request, say)
        made = read_version((beside / request.folder / name.name / "latest").resolve())
    finally:
        shutil.rmtree(place, ignore_errors=True)
    moves = changes(before, made).moves
    known = dict(_meant(project_root() / FIGURES))
    reasons = ((move.name, known[one]) for move in moves for one in known if fnmatch.fnmatchcase(move.name, one))
    return Replayed(name.as_posix(), moves, tuple(reasons))


def _beside(reports: Path, name: Path, place: Path) -> Path:
    """A reports folder of its own, in which the other reports can be read, and this one is still to be made."""
    for latest in sorted(reports.glob("**/latest")):
        other = latest.parent.relative_to(reports)
        if other != name:
            make_folder(place / other.parent)
            (place / other).symlink_to(latest.parent.resolve(), target_is_directory=True)
    return make_folder(place)


def published(reports: Path) -> list[Path]:
    """The reports that can be replayed: published ones without changed params, those made from others last."""
    found = [latest.parent for latest in sorted(reports.glob("**/latest")) if "+" not in latest.parent.name]
    kinds = {path: str(read_json(path / "latest" / "manifest.json").get("kind")) for path in found}
    return sorted(found, key=lambda path: (getattr(CAMPAIGN_TYPES.get(kinds[path]), "from_reports", False), path))


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
