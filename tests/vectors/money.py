"""Vectors of the area `finance/simulation`: what is uncertain about a campaign's money, drawn together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import numpy as np
import pandas as pd

from retro.metrics.baseline import PHASES, Impact
from retro.metrics.pnl import Caveat, Statement
from retro.metrics.roi import simulate
from retro.metrics.roi.simulation import ends

from .vector import Vector

_DRAWS = 20_000

_LINES = ("net_revenue", "goods", "expected_returns", "points")


def check(vector: Vector) -> Iterator[str]:
    """Compare the joint draws of a P&L and an effect."""
    data = vector.data
    frame = pd.DataFrame(
        [(line, Decimal(str(data[line])), "change") for line in _LINES if line in data],
        columns=["line", "amount", "kind"],
    )
    caveats = (Caveat("margin_from_params", Decimal(str(data["stated_margin"]))),) if "stated_margin" in data else ()
    cost = Decimal(str(data["booked"]))
    statement = Statement(frame, caveats, Decimal(1), cost, dt.date(2025, 4, 1), data.get("breakage", 0.0))
    money = simulate(statement, _effect(data["effect_mean"], data["effect_sd"]), _effect(data["added_sales"], 0.0))
    if money is None or money.net is None:
        yield "nothing was drawn"
        return
    found = {
        "mean_gained": money.mean_gained,
        "mean_net": money.mean_net,
        "net_sd": float(money.net.std()),
        "net_ci95": list(ends(money.net)),
        "chance": money.chance,
    }
    for key in vector.expected:
        yield from vector.compare(key, found[key])


def _effect(mean: float, spread: float) -> Impact:
    """An effect of the campaign's own days with normal draws."""
    draws = np.zeros((_DRAWS, len(PHASES)))
    draws[:, PHASES.index("campaign")] = mean + spread * np.random.default_rng(1).standard_normal(_DRAWS)
    effects = pd.DataFrame([("total", float(mean))], columns=["phase", "effect"])
    empty = pd.DataFrame()
    return Impact(
        value="value", days=empty, effects=effects, sensitivity=empty, placebos=empty, draws=draws, dropped=(),
        baseline_days=0, chance=float("nan"),
    )  # fmt: skip
