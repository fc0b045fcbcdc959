"""Vectors of the areas `experiment/<kind>`: differences are treatment less control, two-sided, 95 % unless stated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import ibis
import numpy as np

from retro.designs import Experiment
from retro.metrics.experiments.counting import capped, count_units
from retro.metrics.experiments.estimates import (
    Estimate,
    Quantile,
    difference_of_means,
    difference_of_quantiles,
    difference_of_ratios,
    difference_of_shares,
    stratified,
)
from retro.metrics.experiments.intervals import holm, newcombe, relative
from retro.metrics.experiments.moments import Moments
from retro.metrics.experiments.sequential import always_valid
from retro.metrics.experiments.split import split_p_value
from retro.metrics.intervals import wilson

from .vector import Skip, Vector

Data = Mapping[str, Any]


def check(vector: Vector) -> Iterator[str]:
    """Compare every key of `expected` with what the area's functions answer."""
    finder = _FINDERS.get(vector.area.rpartition("/")[2])
    if finder is None:
        raise Skip(f"area {vector.area!r} has no check")
    if isinstance(vector.tolerance, str):
        vector = replace(vector, tolerance={"*": vector.tolerance})
    found = finder({**vector.config, **vector.data})
    for key in vector.expected:
        if key not in found:
            raise Skip(f"expected key {key!r} is not known")
        yield from vector.compare(key, found[key])


def _arm(given: Any) -> Moments:
    """An arm as moments: hits and units, sums, moments, or values."""
    if isinstance(given, Mapping):
        if "sum_squares" in given:
            return Moments.of_sums(given["n"], given["sum"], given["sum_squares"])
        return Moments.of_variance(given["n"], given["mean"], given.get("var", given.get("variance")))
    return Moments.of_share(*given) if len(given) == 2 else Moments.of_values(given)


def _pair(data: Data) -> tuple[Moments, Moments]:
    return _arm(data["control"]), _arm(data["treatment"])


def _alpha(data: Data) -> float:
    return float(data.get("alpha", round(1 - data.get("conf", data.get("confidence", 0.95)), 12)))


def _split(data: Data) -> dict[str, Any]:
    return {"p_value": split_p_value(data["observed"], data.get("weights") or [1] * len(data["observed"]))}


def _proportion(data: Data) -> dict[str, Any]:
    if "count" in data:
        raise Skip("retro tests no share against a fixed value")
    estimate, alpha = difference_of_shares(*_pair(data)), _alpha(data)
    arms = {
        f"wilson_{name}": [float(end[0]) for end in wilson([data[name][0]], [data[name][1]], 1 - alpha)]
        for name in ("control", "treatment")
    }
    interval = list(newcombe(data["control"], data["treatment"], alpha))
    return {
        "z": estimate.statistic,
        "p_value": estimate.p_value,
        "diff": estimate.effect,
        "ci": interval,
        "newcombe": interval,
        **arms,
    }


def _proportion_interval(data: Data) -> dict[str, Any]:
    if "newcomb" not in data["method"]:
        raise Skip(f"method {data['method']!r} is not offered")
    control, treatment = data.get("sample2", data.get("control")), data.get("sample1", data.get("treatment"))
    return {"ci": list(newcombe(control, treatment, _alpha(data)))}


def _welch(data: Data) -> dict[str, Any]:
    estimate = difference_of_means(*_pair(data))
    ends = list(estimate.interval(_alpha(data)))
    found = {"diff": estimate.effect, "se": estimate.error, "ci": ends, "p_value": estimate.p_value}
    return found | {"t": estimate.statistic, "df": estimate.freedom}


def _lift_of(data: Data) -> tuple[Estimate, float]:
    """The relative effect as an estimate of its own."""
    estimate = difference_of_means(*_pair(data))
    lift = relative(estimate)
    return replace(estimate, control=0.0, treatment=lift.rate, error=lift.error), lift.rate


def _relative(data: Data) -> dict[str, Any]:
    estimate, rate = _lift_of(data)
    ends = list(estimate.interval(_alpha(data)))
    return {"rel": rate, "se": estimate.error, "ci": ends, "p_value": estimate.p_value}


def _one_sided(data: Data) -> dict[str, Any]:
    estimate = difference_of_means(*_pair(data))
    bound, p_value = estimate.one_sided(data["alternative"], _alpha(data))
    return {"diff": estimate.effect, "ci_lower": bound, "ci_upper": bound, "p_value": p_value}


def _cuped(data: Data) -> dict[str, Any]:
    if "pre_each_arm" in data:
        control = treatment = Moments.of_values(data["post_each_arm"], data["pre_each_arm"])
    else:
        control, treatment = (
            Moments.of_values(data[arm]["post"], data[arm]["pre"]) for arm in ("control", "treatment")
        )
    estimate = difference_of_means(control, treatment, adjust=True)
    if "control" in data and "per" in data["control"]:
        sides = (
            Moments.of_values(*(data[arm][name] for name in ("post", "per", "pre", "pre_per")))
            for arm in ("control", "treatment")
        )
        estimate = difference_of_ratios(*sides, adjust=True)
    found = {"theta": estimate.theta, "diff": estimate.effect, "se": estimate.error, "p_value": estimate.p_value}
    return found | {"ci": list(estimate.interval(_alpha(data)))}


