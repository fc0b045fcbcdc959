"""What the section `price_protection` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, entries, finder, money, words_of

find = finder(partial(context_of, "promotion_node", start="2025-02-10", end="2025-02-17T00:00"))

FRAME = pd.DataFrame(
    {
        "cohort": ["campaign", "baseline"],
        "paid": [400, 800],
        "claimed": [40, 16],
        "claims": [44, 16],
        "amount": money("880.00", "200.00"),
        "paid_amount": money("80000.00", "120000.00"),
        "immature": [25, 0],
        "rate": [0.1, 0.02],
        "low": [0.074, 0.012],
        "high": [0.133, 0.032],
        "amount_rate": [0.011, 0.0017],
        "difference": [0.08, float("nan")],
        "difference_low": [0.05, float("nan")],
        "difference_high": [0.11, float("nan")],
    }
)


def test_claims_are_told_with_their_amount_and_what_to_look_at() -> None:
    english, chinese = words_of(find, "price_protection", FRAME)

    assert english.startswith(
        "**10.0% of paid orders had the difference to a lower price back within 15 days** (40/400"
    )
    assert "44 payments of 880 CNY in all, 1.1% of what was paid." in english
    assert "**More than the baseline of 2.0%**: +8.0 pp" in english
    assert "25 more orders are not 15 days old yet" in english
    assert english.endswith("cut none while its price is protected.")
    assert "共 44 笔、880 元，占付款金额的 1.1%。" in chinese


def test_a_difference_within_chance_asks_for_nothing() -> None:
    alike = find("price_protection", FRAME.assign(difference_low=-0.01))
    assert "the difference is within chance" in alike.sentence
    assert alike.next_step == ""
    assert (
        "Less than the baseline"
        in find("price_protection", FRAME.assign(difference_low=-0.1, difference_high=-0.01)).sentence
    )


def test_figures_are_recorded_with_their_parts() -> None:
    told = entries(find("price_protection", FRAME))

    assert (told["price_protected_order_rate"].numerator, told["price_protected_order_rate"].denominator) == (40, 400)
    assert (told["price_protection_claims"].value, told["price_protection_amount"].value) == (44, 880)


def test_few_are_masked_and_young_orders_not_covered() -> None:
    few = find("price_protection", FRAME.assign(claimed=[2, 16], claims=[3, 16]))
    assert (few.covered, few.entries) == (False, ())
    young = find("price_protection", FRAME.assign(paid=[0, 800]))
    assert (young.covered, young.sentence.strip()) == (
        False, "No paid order is 15 days old yet, so price protection cannot be told.",
    )  # fmt: skip
    none = find("price_protection", FRAME.iloc[:0])
    assert (none.covered, none.sentence.strip()) == (False, "No payments back are on record.")
