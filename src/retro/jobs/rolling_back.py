"""Roll a report back: let its address lead to an earlier edition again."""

from __future__ import annotations

from pathlib import Path

from retro.errors import RetroError
from retro.jobs.history import damage_of
from retro.ledger import find_version
from retro.publish import write_index
from retro.run.finishing import point
from retro.run.holding import hold


def roll_back(reports: Path, address: Path, run_id: str) -> str:
    """Let a report's address lead to an earlier edition, whole as it was published.

    Args:
        reports: The reports folder.
        address: The report's own folder.
        run_id: The edition, or the beginning of its id.

    Returns:
        The whole id.

    Raises:
        RetroError: There is no such edition, a file of it was changed, or a run makes the report now.
    """
    whole = find_version(address, run_id).name
    if broken := list(damage_of(address / "runs" / whole / "manifest.json")):
        raise RetroError(broken[0])
    with hold(address, wait=False):
        point(address / "latest", whole)
        write_index(reports)
    return whole
