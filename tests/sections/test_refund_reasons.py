"""What the section `refund_reasons` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.refund_reasons import draw
from telling import cells, context_of, entries, finder, words_of

find = finder(partial(context_of, "promotion_node", start="2025-02-10", end="2025-02-17T00:00"))

RATES = pd.DataFrame(
    {
        "cohort": ["campaign", "baseline"],
        "paid": [1000, 4000],
        "refunded": [80, 200],
        "amount": [Decimal("8000.00"), Decimal("18000.00")],
        "paid_amount": [Decimal("100000.00"), Decimal("400000.00")],
        "immature": [30, 0],
        "rate": [0.08, 0.05],
        "low": [0.065, 0.0437],
        "high": [0.098, 0.0572],
        "amount_rate": [0.08, 0.045],
        "difference": [0.03, None],
        "difference_low": [0.013, None],
        "difference_high": [0.049, None],
    }
)
REASONS = pd.DataFrame(
    {
        "reason": ["late_delivery", "changed_mind", "other"],
        "orders": [40, 30, 10],
        "amount": [Decimal("4000.00"), Decimal("3000.00"), Decimal("1000.00")],
        "refunded": [80] * 3,
        "share": [0.5, 0.375, 0.125],
        "rate": [0.04, 0.03, 0.01],
        "orders_before": [40, 120, 40],
        "baseline_refunded": [200] * 3,
        "baseline_rate": [0.01, 0.03, 0.01],
        "difference": [0.03, 0.0, 0.0],
        "difference_low": [0.015, -0.01, -0.01],
        "difference_high": [0.045, 0.01, 0.01],
    }
)
NONE_GROWN = REASONS.assign(difference_low=-0.01)


def test_refunds_stand_beside_the_baseline_and_the_reason_that_grew_is_named() -> None:
    english, chinese = words_of(find, "refund_reasons", REASONS, RATES)

    assert english.startswith(
        "**8.0% of paid orders had money back within 7 days** (80/1,000, 95% interval 6.5% – 9.8%)."
    )
    assert "**More than the baseline of 5.0%**: +3.0 pp (95% interval +1.3 – +4.9 pp)." in english
    assert (
        "**grown beyond chance: late delivery (1.0% → 4.0% of paid orders)**. Next: hold promised shipping" in english
    )
    assert "30 more orders are not 7 days old yet" in find("refund_reasons", REASONS, RATES).footnote
    assert "**比往常增多的：发货太慢（占付款订单 1.0% → 4.0%）**。下一步：对照发货时效" in chinese


def test_figures_are_recorded_with_their_parts() -> None:
    told = entries(find("refund_reasons", REASONS, RATES))

    assert (told["refunded_order_rate"].numerator, told["refunded_order_rate"].denominator) == (80, 1000)
    assert told["refunded_order_rate_change"].low == Decimal("0.013")
    assert told["late_delivery_refunded_rate"].value == Decimal("0.04")
    assert told["late_delivery_refunded_rate"].denominator == 1000


def test_what_to_do_follows_from_what_grew() -> None:
    assert "promise what can be kept" in find("refund_reasons", REASONS, RATES).next_step
    own = find("refund_reasons", REASONS.assign(reason=["broken box", "changed_mind", "other"]), RATES)
    assert "a sample of orders refunded for “broken box”" in own.next_step
    quiet = find("refund_reasons", NONE_GROWN, RATES)
    assert quiet.next_step == ""
    assert "no single reason grew beyond chance" in quiet.sentence


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.02, -0.001, "Less than the baseline of 5.0%"),
        (-0.01, 0.02, "The baseline is 5.0%: the difference is within chance"),
    ],
)
def test_the_difference_is_judged_by_its_interval(low: float, high: float, words: str) -> None:
    rates = RATES.assign(difference_low=[low, None], difference_high=[high, None])

    assert words in find("refund_reasons", NONE_GROWN, rates).sentence


def test_without_a_baseline_nothing_is_said_of_it() -> None:
    rates = RATES.assign(difference=None, rate=[0.08, None])
    reasons = REASONS.assign(baseline_rate=None, difference=None, difference_low=None, difference_high=None)
    finding = find("refund_reasons", reasons, rates)

    assert "There is too little data before to compare with." in finding.sentence
    assert "grew" not in finding.sentence
    assert "refunded_order_rate_change" not in entries(finding)


def test_a_shop_that_keeps_no_reasons_is_told_what_they_would_show() -> None:
    english, chinese = words_of(find, "refund_reasons", REASONS.iloc[:0], RATES)

    assert "with refunds.reason this would say which of them grew" in english
    assert "有了 refunds.reason" in chinese


def test_without_refunds_or_orders_of_that_age_it_is_not_covered() -> None:
    for rates, words in ((RATES.iloc[:0], "No refunds are on record."), (RATES.assign(paid=[0, 0]), "7 days old yet")):
        finding = find("refund_reasons", REASONS.iloc[:0], rates)
        assert not finding.covered
        assert words in finding.sentence


def test_amounts_that_are_not_known_are_not_told() -> None:
    finding = find("refund_reasons", REASONS, RATES.assign(paid_amount=None, amount_rate=None))

    assert "CNY" not in finding.sentence
    assert "refunded_amount_rate" not in entries(finding)


def test_few_orders_are_masked() -> None:
    assert find("refund_reasons", REASONS, RATES.assign(refunded=[3, 200])).entries == ()
    finding = find("refund_reasons", REASONS.assign(orders=[73, 4, 3]), RATES)
    assert [row[1] for row in cells(finding)] == ["73", "<5", "<5"]
    assert set(entries(finding)) & {"changed_mind_refunded_rate", "other_refunded_rate"} == set()


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(REASONS, text))
