"""What the section `located` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from retro.i18n import Lang
from retro.judgement import goals
from retro.ledger import Entry, Ledger
from retro.metrics.moved import COLUMNS
from retro.sections import Finding
from telling import finder, ledger, quarter

find = finder(quarter)


TARGETS = {"active_buyer_rate": "0.25", "campaigns_net_contribution": "0", "dau_mean": "100", "nps": "50"}


def loss(figure: str, segment: str, cost: str, **keys: Any) -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS) | {"figure": figure, "segment": segment, "factor": figure, "cost": Decimal(cost)}
    row |= {"report": "", "dimension": "channel", "unit": "users", "is_cause": True, "units": 200, "adjusted_p": 0.001}
    return row | {"before": 0.25, "expected": 0.25, "after": 0.2} | keys


def frame() -> pd.DataFrame:
    incident = {"incident_from": dt.datetime(2025, 3, 11, 9), "incident_until": dt.datetime(2025, 3, 18, 18)}
    payment = {"dimension": "channel", "factor": "payment_rate", "unit": "money", "report": "q/2025-03"}
    payment |= {"incident": "payment", "expected": 0.95, "after": 0.8, **incident}
    campaign = {"dimension": "campaign", "unit": "money", "before": None, "expected": None, "after": -150.0}
    return pd.DataFrame(
        [
            loss("gmv", "mini_program", "-50.00", **payment),
            loss("campaigns_net_contribution", "Night", "-150.00", **campaign),
            loss("active_buyer_rate", "dormant", "-30", dimension="tier"),
            loss("active_buyer_rate", "web", "-3", is_cause=False, adjusted_p=0.4),
            loss("activity_rate", "web", "-2", is_cause=False, adjusted_p=0.4),
        ],
        dtype=object,
    )


def reviews(state: str = "recorded", *, same_data: bool = True) -> pd.DataFrame:
    return pd.DataFrame([{"report": "q/2025-03", "title": "March", "state": state, "same_data": same_data}])


def shown(losses: pd.DataFrame, months: pd.DataFrame, lang: Lang = "en", **targets: str) -> Finding:
    figures = ledger(active_buyer_rate="0.20", campaigns_net_contribution="-150", dau_mean="90", nps="40")
    return find("located", losses, figures, months, lang=lang, targets=targets or TARGETS, months=["q/2025-03"])


def test_what_the_month_located_comes_first_and_every_missed_target_has_its_line() -> None:
    found = shown(frame(), reviews())

    lines = found.sentence.splitlines()
    assert lines[0].startswith(
        "The largest cause that chance does not explain: **Payment success of mini program** at 80.0% outside "
        "campaigns and holidays; moving as the others did, it would be 95.0% (base 200): **50 CNY** less sold. "
        "The incident log agrees: Payment, 11 Mar"
    )
    assert lines[0].endswith("(See March.) ")
    assert lines[1] == (
        "Active users who buy missed: Payment success of mini program (−50 CNY); "
        "Dormant at 20.0%, as the rest 25.0% (−30 people). "
    )
    assert lines[2] == "Net contribution of the campaigns missed: Night (−150 CNY). "
    assert lines[3].startswith("Users a day, mean missed; no segment moved beyond chance")
    assert lines[4] == "NPS missed; this figure is not split by segment. "
    assert {entry.name: entry.value for entry in found.entries} == {
        "targets_missed": 4,
        "payment_rate_of_channel_mini_program_lost_in_2025_03": -50,
    }
    assert found.next_step == (
        "At once: find out why the incident on mini program (Payment) lasted from 11 Mar 2025 to 18 Mar 2025, "
        "and keep it from coming again. Against its baseline, not its target, it cost 50 CNY of sales. "
    )


def test_the_evidence_shows_causes_and_what_chance_may_explain() -> None:
    table = shown(frame(), reviews()).table

    assert table is not None
    rows = [[cell.text for cell in row] for row in table.rows]
    assert rows[0][1:] == ["mini program: Payment success", "95.0%", "80.0%", "−50 CNY", "Cause (p = 0.001)"]
    assert rows[2][1:] == ["channel web", "25.0%", "20.0%", "−3 people", "Chance not ruled out (p = 0.40)"]
    assert rows[3][2:5] == ["", "−150 CNY", "−150 CNY"]


def test_a_month_that_is_missing_or_of_other_data_is_named() -> None:
    gone = shown(frame().iloc[1:], reviews("breached"))
    old = shown(frame(), reviews(same_data=False))

    assert gone.warnings == ("Not listed: the causes of lost sales in March (its data broke a contract).",)
    assert gone.sentence.startswith("Active users who buy missed")
    assert old.warnings[0].startswith("The causes of March come from other data than the rest of this page")


def test_chinese_words_say_the_same() -> None:
    found = shown(frame(), reviews(), "zh")

    assert "最大的原因（不是碰巧）：平常日**小程序的支付成功率**为 80.0%" in found.sentence
    assert (
        "活跃用户下单率未达成：小程序的支付成功率（−50 元）；沉睡会员为 20.0%，若与其余同步应为 25.0%（−30 人）。"
        in found.sentence
    )


def test_months_without_a_loss_of_sales_say_so() -> None:
    assert shown(frame().iloc[1:], reviews()).sentence.startswith("March: no loss of sales beyond chance was found. ")


def test_segments_may_stay_behind_grow_or_fall_together() -> None:
    people = [
        loss("nps", "sms", "-30", factor="mix", before=0.1, after=0.3),
        loss("nps", "web", "-20", before=None),
        loss("nps", "all", "-9", dimension="all", is_cause=False),
        loss("nps", "app", "9", dimension="all", is_cause=False),
    ]

    found = shown(pd.DataFrame(people, dtype=object), reviews(), nps="50")

    assert "channel SMS from 10.0% to 30.0% of the people (−30 people); channel web at 20.0%, the rest 25.0%" in (
        found.sentence
    )
    assert "all from 25.0% to 20.0% (−9 people, what all segments share included)" in found.sentence
    assert found.located["nps"].checks == (
        "check why there are more or fewer people of channel SMS",
        "check who comes by channel web: promise of the ads, landing page, first day",
    )
    assert found.table is not None
    assert found.table.rows[0][1].text == "channel SMS: share of the people"
    assert found.table.rows[2][5].text == "Whole shop (p = 0.001)"


def test_what_a_tier_is_by_definition_and_what_has_no_base_is_no_cause() -> None:
    levels = [
        loss("active_buyer_rate", "dormant", "-900", dimension="tier", before=None, is_cause=False),
        loss("active_buyer_rate", "web", "-20", before=None, is_cause=False),
    ]

    found = shown(pd.DataFrame(levels, dtype=object), reviews(), active_buyer_rate="0.25")

    assert found.sentence.splitlines()[-1] == (
        "Active users who buy missed; there is no earlier period to compare with, "
        "so no change and no cause can be told. "
    )
    assert found.located == {}
    assert found.table is not None
    assert [row[1].text for row in found.table.rows] == ["channel web"]
    assert found.table.rows[0][-1].text == "A level, no change (p = 0.001)"


@pytest.mark.parametrize(
    ("factor", "words", "check"),
    [
        ("stock_out", "9 items sold out (up to −1,230 CNY in all)", "check stock against reservations, Pan first"),
        (
            "stock_out_at_a_loss",
            "at those prices selling more would have lost money",
            "what loses on each piece is not",
        ),
    ],
)
def test_all_that_sold_out_is_not_one_items_loss(factor: str, words: str, check: str) -> None:
    place = {"dimension": "item", "factor": factor, "unit": "money", "report": "q/night", "units": 9}
    out = loss("nps", "Pan", "-1230.00", before=None, expected=None, after=None, adjusted_p=None, **place)

    found = shown(pd.DataFrame([out], dtype=object), reviews(), nps="50")

    assert words in found.sentence
    assert check in found.located["nps"].checks[0]
    assert found.table is not None
    assert found.table.rows[0][1].text == "9 items that sold out"


def test_a_period_that_met_its_targets_says_so() -> None:
    assert shown(frame(), reviews(), nps="30").sentence.splitlines()[-1] == "All targets were met. "


def test_goals_show_what_was_located_with_its_check_beside_the_owners_words() -> None:
    located = shown(frame(), reviews()).located
    action = {"what": "Margin floor", "owner": "Goods", "due": "2025-05-31", "proof": "nps"}
    action |= {"target": "campaigns_net_contribution", "cause": "Too deep a discount"}
    entries = (
        Entry(name="campaigns_net_contribution", value=Decimal(-150), unit="money", tables=(), definition="roi"),
        Entry(name="dau_mean", value=Decimal(90), unit="users", tables=(), definition="activity"),
    )

    found = goals(Ledger(entries), quarter(targets=TARGETS, actions=[action]), located)

    (answers,) = found.exhibits
    assert answers.table is not None
    assert [column.label for column in answers.table.columns] == ["Goal", "Cause", "Suggested check", "Action"]
    cells = {row[0].text: [cell.text for cell in row[1:]] for row in answers.table.rows}
    assert cells["Net contribution of the campaigns"] == [
        "Night (−150 CNY). Its owner: Too deep a discount",
        "Check the P&L of Night: depth of discounts and subsidies",
        "Margin floor (Goods, by 31 May 2025, proof: NPS)",
    ]
    assert cells["Users a day, mean"] == ["No segment stands out; the gap is the whole shop's", "", ""]
