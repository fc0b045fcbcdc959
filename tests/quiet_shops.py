"""Quiet shops: months of simulated customers to whom nothing happens but chance, for the guard against false causes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from retro.metrics.causes import causes_of

USERS, WINDOWS = 4000, 5
DIMENSIONS = ("channel", "customer", "tier")
CHANNELS = ("app", "mini_program", "web", "live_stream", "sms")
SHARES = {"channel": (0.4, 0.28, 0.16, 0.11, 0.05), "customer": (0.7, 0.3), "tier": (0.45, 0.3, 0.15, 0.1)}
INCIDENT = {"system": "payment", "channel": "mini_program", "started_at": dt.datetime(2025, 3, 11),
            "ended_at": dt.datetime(2025, 3, 18)}  # fmt: skip
"""An incident that cost nothing: it opens a family of questions of its own, which tries the guard at its weakest."""


def quiet_cells(rng: np.random.Generator) -> dict[str, list[pd.DataFrame]]:
    """The cells of a shop by dimension: four baseline windows, then the period.

    Customers differ in how often they come, buy and pay, and in what they spend, and each of them is the same person in
    all windows; segments differ among each other. From window to window, all of the shop moves together.
    """
    told = {name: rng.choice(len(shares), USERS, p=shares) for name, shares in SHARES.items()}
    levels = {name: rng.uniform(0.8, 1.2, len(shares)) for name, shares in SHARES.items()}
    level = np.prod([levels[name][told[name]] for name in SHARES], axis=0)
    eager, spends = rng.gamma(1.5, 1 / 1.5, USERS), np.exp(5 + 0.5 * rng.standard_normal(USERS))
    wants = np.clip(rng.beta(2, 10, USERS) * level, 0, 0.9)
    cells: dict[str, list[pd.DataFrame]] = {name: [] for name in SHARES}
    for _ in range(WINDOWS):
        season = np.exp(0.08 * rng.standard_normal(3))
        user = np.repeat(np.arange(USERS), rng.poisson(3 * eager * season[0]))
        strays = rng.random(user.size) < 0.15  # comes by another channel than most
        channel = np.where(strays, rng.integers(0, len(CHANNELS), user.size), told["channel"][user])
        placed = rng.random(user.size) < np.clip(wants[user] * season[1], 0, 1)
        settled = placed & (rng.random(user.size) < 0.95)
        kept = settled & (rng.random(user.size) < 0.96)
        amount = np.where(kept, np.round(spends[user] * season[2] * np.exp(0.6 * rng.standard_normal(user.size)), 2), 0)
        counted = {"placed": placed, "settled": settled, "orders": kept, "gmv": amount, "gmv_squares": amount**2}
        for name, groups in told.items():
            own = channel if name == "channel" else groups[user]
            cells[name].append(_counted(user, own, name, counted))
    return cells


def _counted(user: np.ndarray, group: np.ndarray, dimension: str, counted: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """One window's cells, as `sales_cells` has them."""
    size = len(SHARES[dimension])
    visitors = np.unique(group * USERS + user) // USERS
    known = {"visits": np.bincount(group, minlength=size), "visitors": np.bincount(visitors, minlength=size)}
    known |= {name: np.bincount(group, weights=values, minlength=size) for name, values in counted.items()}
    frame = pd.DataFrame(known).astype("float64")
    names = [CHANNELS[number] if dimension == "channel" else f"{dimension}-{number}" for number in range(size)]
    money = pd.Series([Decimal(f"{amount:.2f}") for amount in frame["gmv"]], dtype=object)
    return frame.assign(segment=names, pieces=float("nan"), gmv=money)


def named(rng: np.random.Generator, lost: float = 0.0) -> list[tuple[Any, Any]]:
    """The causes that a quiet shop is said to have, or one in which this share of the app's orders was not paid."""
    cells = quiet_cells(rng)
    if lost:
        now = cells["channel"][-1].set_index("segment")
        for column in ("settled", "orders", "gmv_squares"):
            now.loc["app", column] *= 1 - lost
        now.loc["app", "gmv"] *= Decimal(str(1 - lost))
        cells["channel"][-1] = now.reset_index()
    frame = causes_of(cells, DIMENSIONS, (INCIDENT,))
    found = frame[frame["is_cause"].astype(bool)]
    return list(zip(found["segment"], found["factor"], strict=True))
