"""The charts of a flash-sale night: readable on a page and a phone, in both languages, and refusing empty frames."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retro import charts
from retro.campaigns.flash_sale_night import MarginLimit
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections import SECTIONS
from retro.sections.items import draw as items
from retro.sections.review_themes import draw as review_themes

AT = pd.date_range("2025-02-28T19:00", periods=1500, freq="min", unit="us")
CURVE = 20 + 9000 * np.exp(-np.abs(np.arange(1500) - 60) / 12)
PHASES = np.select(
    [
        np.arange(1500) < 60,
        np.arange(1500) < 120,
        np.arange(1500) >= 1440,
        (np.arange(1500) >= 300) & (np.arange(1500) < 360),
    ],
    ["preheat", "opening", "last_hour", "midnight"],
    "long_tail",
)
MINUTES = pd.DataFrame(
    {"at": AT, "phase": PHASES, "views": CURVE.astype(int), "orders": (CURVE / 200).astype(int), "usual_views": 60.0}
)
RACE = pd.DataFrame(
    {
        "series": ["campaign"] * 3 + ["usual"] * 3,
        "elapsed": [0.0, 1, 24] * 2,
        "total": [Decimal(0), Decimal(400_000), Decimal(707_157), Decimal(0), Decimal(2_000), Decimal(39_679)],
    }
)
KINDS = pd.DataFrame(
    {
        "step": ["ordered", "cancelled", "paid", "refunded", "valid", "net", "signed"],
        "role": ["total", "change", "total", "change", "total", "total", "aside"],
        "orders": [10, 1, 9, 1, 8, 8, 7],
        "amount": [Decimal(100), Decimal(-10), Decimal(90), Decimal(-5), Decimal(85), Decimal(85), Decimal(70)],
    }
)
ITEMS = pd.DataFrame(
    {
        "name": [f"超薄空气净化器 {n}" for n in range(14)],
        "gmv": [Decimal(30_000 - 1_500 * n) for n in range(14)],
        "margin_rate": [0.04, -0.66] * 7,
        "sell_through": [1.0, 0.5] * 7,
        "sold_out_at": [AT[66], pd.NaT] * 7,
    }
)
OUT = pd.DataFrame(
    {
        "name": ["超薄平板 105", "快充显示器 188", ""],
        "sold_out_at": [AT[62], AT[64], pd.NaT],
        "units": [64, 57, 121],
        "lost_units": [700.0, 380.0, 1080.0],
        "lost_low": [500.0, 250.0, 900.0],
        "lost_high": [960.0, 540.0, 1300.0],
    }
)
POOLS = pd.DataFrame(
    {
        "pool": ["traffic", "profit", "image", "clearance"],
        "gmv_share": [0.2, 0.5, 0.2, 0.1],
        "margin_rate": [-0.65, 0.04, -0.03, np.nan],
        "list_margin_rate": [0.065, 0.45, 0.41, np.nan],
    }
)
LIMITS = {"traffic": MarginLimit(at_most=0.08), "profit": MarginLimit(at_least=0.35)}
PAID = pd.DataFrame(
    {
        "at": pd.date_range("2025-02-28T20:00", periods=288, freq="5min", unit="us"),
        "attempts": [200, 50] + [5] * 286,
        "paid": [190, 45] + [5] * 286,
        "broken": [True, True] + [False] * 286,
    }
)
FAKES = pd.DataFrame(
    {
        "rule": ["shared_device", "no_browsing", "bulk", "suspicious", "stopped", "missed"],
        "orders": [13, 22, 51, 25, 26, 2],
        "amount": [Decimal(19_839), Decimal(24_959), Decimal(51_844), Decimal(41_731), Decimal(41_462), Decimal(180)],
        "stopped": [13, 11, 24, 24, 26, 2],
    }
)
OFFERS = pd.DataFrame(
    {
        "answer": ["early_bird", "competitor"],
        "answers": [262, 69],
        "asked": [331, 331],
        "rate": [0.79, 0.21],
        "low": [0.74, 0.17],
        "high": [0.83, 0.26],
    }
)
STARS = pd.DataFrame(
    {"rating": [1, 2, 3, 4, 5], "reviews": [5, 5, 7, 25, 326], "share": [0.01, 0.01, 0.02, 0.07, 0.89]}
)
THEMES = pd.DataFrame(
    {
        "theme": ["stock", "delivery", "price"],
        "reviews": [6, 163, 30],
        "praised": pd.array([0, 163, 28], dtype="Int64"),
        "criticised": pd.array([6, 0, None], dtype="Int64"),
    }
)
MIX = pd.DataFrame(
    {
        "group": ["new", "returning"],
        "buyers": [906, 757],
        "orders": [911, 761],
        "gmv": [Decimal(381_387), Decimal(325_770)],
        "buyer_share": [0.545, 0.455],
    }
)
CASES: dict[str, tuple[pd.DataFrame, dict[str, Any]]] = {
    "minute_traffic": (MINUTES, {}),
    "gmv_race": (RACE, {"target": Decimal(800_000)}),
    "gmv_kinds": (KINDS, {}),
    "items": (ITEMS, {}),
    "stock_outs": (OUT, {}),
    "pools": (POOLS, {"limits": LIMITS}),
    "payments": (PAID, {}),
    "fake_orders": (FAKES, {}),
    "competitor": (OFFERS, {"own": "early_bird"}),
    "reviews": (STARS, {}),
    "review_themes": (THEMES, {}),
    "customer_mix": (MIX, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_a_chart_is_readable_on_a_page_and_on_a_phone(name: str, text: Text, readable: Callable[[Chart], None]) -> None:
    frame, options = CASES[name]

    readable(SECTIONS[name].draw(frame, text, **options))


@pytest.mark.parametrize("name", CASES)
def test_a_frame_without_rows_is_never_drawn(name: str, text: Text) -> None:
    frame, options = CASES[name]

    with pytest.raises(MetricError, match=f"charts.{name}: frame must have rows, got none"):
        SECTIONS[name].draw(frame.iloc[:0], text, **options)


def test_items_sold_at_a_loss_are_told_apart(text: Text) -> None:
    chart = items(ITEMS, text)

    colours = {bar.get_facecolor() for bar in chart.figure.axes[0].patches if bar.get_width()}
    assert len(colours) == 2


def test_a_theme_of_too_few_critics_shows_no_count_of_them(text: Text, said: Callable[[Chart], list[str]]) -> None:
    words = said(review_themes(THEMES, text))

    assert sum(text("review_themes.chart.quiet", criticised=6) == word for word in words) == 1
    assert text("review_themes.chart.quiet", criticised=0) not in words


def test_incidents_of_payments_are_shaded(text: Text) -> None:
    chart = charts.payments(PAID, text)
    calm = charts.payments(PAID.assign(broken=False), text)

    assert len(chart.figure.axes[0].patches) == len(calm.figure.axes[0].patches) + 1
    assert chart.caption != calm.caption
