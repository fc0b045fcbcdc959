"""Experiments: from exposures and outcomes to a decision.

Defined in `docs/metrics.md#experiments`. One aggregate per experiment brings moments back from the engine, never rows.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from retro.designs import Experiment
from retro.errors import MissingColumn
from retro.metrics.experiments.checks import checks, overlapping, split_changed
from retro.metrics.experiments.contrasts import Comparer
from retro.metrics.experiments.counting import Counts, capped, clustered, count_units, quantiles
from retro.metrics.experiments.decisions import Decision, decide, ready_on
from retro.metrics.experiments.effects import effects, pairs
from retro.metrics.experiments.exposure import Exposure, exposure_of, one_table
from retro.metrics.experiments.parts import looks, segment_effects, since_exposure
from retro.metrics.experiments.portfolio import Portfolio, portfolio, portfolio_of
from retro.metrics.experiments.result import ExperimentResult, Unmeasured
from retro.metrics.experiments.split import STOP
from retro.metrics.experiments.units import unit_table
from retro.metrics.experiments.worths import worths
from retro.sources import NotCovered

__all__ = ["Decision", "ExperimentResult", "Portfolio", "Unmeasured"]
__all__ += ["experiment", "experiments", "portfolio", "portfolio_of"]


class _Tables(Protocol):
    """Tables by name; one that the shop does not have is `NotCovered`."""

    def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401 - an Ibis table, which is not typed here


def experiments(
    tables: _Tables, designs: Sequence[Experiment], *, observed_until: dt.datetime | None
) -> tuple[ExperimentResult | NotCovered, ...]:
    """Read experiments, in the order given.

    Args:
        tables: The shop's tables, as a report's `tables`.
        designs: The designs.
        observed_until: Until when outcomes were observed, local, exclusive; None where the data holds no times.

    Returns:
        A result for each; `NotCovered` where the shop lacks a table or column that a design needs. Guardrails and
        secondary metrics are no such need, nor are segments: those that the shop cannot answer are told as such.
    """
    results: list[ExperimentResult | NotCovered] = []
    for design in designs:
        found = {name: getattr(tables, name) for name in dict.fromkeys([*design.tables, "users"])}
        known = {name: table for name, table in found.items() if not isinstance(table, NotCovered)}
        unmeasured = tuple(_unmeasured(design, known))
        measured = design.only([one.metric.name for one in unmeasured])
        unsplit = tuple(_unsplit(design, known))
        measured = measured.model_copy(update={"segments": tuple(s for s in design.segments if s not in unsplit)})
        missing = [name for name in measured.tables if name not in known]
        if missing and not one_table(measured, known):
            results.append(NotCovered(missing[0]))
            continue
        try:
            read = experiment(known, measured, observed_until=observed_until, unmeasured=unmeasured)
            results.append(replace(read, unsplit=unsplit))
        except MissingColumn as lacking:
            results.append(NotCovered(lacking.table, lacking.column))
    return tuple(results)


_OF_USERS = ("channel", "device", "city_tier")
"""Columns that a shop's users may lack; any other segment that is nowhere is a slip of the params."""


def _unsplit(design: Experiment, known: Mapping[str, Any]) -> Iterator[str]:
    """The segments of users that the shop does not know."""
    held = {column for name in ("exposures", "outcomes", "users") if name in known for column in known[name].columns}
    yield from (name for name in design.segments if name in _OF_USERS and name not in held)


def _unmeasured(design: Experiment, known: Mapping[str, Any]) -> Iterator[Unmeasured]:
    """The metrics beside the primary ones that the shop has no table or column for."""
    for role, metric in design.metrics:
        if role == "primary":
            continue
        for part in metric.parts:
            column = part.column or (part.orders.value if part.orders is not None else None) or ""
            if part.table not in known:
                yield Unmeasured(role, metric, part.table, "")
                break
            if column and column not in known[part.table].columns:
                yield Unmeasured(role, metric, part.table, column)
                break


def experiment(
    tables: Mapping[str, Any],
    design: Experiment,
    *,
    observed_until: dt.datetime | None,
    unmeasured: tuple[Unmeasured, ...] = (),
) -> ExperimentResult:
    """Read one experiment.

    Args:
        tables: Ibis tables by canonical name: `exposures` (`experiment_id`, `unit_id`, `arm`, `exposed_at`), and those
            that the design's metrics name: `orders`, `events`, or `outcomes` (`unit_id` and a column per outcome; where
            it has `observed_at`, outcomes from before the exposure do not count). `users` for segments. Where all
            metrics are columns and `outcomes` holds `arm`, and perhaps `exposed_at`, it is the table of units by
            itself, and `exposures` is not needed: nothing is joined.
        design: Its design.
        observed_until: Until when outcomes were observed, local, exclusive; None where the data holds no times.
        unmeasured: Metrics that were planned beside those of the design and could not be measured.

    Raises:
        MetricError: Nobody was exposed to the experiment, or a table or column that the design names is missing.
    """
    exposure = exposure_of(design, tables, observed_until)
    units, single, caps, counts = _counted(design, tables, exposure, with_nan=False)
    if counts.hold_nan:
        units, single, caps, counts = _counted(design, tables, exposure, with_nan=True)
    by_day = design.ramped or split_changed(design, counts) < STOP
    comparer = Comparer(design, counts, quantiles(single, design, counts), by_day)
    found, brought = effects(comparer, caps, single), worths(comparer)
    checked = checks(comparer, overlapping(tables["exposures"], design) if "exposures" in tables else None)
    held = [counts.units(arm) for arm in design.arms]
    arms = pd.DataFrame({"arm": design.arms, "planned_share": design.shares, "units": held})
    return ExperimentResult(
        design=design,
        decision=decide(
            design,
            checked,
            found,
            exposure,
            brought,
            unguarded=tuple(one.metric.name for one in unmeasured if one.role == "guardrail"),
        ),
        arms=arms.assign(share=arms["units"] / max(1, sum(held))),
        checks=checked,
        effects=found,
        pairs=pairs(comparer),
        worths=brought,
        segments=segment_effects(comparer),
        looks=looks(comparer),
        since_exposure=since_exposure(design, tables, units, exposure),
        by_day=by_day,
        first=exposure.first,
        ready_on=ready_on(design, exposure),
        unmeasured=unmeasured,
    )


def _counted(
    design: Experiment, tables: Mapping[str, Any], exposure: Exposure, *, with_nan: bool
) -> tuple[Any, Any, dict[int, float], Counts]:
    """The units, the capped units, the caps, and the counts."""
    metrics = [metric for _, metric in design.metrics]
    units = unit_table(design, tables, exposure, with_nan=with_nan)
    single, caps = capped(units, metrics, design.arms)
    grouped = clustered(single, metrics, len(design.segments)) if design.cluster is not None else single
    return units, single, caps, count_units(grouped, design)
