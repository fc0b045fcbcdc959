from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from retro.i18n import Lang, load_text
from retro.metrics import Impact
from retro.metrics.pnl import Caveat
from telling import context_of, finder, impact, statement

context = partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00")
find = finder(context)


ROI = pd.DataFrame(
    [
        ("output_input_ratio", 9.0, np.nan, np.nan, "ratio"),
        ("incremental_contribution", 50.0, 20.0, 80.0, "money"),
        ("net_contribution", -50.0, -80.0, -20.0, "money"),
        ("incremental_roi", -0.5, -0.8, -0.2, "change"),
        ("roi_positive_probability", 0.01, np.nan, np.nan, "rate"),
        ("incremental_lift_rate", 0.5, 0.4, 0.6, "change"),
        ("break_even_lift_rate", 0.9, np.nan, np.nan, "change"),
    ],
    columns=["figure", "value", "low", "high", "unit"],
)


def test_the_stated_ratio_stands_beside_the_incremental_one() -> None:
    finding = find("roi", ROI, statement(), impact(), roi={"settling_days": 0})

    assert "output over input is 9.00 (net ROI +8.0×)" in finding.sentence
    assert finding.sentence.startswith(
        "**Incremental ROI is −0.50×** (95% interval −0.80× to −0.20×), above 0 with probability 1.0%"
    )
    assert "it had to sell 90.0% more than the baseline; the lift was +50.0%" in finding.sentence
    assert len(finding.entries) == 6
    assert "incremental_lift_rate" not in {entry.name for entry in finding.entries}  # `impact` records it


def test_an_attributed_ratio_is_no_return_where_the_effect_cannot_be_told() -> None:
    said = find("roi", ROI, statement(), impact(low=-50.0), roi={"settling_days": 0}).sentence

    assert "output over input is 9.00 (net ROI +8.0×), which **is no return**" in said


def test_what_is_recorded_of_messages_alone_is_not_set_against_all_sales() -> None:
    said = find("roi", ROI, statement(Caveat("recorded_cost")), impact(), roi={"settling_days": 0}).sentence

    assert "that of its pieces, messages or rewards alone, while attribution claims all sales of its days" in said
    assert "net ROI" not in said


def test_the_horizon_says_how_much_of_the_time_after_was_seen() -> None:
    days = pd.DataFrame({"on": [dt.date(2025, 3, day) for day in (1, 2, 3)], "actual": 900.0, "expected": 600.0})
    found = replace(impact(), days=days.assign(phase=["campaign", "settling", "settling"], low=500.0, high=700.0))

    said = find("roi", ROI, statement(), found, roi={"settling_days": 14}).footnote
    assert "counted over 1 Mar 2025 – 3 Mar 2025; returns are settled only after 1 Apr 2025" in said
    assert "Of 14 days after it only 2 were seen" in said
    assert "were seen" not in find("roi", ROI, statement(), found, roi={"settling_days": 2}).footnote


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("more than half earned no profit", "about 0.16 of other goods", "about a third of gross lift")),
        ("zh", ("一半以上的促销不盈利", "约 0.16 的其他商品", "约三分之一为提前购买")),
    ],
)
def test_what_is_known_of_others_stands_beside_the_figures(lang: Lang, words: tuple[str, ...]) -> None:
    assert all(one in load_text(lang)("roi.definition") for one in words)


def test_a_lift_that_should_have_paid_points_to_the_discount() -> None:
    thin = ROI.assign(value=ROI["value"].where(ROI["figure"] != "break_even_lift_rate", 0.3))

    assert "**the gap is the discount**" in find("roi", thin, statement(), impact()).sentence


def net_of(net: tuple[float, float, float], gain: tuple[float, float, float]) -> pd.DataFrame:
    """The frame of `metrics.roi` with this net and incremental contribution, each with its interval."""
    frame = ROI.set_index("figure")
    frame.loc["net_contribution", ["value", "low", "high"]] = net
    frame.loc["incremental_contribution", ["value", "low", "high"]] = gain
    return frame.reset_index()


HELD_OUT = replace(impact(), invited=900, held_out=100)


@pytest.mark.parametrize(
    ("net", "gain", "found", "money", "advice"),
    [
        ((20, 5, 35), (120, 105, 135), impact(), "**It made money**: a net gain of 20", "**Keep it**"),
        ((-50, -80, -20), (50, 20, 80), impact(), "**It lost money**", "**Change it**: it added less"),
        ((-150, -220, -80), (-50, -120, 20), impact(), "**It lost money**", "**Stop it**: money was spent"),
        ((-250, -280, -220), (-150, -180, -120), impact(), "**It lost money**", "**Stop it, or offer something else**"),
        ((5, -10, 20), (105, 90, 120), impact(), "cannot be told**: a net", "without a random hold-out"),
        ((5, -10, 20), (105, 90, 120), HELD_OUT, "cannot be told**: a net", "the 100 people held out are too few"),
        # placebos reach as far: the interval is too narrow, however clear it looks
        ((20, 5, 35), (120, 105, 135), impact(chance=0.2), "cannot be told**: a net", "without a random hold-out"),
    ],
)
def test_money_is_judged_by_the_interval_of_the_net_contribution(
    net: tuple[float, float, float], gain: tuple[float, float, float], found: Impact, money: str, advice: str
) -> None:
    judged = find("roi", net_of(net, gain), statement(), found).judged

    assert money in judged[0].replace(" CNY", "")
    assert advice in judged[1]


