"""Vectors of the area `survival`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from retro import metrics

from .vector import Skip, Vector

_TIME_EVENT, _ALL_EVENTS = "_time_event", "_all_events"


def check(vector: Vector) -> Iterator[str]:
    """Compare curves `S_<group>`, medians, intervals and the log-rank test of the groups that `data` names."""
    groups = {
        name.removesuffix(_TIME_EVENT): np.array(rows)
        for name, rows in vector.data.items()
        if name.endswith(_TIME_EVENT)
    }
    for name, times in vector.data.items():
        if name.endswith(_ALL_EVENTS):
            groups[name.removesuffix(_ALL_EVENTS)] = np.column_stack([times, np.ones(len(times))])
    if not groups:
        raise Skip(f"none of the data {sorted(vector.data)} is known")
    curves = {name: metrics.kaplan_meier(rows[:, 0], rows[:, 1]) for name, rows in groups.items()}
    test = metrics.log_rank([rows[:, 0] for rows in groups.values()], [rows[:, 1] for rows in groups.values()])
    for key, wanted in vector.expected.items():
        kind, _bar, name = key.rpartition("_")
        if key == "logrank_chi2":
            yield from vector.compare(key, test.chi2)
        elif key == "logrank_p":
            yield from vector.compare(key, test.p_value)
        elif kind == "median":
            yield from vector.compare(key, metrics.survival_quantile(curves[name]))
        elif kind in {"S", "ci95_loglog"}:
            columns = ["survival"] if kind == "S" else ["low", "high"]
            yield from vector.compare(key, {time: _at(curves[name], float(time), columns) for time in wanted})
        else:
            raise Skip(f"expected key {key!r} is not known")


def _at(curve: pd.DataFrame, duration: float, columns: Sequence[str]) -> float | list[float]:
    row = curve[curve["duration"] <= duration].iloc[-1]
    return float(row[columns[0]]) if len(columns) == 1 else [float(row[column]) for column in columns]
