"""Vectors of the area `causal`: what was added to a series."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from retro.metrics.baseline import draw_paths

from .vector import Skip, Vector

_LEVEL_SD = 0.01
"""The level's prior of the published answers, where a vector names no other."""


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
