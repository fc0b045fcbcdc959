"""What the section `channels` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.i18n import Lang
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-03-01", end="2025-03-02T00:00"))


CHANNELS = pd.DataFrame(
    [
        ("app", "40.00", 9, 8, 9, "90.00", "40.00", "5.00", 2.25, "6.00", None, 1.2, None),
        ("web", "60.00", 9, 6, 9, "60.00", "20.00", "10.00", 1.0, "4.00", None, 0.4, None),
        (None, "7.00", *[None] * 11),
    ],
    columns=[
        "channel", "spend", "buyers", "first_buyers", "orders", "gmv", "contribution", "cac", "roas", "value_30",
        "value_60", "value_per_cac_30", "value_per_cac_60",
    ],
    dtype=object,
)  # fmt: skip
MONEY = ["spend", "gmv", "contribution", "cac", "value_30", "value_60"]
CHANNELS[MONEY] = CHANNELS[MONEY].map(lambda amount: None if amount is None else Decimal(amount)).astype(object)


def test_channels_earn_back_what_a_customer_cost_or_not() -> None:
    finding = find("channels", CHANNELS)

    assert (
        "a first-time buyer cost least by app, **5 CNY**, and most by web, **10 CNY** (attributed" in finding.sentence
    )
    said = finding.exhibits[1].sentence
    assert (
        "of 2 channels with spend **only app earned back what a customer cost** (LTV/CAC from 0.40 to 1.20; attributed"
        in said
    )
    assert "Not yet observed, so left empty: 60 days" in said
    table = finding.exhibits[1].table
    assert table is not None
    assert [cell.text for cell in table.rows[0]] == ["app", "8", "5.00", "6.00", "1.20"]


def test_a_channel_for_which_nothing_is_booked_has_no_cost_rather_than_none() -> None:
    some = find("channels", CHANNELS.assign(spend=[Decimal(40), None, Decimal(7)], cac=[Decimal(5), None, None]))
    shared = find("channels", CHANNELS.assign(spend=[None, None, Decimal(7)], cac=None))

    assert "Booked cost comes to 47 CNY;" in some.sentence
    assert "No cost is booked for web, so what was spent there is not known." in some.sentence
    assert "None of it is booked for a channel" in shared.sentence


@pytest.mark.parametrize(("ratios", "words"), [((1.2, 1.0), "**all 2 channels"), ((0.9, 0.4), "**none of 2 channels")])
def test_all_or_none_earn_it_back(ratios: tuple[float, float], words: str) -> None:
    assert words in find("channels", CHANNELS.assign(value_per_cac_30=[*ratios, None])).exhibits[1].sentence


def test_a_channel_of_a_few_buyers_hides_them_and_what_each_cost() -> None:
    given = pd.concat([CHANNELS.iloc[:2], CHANNELS.iloc[[1]].assign(channel="sms"), CHANNELS.iloc[2:]])
    finding = find("channels", given.assign(first_buyers=[8, 4, 20, None], buyers=[9, 4, 9, None]))

    assert (
        "a first-time buyer cost least by SMS, **10 CNY**, and most by SMS, **10 CNY** (attributed" in finding.sentence
    )
    table = finding.exhibits[0].table
    assert table is not None
    assert [cell.text for cell in table.rows[1]] == ["web", "60.00", "<5", "<5", "", "", "", ""]
    assert [row[2].text for row in table.rows] == ["≥5", "<5", "20", ""], "new buyers of all are told elsewhere"
    assert [row[3].text for row in table.rows] == ["≥5", "<5", "9", ""], "and so is what all channels brought"
    assert [row[4].text for row in table.rows] == ["", "", "60.00", ""]
    assert finding.entries[0].value == 210


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Neither costs nor orders are known by channel"), ("zh", "费用和订单都不带渠道，算不出渠道损益。")],
)
def test_costs_without_a_channel_are_not_said_to_have_one(lang: Lang, words: str) -> None:
    row = dict.fromkeys(("buyers", "first_buyers", "orders", "gmv", "contribution", "cac", "roas"))

    finding = find("channels", pd.DataFrame([{"channel": None, "spend": Decimal("9.00"), **row}]), lang=lang)

    assert words in finding.sentence
    assert not finding.covered
