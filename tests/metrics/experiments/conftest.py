"""Experiments small enough to check by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.designs import Experiment
from retro.metrics.experiments import ExperimentResult, experiment

BEGAN = dt.datetime(2025, 1, 6, 12)
UNTIL = dt.datetime(2025, 2, 1)

Outcomes = Mapping[str, Sequence[Any]]
Run = Callable[..., ExperimentResult]


def design(**keys: Any) -> Experiment:
    """A design with one conversion, unless other keys are given."""
    base = {
        "id": "hint",
        "arms": ["plain", "new"],
        "primary": [{"name": "bought", "kind": "conversion", "column": "bought"}],
        "horizon": 14,
    }
    return Experiment.model_validate(base | keys)


def shop(arms: Mapping[str, Outcomes], **extra: Any) -> dict[str, ibis.Table]:
    """Tables of one experiment: for each arm, its outcomes by column, one value per unit, exposed an hour apart."""
    rows = []
    for arm, outcomes in arms.items():
        columns = {name: list(values) for name, values in outcomes.items()}
        for number in range(max(len(values) for values in columns.values())):
            values = {name: values[number] for name, values in columns.items()}
            rows.append({"unit_id": f"{arm}-{number}", "arm": arm, "hour": number, **values})
    frame = pd.DataFrame(rows)
    exposures = frame[["unit_id", "arm"]].assign(
        experiment_id="hint", exposed_at=[BEGAN + dt.timedelta(hours=hour % 100) for hour in frame["hour"]]
    )
    for name, values in extra.items():
        exposures[name] = values
    outcomes = frame.drop(columns=["arm", "hour"])
    return {"exposures": ibis.memtable(exposures), "outcomes": ibis.memtable(outcomes)}


@pytest.fixture
def run() -> Run:
    """Read an experiment over outcomes by arm."""

    def read(outcomes: Mapping[str, Outcomes], /, **keys: Any) -> ExperimentResult:
        return experiment(shop(outcomes), design(**keys), observed_until=UNTIL)

    return read


def shares(hits: int, units: int, column: str = "bought") -> Outcomes:
    """An arm of which so many did."""
    return {column: [True] * hits + [False] * (units - hits)}


def row(result: ExperimentResult, metric: str, arm: str = "new") -> dict[str, Any]:
    """One metric of one arm."""
    frame = result.effects
    (found,) = frame[(frame["metric"] == metric) & (frame["arm"] == arm)].to_dict("records")
    return {str(name): value for name, value in found.items()}


def check(result: ExperimentResult, name: str, scope: str = "") -> dict[str, Any]:
    """One check."""
    frame = result.checks
    (found,) = frame[(frame["check"] == name) & (frame["scope"] == scope)].to_dict("records")
    return {str(key): value for key, value in found.items()}
