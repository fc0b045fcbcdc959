"""Versions of a report: the runs that were published, each with its figures and what it was made from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from retro.errors import RetroError, did_you_mean
from retro.files import read_json, shown
from retro.ledger.entries import Ledger, read_ledger
from retro.ledger.inputs import Inputs, read_inputs

_RUN_TIME = "%Y%m%dT%H%M%S%fZ"
"""How a run's id begins: ids sort by time."""


@dataclass(frozen=True)
class Version:
    """A published run.

    Attributes:
        run_id: The run's own folder below `runs/`; it begins with the moment.
        ledger: Its figures.
        inputs: What it was made from; None where the run did not record it.
    """

    run_id: str
    ledger: Ledger
    inputs: Inputs | None = None


def started() -> str:
    """This moment, as a run's id begins."""
    return f"{dt.datetime.now(dt.UTC):{_RUN_TIME}}"


def begun(run_id: str) -> dt.datetime | None:
    """When a run began, by its id; None where a folder's name is no run's.

    Examples:
        >>> begun("20250401T093000000000Z-1f2e3d4c"), begun("notes")
        (datetime.datetime(2025, 4, 1, 9, 30, tzinfo=datetime.timezone.utc), None)
    """
    try:
        return dt.datetime.strptime(run_id.partition("-")[0], _RUN_TIME).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def read_version(run: Path) -> Version:
    """Read a published run.

    Raises:
        RetroError: It holds no ledger, or a damaged one.
    """
    return Version(run.name, read_ledger(run / "ledger.json"), read_inputs(run))


def versions(address: Path) -> list[Path]:
    """The folders of a report's published runs that can be read, the oldest first."""
    return [run for run in sorted((address / "runs").glob("*")) if _input_hash(run)]


def version_before(run: Path, input_hash: str) -> Path | None:
    """The last version before a run that was made from other input; None where there is none.

    A run that is forced again has the same one, so that its pages are the same.

    Args:
        run: The run's own folder, which may still be empty.
        input_hash: What it is made from.
    """
    earlier = [one for one in versions(run.parents[1]) if one.name < run.name and _input_hash(one) != input_hash]
    return earlier[-1] if earlier else None


def find_version(address: Path, run_id: str = "") -> Path:
    """The folder of a version by the beginning of its id; without one, of the newest.

    Raises:
        RetroError: There is no such version, or there are several.
    """
    known = versions(address)
    if not known:
        raise RetroError(f"{shown(address)}: report must have been published. `retro run` makes it.")
    found = [run for run in known if run.name.startswith(run_id)]
    if not found:
        names = [run.name for run in known]
        raise RetroError(
            f"{shown(address)}: run must be a published one, got {run_id!r}. {did_you_mean(run_id, names)}"
        )
    if run_id and len(found) > 1:
        raise RetroError(
            f"{shown(address)}: run must be one, got {run_id!r}, which begins {len(found)}. Give more of it."
        )
    return found[-1]


def _input_hash(run: Path) -> str:
    """What a published run was made from; empty for a folder that is none, or a damaged one."""
    try:
        return str(read_json(run / "manifest.json")["input_hash"]) if (run / "ledger.json").is_file() else ""
    except (RetroError, KeyError, TypeError):
        return ""
