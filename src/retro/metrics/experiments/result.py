"""The result of an experiment."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retro.designs import Experiment
from retro.metrics.experiments.decisions import Decision
from retro.privacy import few


@dataclass(frozen=True, eq=False)
class ExperimentResult:
    """The result of an experiment; every frame is small.

    Attributes:
        design: Its design.
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

    def of_few(self, row: Mapping[Any, Any]) -> bool:
        """Whether a row of `effects` tells of fewer units, or of fewer that did it, than may be told."""
        units: dict[str, int] = dict(zip(self.arms["arm"], self.arms["units"], strict=True))
        counts = (units[str(row["arm"])], units[self.design.control], row["hits"], row["control_hits"])
        return any(map(few, counts))
