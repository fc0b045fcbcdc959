"""Waterfall."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from retro import charts
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text


def steps(*rows: tuple[str, object, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["label", "amount", "kind"])


PROFIT = steps(
    ("成交", Decimal(100), "total"),
    ("成本", Decimal(-120), "change"),
    ("补贴", Decimal(5), "change"),
    ("贡献", Decimal(-15), "total"),
)


def test_bars_start_where_the_last_one_ended(text: Text) -> None:
    ax = charts.waterfall(PROFIT, text, "贡献").figure.axes[0]
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.patches]
    assert bars == [(0, 100), (100, -120), (-20, 5), (0, -15)]
    assert len({bar.get_facecolor() for bar in ax.patches}) == 3
    assert ax.get_xlim() == (-20, 100)


def test_changes_carry_their_sign(said: Callable[[Chart], list[str]]) -> None:
    chart = charts.waterfall(PROFIT, load_text("zh"), "贡献（元）")
    assert {"100 元", "−120 元", "+5 元", "−15 元", "贡献（元）"} <= set(said(chart))
    assert chart.alt == "瀑布图，贡献（元）：成交 100 元、成本 −120 元、补贴 +5 元、贡献 −15 元。"


def test_refuses_what_does_not_tie_out(text: Text) -> None:
    loose = steps(("a", Decimal(10), "total"), ("b", Decimal("-0.01"), "change"), ("c", Decimal(10), "total"))
    with pytest.raises(MetricError, match=r"^charts.waterfall: total 'c' must be 9.99, the sum of the rows before it"):
        charts.waterfall(loose, text, "x")


def test_refuses_another_kind(text: Text) -> None:
    with pytest.raises(MetricError, match=r"kind must be 'total' or 'change', got 'sum'"):
        charts.waterfall(steps(("a", 1, "sum")), text, "x")


@pytest.mark.parametrize(
    "frame",
    [
        PROFIT,
        steps(("很长很长的一个步骤名称，写不下的那一种，还要更长", 1, "total")),
        steps(("zero", 0, "total"), ("nothing", 0, "change"), ("zero", 0, "total")),
        steps(("a", 9e11, "total"), *((f"step {n}", -1.5, "change") for n in range(12))),
    ],
    ids=["loss", "one long name", "zero", "very large"],
)
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(charts.waterfall(frame, text, "贡献"))
