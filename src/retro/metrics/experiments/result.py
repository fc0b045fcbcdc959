"""The result of an experiment."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retro.designs import Experiment, Metric, Role
from retro.metrics.experiments.decisions import Decision
from retro.privacy import few


@dataclass(frozen=True)
class Unmeasured:
    """A metric of a design that the shop's data cannot answer, so that nobody knows what became of it.

    Attributes:
        role: Its role; never `primary`, without which an experiment is not read.
        metric: The metric.
        table: The table that the shop lacks, or that lacks the column.
        column: The column; empty where the table is lacking.
    """

    role: Role
    metric: Metric
    table: str
    column: str


@dataclass(frozen=True, eq=False)
class ExperimentResult:
    """The result of an experiment; every frame is small.

    Attributes:
        design: Its design, of the metrics that were measured.
        decision: What to do.
        arms: `arm`, `planned_share`, `units`, `share`.
        checks: As `metrics.experiments.checks` defines them.
        effects: Every metric of every arm against the control.
        pairs: The arms beside the control against each other, by the primary metrics.
        worths: What each arm brought and cost in the experiment; no row where the design names no value.
        segments: The first primary metric by segment.
        looks: The first primary metric as units arrived.
        since_exposure: The first primary metric by day since exposure.
        by_day: Whether effects are the mean of each day's own, since the split changed over time.
        first: The first exposure, local; None where the data holds no times.
        ready_on: When the result may be read; None as `first`.
        unmeasured: The metrics of its design that could not be measured.
        unsplit: Segments of users that the design names and the shop does not know.
    """

    design: Experiment
    decision: Decision
    arms: pd.DataFrame
    checks: pd.DataFrame
    effects: pd.DataFrame
    pairs: pd.DataFrame
    worths: pd.DataFrame
    segments: pd.DataFrame
    looks: pd.DataFrame
    since_exposure: pd.DataFrame
    by_day: bool
    first: dt.datetime | None
    ready_on: dt.datetime | None
    unmeasured: tuple[Unmeasured, ...] = ()
    unsplit: tuple[str, ...] = ()

    def of_few(self, row: Mapping[Any, Any]) -> bool:
        """Whether a row of `effects` tells of fewer units, or of fewer that did it, than may be told."""
        units: dict[str, int] = dict(zip(self.arms["arm"], self.arms["units"], strict=True))
        counts = (units[str(row["arm"])], units[self.design.control], row["hits"], row["control_hits"])
        return any(map(few, counts))