def _sequential(data: Data) -> dict[str, Any]:
    if "cumulative_n" in data:
        raise Skip("retro spends no alpha at planned looks")
    estimate, rate = _lift_of(data)
    units = data["control"]["n"] + data["treatment"]["n"]
    asked = {"alpha": _alpha(data), "tuned_for": data.get("n_star", 5000)}
    low, high, p_value = always_valid(rate, estimate.error, units, **asked)
    plain = difference_of_means(*_pair(data))
    absolute = always_valid(plain.effect, plain.error, units, **asked)
    return {"rel": rate, "se": estimate.error, "ci": [low, high], "p_value": p_value, "ci_absolute": list(absolute[:2])}


def _quantile(data: Data) -> dict[str, Any]:
    control, treatment = (
        Quantile(*(data[arm][key] for key in ("n", "q", "lower", "upper"))) for arm in ("control", "treatment")
    )
    estimate = difference_of_quantiles(control, treatment, _alpha(data))
    ends = list(estimate.interval(_alpha(data)))
    return {"expected": estimate.effect, "diff": estimate.effect, "se": estimate.error, "ci": ends}


def _edge(data: Data) -> dict[str, Any]:
    if "cases" in data:
        estimates = [Estimate(control, treatment, error=1.0, control_error=1.0) for control, treatment in data["cases"]]
        return {"rel": [relative(estimate).rate for estimate in estimates]}
    return {"ratio_uncapped": _capped_ratio(data["users"], data["buyers"], data["revenue_per_order"])}


def _capped_ratio(users: int, buyers: int, price: float) -> float:
    """Amount per order with both capped at the 90th percentile, where every order costs the same."""
    orders = [place % 7 + 1 if place < buyers else 0 for place in range(users)]
    rows = [(f"{place}", "all", None, False, count * float(price), float(count)) for place, count in enumerate(orders)]
    schema = {
        "unit_id": "string",
        "arm": "string",
        "day": "int64",
        "early": "boolean",
        "y0": "float64",
        "z0": "float64",
    }
    units = ibis.memtable(rows, schema=schema)
    aov = {"name": "aov", "kind": "ratio", "column": "amount", "per": {"column": "orders"}, "cap": 0.9}
    design = Experiment.model_validate({"id": "e", "arms": ["all", "none"], "primary": [aov]})
    limited, caps = capped(units, design.primary, design.arms)
    moments = count_units(limited, design).moments(0, "all")
    assert caps[0] < max(orders) * price
    return float(moments.mean[0] / moments.mean[1])


def _non_inferiority(data: Data) -> dict[str, Any]:
    estimate = difference_of_means(*_pair(data))
    margin = data["margin_relative"] * abs(estimate.control) if "margin_relative" in data else data["margin"]
    lower, upper = (estimate.one_sided(side, _alpha(data))[0] for side in ("greater", "less"))
    return {
        "diff": estimate.effect,
        "increase": {"ci_lower": lower, "non_inferior": lower > -margin},
        "decrease": {"ci_upper": upper, "non_inferior": upper < margin},
    }


def _multiple(data: Data) -> dict[str, Any]:
    if data.get("method", "holm") != "holm":
        raise Skip(f"method {data['method']!r} is not offered")
    adjusted = holm(data["p_values"])
    return {"adjusted": adjusted, "n_rejected_holm": sum(p <= _alpha(data) for p in adjusted)}


def _segments(data: Data) -> dict[str, Any]:
    """Rates of each part and of all, and whether all parts together point the other way than each of them."""
    parts = {name: _pair(part) for name, part in data.items() if isinstance(part, Mapping) and "control" in part}
    control, treatment = (sum((pair[arm] for pair in parts.values()), Moments.none()) for arm in (0, 1))
    estimates = {name: difference_of_shares(*pair) for name, pair in parts.items()}
    together = stratified([(sum(arm.units for arm in parts[name]), one) for name, one in estimates.items()])
    pooled = [control.average, treatment.average]
    return {
        **{name: [one.control, one.treatment] for name, one in estimates.items()},
        "pooled": pooled,
        "direction_reverses": (pooled[1] - pooled[0]) * together.effect < 0,
        "stratified": together.effect,
    }


def _clustered(data: Data) -> dict[str, Any]:
    sums, sizes, arms = (np.asarray(data[name], dtype=float) for name in ("cluster_sum", "cluster_n", "arm"))
    control, treatment = (Moments.of_values(sums[arms == arm].tolist(), sizes[arms == arm].tolist()) for arm in (0, 1))
    estimate = difference_of_ratios(control, treatment)
    ends = list(estimate.interval(_alpha(data)))
    return {"diff": estimate.effect, "se": estimate.error, "p_value": estimate.p_value, "ci": ends}


_FINDERS: Mapping[str, Callable[[Data], dict[str, Any]]] = {
    "srm": _split,
    "proportion": _proportion,
    "proportion_ci": _proportion_interval,
    "mean_welch": _welch,
    "relative_lift": _relative,
    "one_sided": _one_sided,
    "cuped": _cuped,
    "sequential": _sequential,
    "quantile": _quantile,
    "edge": _edge,
    "non_inferiority": _non_inferiority,
    "multiple": _multiple,
    "segments": _segments,
    "clustered": _clustered,
}
"""What answers a kind: everything that can be found, by key of `expected`."""
