"""Sampled: what a finding says of a sample; totals that nothing scales are not told."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro.i18n import Lang, load_text
from retro.report.sampled import of_sample
from retro.sections import SECTIONS, Finding
from retro.sources.spec import Sample
from telling import context_of, figures

USERS = Sample(of="users", share=0.1, how="random")
ORDERS = Sample(of="orders", share=0.1, how="random")
SPREADS = (1.5, 1.2)
NONE: dict[Lang, str] = {
    "en": "From a sample of 10.0% of users: none of its figures has an interval that holds.",
    "zh": "据用户的 10.0% 样本：各项数字都没有可靠的区间。",
}
LINES = ("opening", "issued", "redeemed", "expired", "clawed_back", "reversed", "outstanding", "difference")
OFFER = {"received": 100, "viewed": 70, "completed": 40, "viewed_first": 30, "unviewed": 10, "views": 75,
         "completions": 39, "mature": 80, "mature_viewed_first": 24, "rate": 0.3, "low": 0.2, "high": 0.4}  # fmt: skip
BASKET = {"units": 250, "units_per_order": 2.5, "low": 2.3, "high": 2.7, "unit_price": Decimal(10)}

night = partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00")
contest = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def told(section: str, lang: Lang, sample: Sample, finding: Finding) -> Finding:
    return of_sample(SECTIONS[section], finding, sample, SPREADS, load_text(lang))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_points_of_a_sample_are_not_told(lang: Lang) -> None:
    frame = pd.DataFrame({"period": ["before", "during", "after"]} | {line: [0, 777, 777] for line in LINES})

    finding = told("points_balance", lang, USERS, SECTIONS["points_balance"](frame, contest(lang)))

    assert (finding.sentence.strip(), finding.covered) == (NONE[lang], False)
    assert not {name for name in figures(finding) if name != "points_redemption_rate"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_offers_of_a_sample_are_told_as_a_rate_alone(lang: Lang) -> None:
    frame: Any = pd.DataFrame([{"kind": "bogo"} | OFFER, {"kind": "all"} | OFFER])

    (part,) = told("offers", lang, USERS, SECTIONS["offers"](frame, contest(lang))).parts

    assert not any(number in part.sentence for number in ("100", "75", "39"))
    assert not {"offers_received", "offers_views", "offers_completions"} & set(figures(part))


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "From a sample of 10.0% of orders: "), ("zh", "据订单的 10.0% 样本：")]
)
def test_pieces_of_a_sample_are_told_for_each_order(lang: Lang, words: str) -> None:
    rows = [BASKET | {"cohort": name, "orders": 100, "order_value": Decimal(25)} for name in ("campaign", "baseline")]

    finding = told("basket", lang, ORDERS, SECTIONS["basket"](pd.DataFrame(rows), night(lang)))

    assert finding.sentence.startswith(words)
    assert "2.50" in finding.sentence
    assert "250" not in finding.sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "**Whether it made money cannot be told**: the data is a sample"),
        ("zh", "**不能断定赚亏**：数据只是样本"),
    ],
)
def test_of_a_sample_nobody_can_say_whether_it_made_money(lang: Lang, words: str) -> None:
    whole = Finding("ROI was 2.", judged=("It made money.", "Keep it."), state="made", headline=("ROI was 2.",))

    finding = told("roi", lang, ORDERS, whole)

    assert finding.state == "open"
    assert finding.judged[0].startswith(words)
    assert "2." not in finding.sentence + "".join(finding.headline)
