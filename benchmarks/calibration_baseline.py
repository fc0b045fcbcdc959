"""Does the baseline's interval cover what was planted? Simulated shops whose truth is known.

A shop has a weekday cycle, a level that drifts, noise, a few outliers, one holiday that nobody announced, and a
covariate that follows the same level. What is planted after day 180 is added to the series, and the model never reads
days after it: so the interval covers a planted effect exactly if it covers nothing where nothing was planted, and one
fit of each shop answers both questions.
"""

from __future__ import annotations

import time

import numpy as np

from retro.metrics.baseline.gibbs import draw_paths
from retro.metrics.baseline.impact import CHANCE, DRAWS, ENDS, LEAST_DAYS, LEVEL_SD, PLACEBO_DRAWS, STRICT_LEVEL_SD
from retro.metrics.baseline.placebos import placebo_starts, run_placebos
from retro.metrics.baseline.seasons import Floats

BEFORE, AFTER = 180, 14
PLACEBOS = 24
WEEKDAYS = np.eye(7)[np.arange(BEFORE + AFTER) % 7][:, 1:]
KNOWN = np.arange(BEFORE + AFTER) < BEFORE
NOTHING = np.empty((BEFORE + AFTER, 0))


def shop(rng: np.random.Generator, drift: float) -> tuple[Floats, Floats]:
    """Daily sales of a shop without a campaign, and a covariate."""
    days = BEFORE + AFTER
    level = 100 + np.cumsum(rng.standard_normal(days) * drift)
    week = rng.normal(0, 8, 7)[np.arange(days) % 7]
    sales = level + week + 5 * rng.standard_normal(days)
    outliers = rng.choice(BEFORE, 4, replace=False)
    sales[outliers] += rng.choice([-1, 1], 4) * rng.uniform(20, 40, 4)
    holiday = int(rng.integers(20, BEFORE - 20))
    sales[holiday : holiday + 4] -= 30
    return sales, (0.5 * level + 2 * rng.standard_normal(days))[:, None]


def ends(sales: Floats, covariate: Floats, level_sd: float, seed: int) -> tuple[float, float]:
    """The interval of the total effect."""
    fit = draw_paths(sales, KNOWN, WEEKDAYS, covariate, level_sd=level_sd, draws=DRAWS, seed=seed)
    low, high = np.percentile(sales[~KNOWN].sum() - fit.paths[:, ~KNOWN].sum(axis=1), ENDS)
    return float(low), float(high)


def called(sales: Floats, covariate: Floats, seed: int) -> bool:
    """Whether placebos too say that an effect beyond its interval is one."""
    fit = draw_paths(sales, KNOWN, WEEKDAYS, covariate, level_sd=LEVEL_SD, draws=PLACEBO_DRAWS, seed=seed)
    effect = abs(float((sales - fit.expected)[~KNOWN].sum()))
    starts = placebo_starts(KNOWN, AFTER, LEAST_DAYS, PLACEBOS)
    tried = run_placebos(
        sales, KNOWN, WEEKDAYS, covariate, starts, length=AFTER, level_sd=LEVEL_SD, draws=PLACEBO_DRAWS, seed=seed
    )
    return (1 + sum(abs(other) >= effect for _, other in tried)) / (1 + len(tried)) <= CHANCE


def speed(rng: np.random.Generator) -> tuple[float, float]:
    """Seconds of one core for one fit with nine covariates, and for its placebos."""
    sales, covariate = shop(rng, 0.5)
    columns = np.hstack([covariate, rng.standard_normal((BEFORE + AFTER, 8))])
    began = time.process_time()
    ends(sales, columns, LEVEL_SD, 1)
    fitted = time.process_time()
    called(sales, columns, 1)
    return fitted - began, time.process_time() - fitted


def main(shops: int = 200) -> None:
    rng = np.random.default_rng(20250110)
    began = time.process_time()
    covered, strict_covered, false, widths = 0, 0, 0, []
    for seed in range(shops):
        sales, covariate = shop(rng, drift=rng.choice([0.0, 0.5, 1.5]))
        columns = covariate if seed % 2 else NOTHING
        low, high = ends(sales, columns, LEVEL_SD, seed)
        strict_low, strict_high = ends(sales, columns, STRICT_LEVEL_SD, seed)
        inside = low <= 0 <= high
        covered += inside
        strict_covered += strict_low <= 0 <= strict_high
        false += not inside and called(sales, columns, seed)
        widths.append(((high - low) / 1400, (strict_high - strict_low) / 1400))
    width, strict_width = np.mean(widths, axis=0)
    lines = [
        ("interval covers the planted effect", covered / shops, "at least 93 %"),
        ("no effect called an effect, with placebos", false / shops, "at most 6 %"),
        ("its width, of sales", width, "stated"),
        (f"with level prior {STRICT_LEVEL_SD}: covers", strict_covered / shops, "for comparison"),
        (f"with level prior {STRICT_LEVEL_SD}: width", strict_width, "for comparison"),
    ]
    print(f"{shops:,} shops of {BEFORE} + {AFTER} days; {time.process_time() - began:.0f} s")
    for words, value, wanted in lines:
        print(f"{words:<58} {value:>7.2%}   {wanted}")
    fit, placebos = speed(rng)
    print(f"{'one fit with nine covariates':<58} {fit:>6.2f} s   under 2 s")
    print(f"{f'its {PLACEBOS} placebos':<58} {placebos:>6.2f} s   under 10 s")
