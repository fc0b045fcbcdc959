"""Linting of a period: read its params and what its newest editions recorded."""

from __future__ import annotations

from pathlib import Path

from retro.campaigns import load_params
from retro.errors import RetroError
from retro.judgement import lint
from retro.report import reported
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
        found.append(reported(file, params, reports))
    if broken:
        raise RetroError("\n".join(broken))
    return [str(conflict) for conflict in lint(found)]
