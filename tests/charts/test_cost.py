"""Cost of the campaign and of a new user."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text
from retro.sections.acquisition_cost import draw as acquisition_cost
from retro.sections.campaign_cost import draw as campaign_cost


def costs(*amounts: Decimal, names: Sequence[str] = ("media", "coupons", "labour", "other")) -> pd.DataFrame:
    total = sum(amounts)
    shares = [float(amount / total) if total else float("nan") for amount in amounts]
    return pd.DataFrame({"category": list(names)[: len(amounts)], "amount": list(amounts), "share": shares})


def test_bars_are_amounts_with_share(said: Callable[[Chart], list[str]]) -> None:
    chart = campaign_cost(costs(Decimal(300), Decimal(100)), load_text("zh"))
    assert [bar.get_width() for bar in chart.figure.axes[0].patches] == [300, 100]
    assert {"媒体投放", "300.00 元", "75.0%", "费用（元）及占比"} <= set(said(chart))
    assert chart.alt == "条形图，活动费用：媒体投放 300.00 元；优惠券 100.00 元；合计 400.00 元。"


def test_currency_comes_from_the_source(said: Callable[[Chart], list[str]]) -> None:
    chart = campaign_cost(costs(Decimal(300)), load_text("en", "GBP"))
    assert {"media", "300.00 GBP", "Cost (GBP) and share"} <= set(said(chart))


def test_a_credit_points_the_other_way(text: Text) -> None:
    ax = campaign_cost(costs(Decimal(300), Decimal(-100)), text).figure.axes[0]
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
def test_cost_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(campaign_cost(frame, text))


def cac(narrow: Decimal | None, wide: Decimal | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "definition": ["acquisition_only", "all_cost"],
            "cost": [Decimal(2_100_000), Decimal(5_000_000)],
            "new_users": [500_000, 500_000],
            "cac": [narrow, wide],
        }
    )


def test_both_definitions_against_the_target(said: Callable[[Chart], list[str]]) -> None:
    chart = acquisition_cost(cac(Decimal("4.20"), Decimal("10.00")), load_text("zh"), target=Decimal(5))
    ax = chart.figure.axes[0]
    assert [bar.get_width() for bar in ax.patches] == [4.2, 10]
    assert 5.0 in [line.get_xdata()[0] for line in ax.lines]
    assert {"仅拉新费用", "4.20 元", "210 万元 / 50 万人", "目标 5.00 元"} <= set(said(chart))
    assert chart.alt == ("条形图，每位新增用户的成本：仅拉新费用 4.20 元；全部活动费用 10.00 元。目标 5.00 元。")


def test_no_target_no_line(said: Callable[[Chart], list[str]]) -> None:
    chart = acquisition_cost(cac(Decimal("4.20"), Decimal("10.00")), load_text("en"))
    assert not [words for words in said(chart) if "target" in words]


def test_unknown_is_said_and_not_zero(said: Callable[[Chart], list[str]]) -> None:
    chart = acquisition_cost(cac(None, Decimal("10.00")), load_text("zh"))
    assert "无法计算" in said(chart)
    assert "0.00 元" not in said(chart)


def test_refuses_when_no_cost_is_known(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts\.acquisition_cost: column 'cac' must hold a value"):
        acquisition_cost(cac(None, None), text)


@pytest.mark.parametrize(
    ("narrow", "wide", "target"),
    [
        (Decimal("4.20"), Decimal("10.00"), Decimal(5)),
        (Decimal("4.20"), Decimal("10.00"), Decimal(10)),
        (Decimal("4.20"), Decimal("10.00"), Decimal(300)),
        (Decimal("0.00"), Decimal("0.00"), None),
        (None, Decimal("123456.78"), Decimal("0.01")),
    ],
)
def test_acquisition_cost_readable_on_page_and_phone(
    narrow: Decimal | None, wide: Decimal | None, target: Decimal | None, text: Text, readable: Callable[[Chart], None]
) -> None:
    readable(acquisition_cost(cac(narrow, wide), text, target=target))
