"""Vectors of the area `causal`: what was added to a series."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from retro.metrics.baseline import Neighbour, draw_paths, phases_of
from retro.metrics.baseline.together import own_share
from retro.periods import Window

from .vector import Skip, Vector

_LEVEL_SD = 0.01
"""The level's prior of the published answers, where a vector names no other."""

_DRAWS = 20_000


def check(vector: Vector) -> Iterator[str]:
    """Compare the effect on a series."""
    if "y" not in vector.data:
        raise Skip(f"data {sorted(vector.data)} is no series")
    found = _series(vector)
    known = [key for key in vector.expected if key in found]
    if not known:
        raise Skip(f"none of the expected keys {sorted(vector.expected)} is known")
    for key in known:
        yield from vector.compare(key, found[key])


def check_together(vector: Vector) -> Iterator[str]:
    """Compare how campaigns that share days split what they added."""
    told = {
        one["name"]: Neighbour(
            one["name"],
            Window(*(dt.datetime.fromisoformat(one[end]) for end in ("start", "end")), dt.datetime(9999, 1, 1)),
            one.get("anticipation_days", 0),
            one.get("settling_days", 0),
        )
        for one in vector.config["campaigns"]
    }
    added, baseline = (np.array(vector.data[name], dtype=np.float64) for name in ("added", "baseline"))
    first = dt.date.fromisoformat(vector.data["first_day"])
    days = [first + dt.timedelta(days=day) for day in range(added.size)]
    known = {name: np.tile(np.array(of, dtype=np.float64), (_DRAWS, 1)) for name, of in _held(vector).items()}
    for name in vector.expected:
        own = told[name]
        others = [one for one in told.values() if one is not own]
        asked = {"anticipation_days": own.anticipation_days, "settling_days": own.settling_days}
        phases = phases_of(own.window, name=name, campaigns=others, **asked)
        share = own_share(np.tile(added, (_DRAWS, 1)), baseline, days, phases, known)
        share[:, [not phases.phase_of(day) for day in days]] = 0.0
        found = {"mean": share.mean(axis=0).tolist(), "sum_sd": float(share.sum(axis=1).std())}
        yield from vector.compare(name, found)


def _held(vector: Vector) -> Mapping[str, Sequence[float]]:
    found: Mapping[str, Sequence[float]] = vector.data.get("held_out", {})
    return found


def _series(vector: Vector) -> dict[str, object]:
    values = np.array(vector.data["y"], dtype=np.float64)
    columns = vector.data.get("x") or []
    covariates = np.array(columns, dtype=np.float64).reshape(len(columns), values.size).T
    known = np.arange(values.size) < vector.data["n_pre"]
    prior = re.search(r"level prior (0?\.\d+)", vector.note)
    fit = draw_paths(
        values,
        known,
        np.empty((values.size, 0)),
        covariates,
        level_sd=float(prior[1]) if prior else _LEVEL_SD,
        draws=3000,
        seed=1,
    )
    days = int((~known).sum())
    gains = values[~known].sum() - fit.paths[:, ~known].sum(axis=1)
    baseline = float(fit.expected[~known].sum())
    effect = float(values[~known].sum()) - baseline
    ends = [float(end) for end in np.percentile(gains, (2.5, 97.5))]
    tail = min((gains <= 0).sum(), (gains >= 0).sum())
    found = {"average_effect": (effect, ends), "effect_cum": (effect, ends), "effect_rel": (effect, ends)}
    scale = {"average_effect": days, "effect_cum": 1, "effect_rel": baseline}
    answers: dict[str, object] = {"p": float(tail + 1) / (gains.size + 1)}
    for key, (point, interval) in found.items():
        answers[key] = point / scale[key]
        answers[f"{key}_ci95"] = [end / scale[key] for end in interval]
    return answers