def test_people_held_out_who_tell_nothing_are_not_taken_for_nobody_held_out() -> None:
    unused = replace(impact(), unused="few_held_out")
    finding = find("roi", net_of((-5, -20, 10), (5, -10, 20)), statement(), unused, roi={"settling_days": 0})

    assert finding.judged[1].startswith("**Change how it is run**: the random hold-out could not be used")
    assert finding.reservation.startswith("The people held out at random could not be used")


def test_a_loss_is_told_although_the_effect_on_sales_is_not_clear() -> None:
    said = find("roi", ROI, statement(), impact(low=-5.0)).sentence

    assert "**Incremental ROI is −0.50×**" in said


def test_a_ratio_that_cannot_be_told_from_chance_is_said_so() -> None:
    assert "Whether it paid cannot be told" in find("roi", ROI, statement(), impact(chance=0.5)).sentence


@pytest.mark.parametrize(
    ("lang", "gain", "words"),
    [
        ("en", (105, 90, 120), "cannot be told**: it added contribution, which may be more or less than its cost."),
        ("zh", (105, 90, 120), "看得出多带来了贡献，但分不清抵不抵得上费用：增量投产比"),
        ("en", (5, -10, 20), "cannot be told**: the effect may be ordinary variation. Incremental ROI"),
        ("zh", (5, -10, 20), "增量分不清是不是平常波动：增量投产比"),
    ],
)
def test_an_effect_that_is_clear_is_not_called_ordinary_variation_where_only_its_cost_leaves_profit_open(
    lang: Lang, gain: tuple[float, float, float], words: str
) -> None:
    assert words in find("roi", net_of((5, -10, 20), gain), statement(), impact(), lang=lang).sentence


def test_without_costs_there_is_no_return_and_no_zero() -> None:
    finding = find("roi", ROI, statement(cost=None), impact())

    assert "No cost of campaign night is known" in finding.sentence
    assert finding.entries == ()
    assert finding.judged[1].startswith("**Complete the data first**: book the campaign's cost")


def test_a_quiet_campaign_without_cost_has_no_effect_to_be_seen() -> None:
    quiet = ROI.assign(low=-80.0, high=80.0)
    finding = find("roi", quiet, statement(cost=None), impact(chance=0.5))

    assert finding.judged[0].startswith("**No effect can be seen**: the 50 CNY of contribution")
    assert finding.judged[1].startswith("**There is no case for running it again**")
    assert finding.state == "open"
    clear = find("roi", quiet, statement(cost=None), impact())
    assert clear.judged[1].startswith("**Complete the data first**")


@pytest.mark.parametrize(
    ("net", "gain", "what", "worth", "stops"),
    [
        ((20, 5, 35), (120, 105, 135), "Run it again", "20 CNY", False),
        ((-50, -80, -20), (50, 20, 80), "Cut its cost before it is run again, or stop it", "50 CNY not lost", False),
        ((-250, -280, -220), (-150, -180, -120), "Stop it, or offer something else", "250 CNY not lost", True),
        ((5, -10, 20), (105, 90, 120), "Hold some people out at random next time", "A clear answer", False),
    ],
)
def test_what_is_decided_is_an_action_with_its_worth(
    net: tuple[float, float, float], gain: tuple[float, float, float], what: str, worth: str, *, stops: bool
) -> None:
    decided = find("roi", net_of(net, gain), statement(), impact()).decision

    assert decided is not None
    assert decided.what.startswith(what)
    assert (decided.worth, decided.stops) == (worth, stops)


def test_one_line_leads_from_sales_to_money() -> None:
    judged = find("roi", net_of((-250, -280, -220), (-150, -180, -120)), statement(), impact()).judged

    effect = impact().effects["effect"].iloc[-1]
    assert judged[2] == (
        f"**In money**: {effect:.0f} CNY of incremental GMV → −150 CNY of contribution, less 100 CNY of costs "
        "besides coupons, points included = a net loss of 250 CNY. "
    )


def test_an_amount_that_is_lost_in_its_interval_is_about_zero() -> None:
    judged = find("roi", net_of((5, -610, 620), (105, -510, 720)), statement(), impact()).judged

    assert "told**: a net of about zero after all costs (95% interval: from a loss of 610 CNY to a gain" in judged[0]
    assert judged[2].endswith("= a net of about zero. ")


@pytest.mark.parametrize(
    ("half", "said"),
    [
        (160, "About 260 would show a gain or loss as large as its costs"),  # 100 people x 1.6 squared
        (90, "hold out more next time"),  # that is narrow enough already
        (900, "hold out more next time"),  # more than could be held out
    ],
)
def test_how_many_people_to_hold_out_next_time(half: int, said: str) -> None:
    frame = net_of((5, 5 - half, 5 + half), (105, 105 - half, 105 + half))

    assert said in find("roi", frame, statement(), HELD_OUT).judged[1]
