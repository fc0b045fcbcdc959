"""Do intervals hold what was planted where campaigns share days, settle, and a moving holiday follows?

`python benchmarks/calibration_neighbours.py [SHOPS [WINDOWS]]`: 200 shops and 400 quiet windows over 20 shops unless
given. A shop has a weekday cycle, a level that drifts, noise, and a festival that moves from one year to the next and
is a fifth stronger or weaker each time. Two campaigns follow each other shortly before the second festival; the first
one's settling lies in the second one's days, and both settle into the festival. Their effects are drawn anew for each
shop.
"""

from __future__ import annotations

import datetime as dt
import sys
import time

import numpy as np
import numpy.typing as npt
import pandas as pd

from retro.metrics.baseline import Neighbour, impact, phases_of
from retro.metrics.baseline.impact import PLACEBOS
from retro.periods import Window

Floats = npt.NDArray[np.float64]

FIRST, DAYS = dt.date(2024, 1, 1), 470
FESTIVALS = (40, 424)
"""Days of the two festivals: 384 days apart, as Spring Festival was from 2024 to 2025."""

AROUND = ((-14, 0, 8.0), (0, 7, -35.0), (7, 12, -12.0))
SETTLING = 14
WINDOWS = {"first": (405, 412), "second": (412, 419)}
UNTIL = dt.datetime.combine(FIRST + DAYS * dt.timedelta(days=1), dt.time())


def shop(rng: np.random.Generator) -> Floats:
    """Daily sales of a shop without a campaign: 100 a day on average."""
    level = 100 + np.cumsum(rng.standard_normal(DAYS) * rng.choice([0.0, 0.3, 0.7]))
    sales = level + rng.normal(0, 8, 7)[np.arange(DAYS) % 7] + 6 * rng.standard_normal(DAYS)
    for festival in FESTIVALS:
        strength = rng.uniform(0.8, 1.2)
        for begin, until, change in AROUND:
            sales[festival + begin : festival + until] += strength * change
    return sales


def moment(day: int) -> dt.datetime:
    return dt.datetime.combine(FIRST + day * dt.timedelta(days=1), dt.time())


def neighbour(name: str) -> Neighbour:
    begin, end = WINDOWS[name]
    return Neighbour(name, Window(moment(begin), moment(end), UNTIL), settling_days=SETTLING)


def planted(rng: np.random.Generator, sales: Floats) -> dict[str, float]:
    """Add both campaigns to the sales; answer what each added in all."""
    truth = {}
    for name, (begin, end) in WINDOWS.items():
        during, after = rng.uniform(-10, 60), rng.normal(0, 8)
        sales[begin:end] += during
        sales[end : end + SETTLING] += after
        truth[name] = during * (end - begin) + after * SETTLING
    return truth


def together(shops: int) -> None:
    """Coverage of both campaigns and of their sum."""
    rng, began = np.random.default_rng(20250117), time.process_time()
    held: dict[str, list[bool]] = {"first": [], "second": [], "sum": []}
    widths = []
    for _ in range(shops):
        sales = shop(rng)
        truth = planted(rng, sales)
        drawn = {}
        for name in WINDOWS:
            own, other = neighbour(name), neighbour("second" if name == "first" else "first")
            phases = phases_of(own.window, settling_days=SETTLING, name=name, campaigns=[other])
            found = impact(frame(sales), "gmv", phases, holidays=HOLIDAYS, placebos=0)
            drawn[name] = found.draws.sum(axis=1)
            widths.append((found.effects.iloc[-1]["high"] - found.effects.iloc[-1]["low"]) / 2 / (100 * (7 + SETTLING)))
        truth["sum"], drawn["sum"] = sum(truth.values()), drawn["first"] + drawn["second"]
        for name, draws in drawn.items():
            low, high = np.percentile(draws, (2.5, 97.5))
            held[name].append(bool(low <= truth[name] <= high))
    print(f"{shops:,} shops with two campaigns that share days; {time.process_time() - began:.0f} s")
    for name, one in held.items():
        print(f"{f'interval of the {name} holds what was planted':<58} {np.mean(one):>7.2%}   at least 93 %")
    print(f"{'half-width of one campaign, of its sales':<58} {np.mean(widths):>7.2%}   stated")


def quiet(windows: int, shops: int = 20) -> None:
    """How often a window without a campaign is called an effect."""
    rng, began, called = np.random.default_rng(20250118), time.process_time(), []
    each = -(-windows // shops)
    for _ in range(shops):
        sales = shop(rng)
        for begin in rng.integers(150, DAYS - 7 - SETTLING, each):
            own = Window(moment(int(begin)), moment(int(begin) + 7), UNTIL)
            phases = phases_of(own, settling_days=SETTLING)
            called.append(impact(frame(sales), "gmv", phases, holidays=HOLIDAYS, placebos=PLACEBOS).measurable)
    print(f"{len(called):,} quiet windows over {shops} shops; {time.process_time() - began:.0f} s")
    print(f"{'called an effect':<58} {np.mean(called):>7.2%}   at most 7 %")


HOLIDAYS = tuple(FIRST + day * dt.timedelta(days=1) for day in FESTIVALS)


def frame(sales: Floats) -> pd.DataFrame:
    return pd.DataFrame({"on": [FIRST + day * dt.timedelta(days=1) for day in range(DAYS)], "gmv": sales})


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:]]
    together(asked[0] if asked else 200)
    quiet(asked[1] if len(asked) > 1 else 400)
