from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Text, load_text
from retro.sections.campaign_cost import draw
from telling import context_of, finder

find = finder(partial(context_of, "new_user_week", campaign_id="c1", start="2025-01-10", end="2025-01-17T00:00"))


def test_cost_says_what_is_left_of_the_budget() -> None:
    frame = pd.DataFrame(
        {"category": ["media", "sms"], "amount": [Decimal("7.50"), Decimal("2.50")], "share": [0.75, 0.25]}
    )

    sentence = find("campaign_cost", frame).sentence
    assert "The campaign cost **10 CNY**, the largest part of it for media (75.0%)." in sentence
    assert "2 CNY is left" in find("campaign_cost", frame, budget=12).sentence
    assert "**overspent by 1 CNY**" in find("campaign_cost", frame, budget=9).sentence
    assert "**7.50 CNY**, all of it for media. " in find("campaign_cost", frame.head(1)).sentence


def test_no_cost_rows_are_not_zero_cost() -> None:
    finding = find("campaign_cost", pd.DataFrame({"category": [], "amount": [], "share": []}))

    assert "no row for campaign c1" in finding.sentence
    assert finding.entries == ()


def costs(*amounts: Decimal, names: Sequence[str] = ("media", "coupons", "labour", "other")) -> pd.DataFrame:
    total = sum(amounts)
    shares = [float(amount / total) if total else float("nan") for amount in amounts]
    return pd.DataFrame({"category": list(names)[: len(amounts)], "amount": list(amounts), "share": shares})


def test_bars_are_amounts_with_share(said: Callable[[Chart], list[str]]) -> None:
    chart = draw(costs(Decimal(300), Decimal(100)), load_text("zh"))
    assert [bar.get_width() for bar in chart.figure.axes[0].patches] == [300, 100]
    assert {"媒体投放", "300 元", "75.0%", "费用（元）及占比"} <= set(said(chart))
    assert chart.alt == "条形图，活动费用：媒体投放 300 元；优惠券 100 元；合计 400 元。"


def test_currency_comes_from_the_source(said: Callable[[Chart], list[str]]) -> None:
    chart = draw(costs(Decimal(300)), load_text("en", "GBP"))
    assert {"media", "300 GBP", "Cost (GBP) and share"} <= set(said(chart))


def test_a_credit_points_the_other_way(text: Text) -> None:
    ax = draw(costs(Decimal(300), Decimal(-100)), text).figure.axes[0]
    assert ax.get_xlim() == (-100, 300)
    media, credit = ax.patches
    assert media.get_facecolor() != credit.get_facecolor()


@pytest.mark.parametrize(
    "frame",
    [
        costs(Decimal(2_100_000), Decimal("1500000.5"), Decimal(-50_000)),
        costs(Decimal(0), Decimal(0)),
        costs(Decimal("95000000000.00"), Decimal("0.01")),
        costs(
            Decimal(1),
            Decimal(1),
            names=["直播间达人佣金与坑位费及差旅补贴等一切费用", "Influencer commission & travel"],
        ),
    ],
    ids=["credit", "nothing", "very large", "long names"],
)
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(frame, text))
