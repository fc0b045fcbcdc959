"""Do the promises of experiments, baseline and causes hold?

`python benchmarks/calibration.py [EXPERIMENTS [SHOPS [QUIET]]]`:
2,000 experiments, 200 shops and 1,000 quiet ones unless given; for the shops see `calibration_baseline.py`, for the
quiet ones `calibration_causes.py`.

Simulated experiments whose truth is known: revenue that most users do not have and a few have much of, a pre-period
that tells something of it, and a yes or no. Each line: what was counted, its share, and the range that it should lie
in, which leaves room for the chance of so many experiments.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import calibration_baseline
import calibration_causes
import numpy as np

from retro.metrics.experiments.estimates import difference_of_means, difference_of_ratios, difference_of_shares
from retro.metrics.experiments.intervals import holm, newcombe
from retro.metrics.experiments.moments import Moments
from retro.metrics.experiments.power import detectable
from retro.metrics.experiments.sequential import always_valid
from retro.metrics.experiments.split import split_p_value

UNITS = 4000
"""Units of an arm."""

PEEKS = 20
BUYERS = 0.25
LIFT = 1.08
"""The true effect of the treatment where there is one: everybody spends so much more."""


@dataclass(frozen=True)
class Arm:
    """The units of an arm: revenue, revenue before, orders, and whether they came back."""

    revenue: np.ndarray
    before: np.ndarray
    orders: np.ndarray
    returned: np.ndarray


def draw(rng: np.random.Generator, units: int) -> Arm:
    """An arm's units: who spends much did so before; one in four buys at all, and the largest baskets are huge."""
    taste = rng.normal(0, 0.8, units)
    orders, before = (rng.poisson(BUYERS * np.exp(taste - 0.32)) for _ in range(2))
    baskets = np.exp(3 + 0.9 * taste + rng.normal(0, 0.5, (2, units)))
    return Arm(orders * baskets[0], before * baskets[1], orders.astype(float), rng.random(units) < 0.45)


def moments(*variables: np.ndarray) -> Moments:
    values = np.array(variables, dtype=float)
    mean = values.mean(axis=1)
    centred = values - mean[:, None]
    return Moments(values.shape[1], mean, centred @ centred.T)


def share(hits: np.ndarray) -> Moments:
    return Moments.of_share(int(hits.sum()), hits.size)


def truth(rng: np.random.Generator) -> tuple[float, float]:
    """Mean revenue, and the squared correlation with the pre-period, from many units."""
    many = draw(rng, 4_000_000)
    return float(many.revenue.mean()), float(np.corrcoef(many.revenue, many.before)[0, 1] ** 2)


def experiment(rng: np.random.Generator, mean: float) -> dict[str, float]:
    """One A/A experiment, and the same with a true effect: what each promise came to."""
    control, same = draw(rng, UNITS), draw(rng, UNITS)
    one, other = moments(control.revenue, control.before), moments(same.revenue, same.before)
    plain = difference_of_means(one.only(0), other.only(0))
    adjusted = difference_of_means(one, other, adjust=True)
    ratio = difference_of_ratios(moments(control.revenue, control.orders), moments(same.revenue, same.orders))
    yes = share(control.returned), share(same.returned)
    shares = difference_of_shares(*yes)
    low, high = newcombe((int(control.returned.sum()), UNITS), (int(same.returned.sum()), UNITS))
    better = moments(same.revenue * LIFT, same.before)
    lifted, lifted_adjusted = (
        difference_of_means(one.only(0), better.only(0)),
        difference_of_means(one, better, adjust=True),
    )
    gain = mean * (LIFT - 1)
    needed = detectable(plain.error)
    seen = difference_of_means(one.only(0), Moments(UNITS, other.mean[:1] + needed, other.cross[:1, :1]))
    peeked = list(peeks(control.revenue, same.revenue))
    return {
        "means_false": plain.p_value < 0.05,
        "cuped_false": adjusted.p_value < 0.05,
        "ratio_false": ratio.p_value < 0.05,
        "shares_false": shares.p_value < 0.05,
        "holm_false": min(holm([plain.p_value, ratio.p_value, shares.p_value])) < 0.05,
        "split_false": split_p_value([arrived := int(rng.binomial(2 * UNITS, 0.5)), 2 * UNITS - arrived], [1, 1])
        < 0.05,
        "means_cover": covers(lifted.interval(0.05), gain),
        "cuped_cover": covers(lifted_adjusted.interval(0.05), gain),
        "newcombe_cover": low <= 0 <= high,
        "always_valid_ever": any(p < 0.05 for p, _ in peeked),
        "fixed_ever": any(p < 0.05 for _, p in peeked),
        "power": seen.p_value < 0.05,
        "saved": adjusted.saved,
    }


def covers(interval: tuple[float, float], value: float) -> bool:
    return interval[0] <= value <= interval[1]


def peeks(control: np.ndarray, treatment: np.ndarray) -> Iterator[tuple[float, float]]:
    """The p-values at each of 20 looks while units arrive: those that hold at every look, and those for one look."""
    arms = [Moments.none(), Moments.none()]
    for part in np.array_split(np.arange(UNITS), PEEKS):
        arms = [arm + moments(values[part]) for arm, values in zip(arms, (control, treatment), strict=True)]
        estimate = difference_of_means(*arms)
        yield always_valid(estimate.effect, estimate.error, sum(arm.units for arm in arms))[2], estimate.p_value


def main(experiments: int = 2000) -> None:
    rng = np.random.default_rng(20250110)
    began = time.perf_counter()
    mean, correlation = truth(rng)
    found = [experiment(rng, mean) for _ in range(experiments)]
    rate = {name: float(np.mean([one[name] for one in found])) for name in found[0]}
    lines = [
        ("means (Welch): false positives at 5 %", rate["means_false"], "4 - 6 %"),
        ("means with pre-period (CUPED): false positives", rate["cuped_false"], "4 - 6 %"),
        ("ratio of means (delta): false positives", rate["ratio_false"], "4 - 6 %"),
        ("shares (pooled z): false positives", rate["shares_false"], "4 - 6 %"),
        ("sample ratio: false alarms at 5 %", rate["split_false"], "4 - 6 %"),
        ("three primary metrics (Holm): any false positive", rate["holm_false"], "up to 5 %"),
        ("means: interval covers the true effect", rate["means_cover"], "94 - 96 %"),
        ("means with pre-period: interval covers it", rate["cuped_cover"], "94 - 96 %"),
        ("shares (Newcombe): interval covers 0", rate["newcombe_cover"], "94 - 96 %"),
        (f"always valid: a false positive at any of {PEEKS} looks", rate["always_valid_ever"], "under 5 %"),
        (f"for comparison, Welch at any of {PEEKS} looks", rate["fixed_ever"], "far above 5 %"),
        ("power at the detectable difference", rate["power"], "about 80 %"),
        ("variance that the pre-period takes out", rate["saved"], f"{correlation:.1%} by theory"),
    ]
    print(f"{experiments:,} experiments of 2 x {UNITS:,} units; {time.perf_counter() - began:.0f} s")
    for words, value, wanted in lines:
        print(f"{words:<58} {value:>7.2%}   {wanted}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
    print()
    calibration_baseline.main(*(int(argument) for argument in sys.argv[2:3]))
    print()
    calibration_causes.main(*(int(argument) for argument in sys.argv[3:4]))
