from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text
from retro.sections.acquisition_cost import draw
from telling import context_of, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17T00:00"))


def costs(new_users: int) -> pd.DataFrame:
    each = [Decimal("2.00"), Decimal("5.00")] if new_users else [None, None]
    names = ["acquisition_only", "all_cost"]
    return pd.DataFrame(
        {"definition": names, "cost": [Decimal(20), Decimal(50)], "new_users": new_users, "cac": each}, dtype=object
    )


def test_both_definitions_stand_side_by_side() -> None:
    finding = find("acquisition_cost", costs(10))

    assert "**2 CNY by acquisition cost only** (20 CNY), **5 CNY by all campaign cost** (50 CNY)" in (finding.sentence)
    assert [(entry.name, entry.value, entry.denominator) for entry in finding.entries] == [
        ("cac_acquisition_only", 2, 10),
        ("cac_all_cost", 5, 10),
    ]


@pytest.mark.parametrize(("new_users", "words"), [(0, "There were no new users"), (4, "There were <5 new users")])
def test_nobody_or_a_few_have_no_cost_each(new_users: int, words: str) -> None:
    finding = find("acquisition_cost", costs(new_users))

    assert words in finding.sentence
    assert finding.table is not None
    assert [row[-1].text for row in finding.table.rows] == ["", ""]
    assert finding.entries == ()


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
    chart = draw(cac(Decimal("4.20"), Decimal("10.00")), load_text("zh"), target=Decimal(5))
    ax = chart.figure.axes[0]
    assert [bar.get_width() for bar in ax.patches] == [4.2, 10]
    assert 5.0 in [line.get_xdata()[0] for line in ax.lines]
    assert {"仅拉新费用", "4.20 元", "210 万元 / 50 万人", "目标 5 元"} <= set(said(chart))
    assert chart.alt == ("条形图，每位新增用户的成本：仅拉新费用 4.20 元；全部活动费用 10 元。目标 5 元。")


def test_no_target_no_line(said: Callable[[Chart], list[str]]) -> None:
    chart = draw(cac(Decimal("4.20"), Decimal("10.00")), load_text("en"))
    assert not [words for words in said(chart) if "target" in words]


def test_unknown_is_said_and_not_zero(said: Callable[[Chart], list[str]]) -> None:
    chart = draw(cac(None, Decimal("10.00")), load_text("zh"))
    assert "无法计算" in said(chart)
    assert "0 元" not in said(chart)


def test_refuses_when_no_cost_is_known(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts\.acquisition_cost: of the columns cac one must hold a value"):
        draw(cac(None, None), text)


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
def test_readable_on_page_and_phone(
    narrow: Decimal | None, wide: Decimal | None, target: Decimal | None, text: Text, readable: Callable[[Chart], None]
) -> None:
    readable(draw(cac(narrow, wide), text, target=target))
