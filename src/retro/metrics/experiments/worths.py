"""Worth: what an arm brought and cost, with an interval."""

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.metrics.experiments.contrasts import Comparer, Contrast
from retro.metrics.experiments.effects import ends
from retro.metrics.experiments.estimates import Estimate

COLUMNS = ("arm", "units", "gained", "cost", "net", "low", "high")

_CENT = Decimal("0.01")

_PLAIN = {"newcombe", "welch", "always_valid"}
"""Methods that compare arms as they are, so that their sums can be."""


def worths(comparer: Comparer) -> pd.DataFrame:
    """What each arm brought in the experiment itself, beyond the control, and what it cost.

    `gained` is the value of the arm's sum of the first primary metric less the control's, which is scaled by the
    planned shares (of an adjusted or daily comparison, of a ratio and a quantile: the difference times the arm's
    units); `cost` is `cost_per_unit` times its units.

    Returns:
        One row per arm: `arm`, `units`, `gained`, `cost`, `net`, `low`, `high` (decimals, to the cent; the interval is
        the design's); no row where the design gives no `value_per_unit` or the metric cannot be compared.
    """
    return pd.DataFrame(list(_rows(comparer)), columns=list(COLUMNS))


def _rows(comparer: Comparer) -> Iterator[dict[str, Any]]:
    design = comparer.design
    if design.value_per_unit is None:
        return
    worth = design.value_per_unit * (1 if design.primary[0].better == "higher" else -1)
    for arm in design.treatments:
        contrast = comparer.compare(0, arm)
        if not isinstance(contrast, Contrast):
            continue
        units = comparer.counts.units(arm)
        more, low, high = (Decimal(repr(one)) * worth for one in _sums(comparer, arm, contrast))
        cost = design.cost(arm) * units
        ends_ = sorted((low - cost, high - cost))
        amounts = {"gained": more, "cost": cost, "net": more - cost, "low": ends_[0], "high": ends_[1]}
        yield {"arm": arm, "units": units} | {name: amount.quantize(_CENT) for name, amount in amounts.items()}


def _sums(comparer: Comparer, arm: str, contrast: Contrast) -> tuple[float, float, float]:
    """The difference of two arms' sums, and the ends of its interval."""
    design, metric = comparer.design, comparer.design.primary[0]
    plain = metric.kind in {"conversion", "mean", "count"} and not metric.has_before and design.cluster is None
    if not plain or contrast.method not in _PLAIN or comparer.by_day:
        low, high = contrast.interval
        units = contrast.units[1]
        return contrast.spread.effect * units, low * units, high * units
    planned = dict(zip(design.arms, design.shares, strict=True))
    scale = planned[arm] / planned[design.control]
    control, treatment = (comparer.counts.moments(0, name) for name in (design.control, arm))
    errors = [math.sqrt(one.units * one.variance) for one in (control, treatment)]
    sums = Estimate(
        control.average * control.units * scale,
        treatment.average * treatment.units,
        error=math.hypot(scale * errors[0], errors[1]),
        control_error=scale * errors[0],
        freedom=contrast.spread.freedom,
    )
    whole = Contrast(contrast.units, sums, (0.0, 0.0), contrast.p_value, contrast.method)
    return sums.effect, *ends(design, whole, sums.effect, sums.error)
