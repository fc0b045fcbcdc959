"""Linting of a period: read its params and what its newest editions recorded."""

from __future__ import annotations

from pathlib import Path

from retro.campaigns import load_params
from retro.errors import RetroError
from retro.files import shown
from retro.judgement import Reported, lint
from retro.ledger import Ledger, read_ledger
from retro.run.job import Request
from retro.run.targets import find_params
from retro.sources import find_source, load_source


def lint_folder(target: str, reports: Path, source_file: Path | None = None) -> list[str]:
    """What the reports of a folder of `params/` say against each other, one line each.

    A report that was not made yet is compared by its params alone.

    Args:
        target: A folder of `params/`.
        reports: The reports folder.
        source_file: The source file; by default the nearest one.

    Raises:
        RetroError: A params file cannot be read; all that cannot are named.
    """
    found, broken = [], []
    for file in find_params(target):
        try:
            zone = load_source(source_file or find_source(file)).zone
            params = load_params(file, zone=zone)
        except RetroError as error:
            broken.append(str(error))
            continue
        address = Request(file, reports=reports).address
        recorded = address / "latest" / "ledger.json"
        ledger = read_ledger(recorded) if recorded.is_file() else Ledger([])
        found.append(Reported(address.relative_to(reports).as_posix(), shown(file), params, ledger))
    if broken:
        raise RetroError("\n".join(broken))
    return lint(found)
