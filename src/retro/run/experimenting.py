"""Experiments of a period: read those of all its params files, from the data as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retro.campaigns import load_params
from retro.designs import Experiment
from retro.errors import RetroError
from retro.files import shown
from retro.metrics.experiments import ExperimentResult, Portfolio, experiments, portfolio
from retro.report import as_read
from retro.report.observed import observed, refuse_unrestricted
from retro.run.targets import find_params
from retro.sources import NotCovered, find_source, load_source, open_tables


@dataclass(frozen=True, eq=False)
class Trials:
    """The experiments of a period.

    Attributes:
        portfolio: All that could be read, with their sum.
        not_covered: Those whose table the shop lacks, with its name.
    """

    portfolio: Portfolio
    not_covered: tuple[tuple[Experiment, str], ...]


def read_experiments(target: str, source_file: Path | None = None) -> Trials:
    """Read every experiment that a folder of `params/`, or one file in it, names; one named twice is read once.

    Args:
        target: A folder of `params/`, or one file in it.
        source_file: The source file; by default the nearest one.

    Raises:
        RetroError: A params file or an experiment cannot be read, or there is none.
    """
    found: dict[str, ExperimentResult | tuple[Experiment, str]] = {}
    for file in find_params(target):
        where = source_file or find_source(file)
        source = load_source(where)
        params = load_params(file, zone=source.zone)
        designs = [design for design in params.experiments if design.id not in found]
        if not designs:
            continue
        tables = open_tables(as_read(source, params), shown(where), params.segment)
        refuse_unrestricted(params, tables)
        until = observed(params, tables)
        if until is not None:
            tables.cut(until)
        for design, result in zip(designs, experiments(tables, designs, observed_until=until), strict=True):
            found[design.id] = (design, result.table) if isinstance(result, NotCovered) else result
    if not found:
        raise RetroError(f"{target}: params must name experiments, got none. Add them under `experiments:`.")
    results = [one for one in found.values() if isinstance(one, ExperimentResult)]
    return Trials(portfolio(results), tuple(one for one in found.values() if not isinstance(one, ExperimentResult)))
