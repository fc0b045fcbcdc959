"""What the section `second_order` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text
from retro.sections.second_order import draw as second_order
from telling import context_of, figures, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


@pytest.mark.parametrize(
    ("p_value", "words"), [(0.01, "**sooner than the baseline cohort**"), (0.4, "not clearly different")]
)
def test_second_orders_are_compared_by_their_pace(p_value: float, words: str) -> None:
    curve = pd.DataFrame(
        [
            ("campaign", 7, 600, 50, 0.25, 0.2, 0.3),
            ("campaign", 60, 300, 9, 0.4, 0.35, 0.45),
            ("baseline", 7, 900, 90, 0.2, 0.18, 0.22),
        ],
        columns=["cohort", "days", "at_risk", "repurchased", "rate", "low", "high"],
    )
    test = pd.DataFrame([{"campaign_buyers": 682, "baseline_buyers": 3038, "p_value": p_value, "lost_days": 2}])
    finding = find("second_order", curve, test)

    assert "Within 28 days of the first order an estimated **25.0% bought again**" in finding.sentence
    assert words in finding.sentence
    assert finding.warnings == (
        "Orders of 2 days are lost: buyers are watched until the day before, not counted as not having come back.",
    )
    assert figures(finding) == {"second_order_rate": Decimal("0.25")}
    assert not find("second_order", curve[curve["days"] > 28], test).covered


def test_few_buyers_make_no_curve() -> None:
    curve = pd.DataFrame(
        [("campaign", 7, 4, 1, 0.25, 0.2, 0.3)],
        columns=["cohort", "days", "at_risk", "repurchased", "rate", "low", "high"],
    )
    test = pd.DataFrame([{"campaign_buyers": 4, "baseline_buyers": 3038, "p_value": 0.4, "lost_days": 0}])

    assert not find("second_order", curve, test).covered


CURVE = pd.DataFrame(
    [
        ("campaign", 1, 682, 0.07, 0.05, 0.09),
        ("campaign", 40, 500, 0.30, 0.26, 0.34),
        ("baseline", 1, 3038, 0.05, 0.04, 0.06),
        ("baseline", 90, 1000, 0.34, 0.31, 0.37),
    ],
    columns=["cohort", "days", "at_risk", "rate", "low", "high"],
)


def test_words_are_readable_on_pages_and_phones(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(second_order(CURVE, text))


def test_an_empty_frame_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match=r"charts\.second_order: frame must have rows, got none"):
        second_order(CURVE.iloc[:0], text)


def test_second_order_ends_where_the_campaign_was_watched(text: Text) -> None:
    chart = second_order(CURVE, text)

    assert chart.figure.axes[0].get_xlim() == (0, 40)
    assert text.rate(0.05) in chart.alt  # the baseline cohort by the last day before


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "No second order within 28 days can be counted: nobody placed one, it has not been observed yet, "
                "orders of the days after are lost, or orders are known for less than 28 days before the campaign."
            ),
        ),
        (
            "zh",
            (
                "首单后 28 天内没有可算的再次购买：还没人再买、还没观测到、之后的订单缺失，"
                "或活动前的订单历史不足 28 天。"
            ),
        ),
    ],
)
def test_no_curve_is_not_covered_and_says_what_may_lack(lang: Lang, words: str) -> None:
    test = pd.DataFrame([{"campaign_buyers": 0, "baseline_buyers": 0, "p_value": float("nan"), "lost_days": 0}])

    finding = find("second_order", CURVE.iloc[:0], test, lang=lang)

    assert (finding.sentence.strip(), finding.covered, figures(finding)) == (words, False, {})
