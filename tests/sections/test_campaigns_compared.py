"""What the section `campaigns_compared` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from matplotlib.text import Text as Words

from retro.charts import Chart
from retro.i18n import Text, load_text
from retro.metrics.campaigns_compared import AMOUNTS, ESTIMATES
from retro.sections.campaigns_compared import draw as campaigns_compared
from telling import finder, quarter

find = finder(quarter)


def compared(
    *states: str, net: tuple[float, float] = (50.0, -200.0), same_data: bool = True, new_users: int = 8
) -> pd.DataFrame:
    rows = []
    for (report, title), state, value in zip((("q/week", "Week"), ("q/night", "Night")), states, net, strict=True):
        row: dict[str, Any] = {"report": report, "title": title, "state": state, "same_data": same_data}
        known = state == "recorded"
        row |= {name: Decimal("100.00") if known else None for name in AMOUNTS}
        row |= {"output_input_ratio": 3.2, "net_roi": 2.2}
        for name in ESTIMATES:
            row |= {name: value, f"{name}_low": value - 10, f"{name}_high": value + 10}
        rows.append(row | {"new_users": new_users if known else None, "cac": Decimal("12.50") if known else None})
    return pd.DataFrame(rows)


def test_errors_of_campaigns_add_up_as_squares() -> None:
    finding = find("campaigns_compared", compared("recorded", "recorded"))
    entries = {entry.name: entry for entry in finding.entries}

    net = entries["campaigns_net_contribution"]
    half = Decimal(200).sqrt()  # of two campaigns with 10 on either side
    assert (net.value, net.low, net.high) == (-150, -150 - half, -150 + half)
    assert entries["campaigns_cost"].value == Decimal("200.00")
    assert "a loss" in finding.sentence
    assert "The highest net contribution is that of Week" in finding.sentence
    assert finding.shows.strip() in finding.sentence, "the chart of net contributions is titled by it"
    assert finding.warnings == ()


def test_the_interval_of_a_sum_comes_from_draws_where_all_campaigns_kept_them() -> None:
    drawn = ["10 20 30", "-190 -200 -210"]
    told = compared("recorded", "recorded").assign(group=[0, 0], net_contribution_draws=drawn)
    net = next(
        entry for entry in find("campaigns_compared", told).entries if entry.name == "campaigns_net_contribution"
    )

    assert (net.low, net.high) == (-180, -180)
    assert net.method.startswith("sum of the campaigns' draws")


def test_ratios_of_all_campaigns_divide_by_what_each_of_them_divides_by() -> None:
    """100 of net revenue at a ratio of 3.2 is an input of 31.25, whatever else is booked."""
    finding = find("campaigns_compared", compared("recorded", "recorded"))

    assert "attributed output over input is 3.20" in finding.sentence
    assert finding.table is not None
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in finding.table.rows}
    assert rows["Net ROI (attributed)"] == ["+2.2×", "+2.2×", "+2.2×"]


def test_sums_over_some_campaigns_are_called_that() -> None:
    finding = find("campaigns_compared", compared("recorded", "breached"))
    names = {entry.name for entry in finding.entries}

    assert "**Only 1 of 2 campaigns**" in finding.sentence
    assert "Missing: Night (its data broke a contract). **The sums below cover 1 of 2" in finding.warnings[0]
    assert "partial_campaigns_cost" in names
    assert "campaigns_cost" not in names
    assert finding.table is not None
    assert finding.table.columns[-1].label == "Total of 1 of 2"


def test_figures_of_other_data_are_warned_of() -> None:
    finding = find("campaigns_compared", compared("recorded", "recorded", same_data=False))

    assert "The figures of Week, Night were computed from other data" in finding.warnings[0]


@pytest.mark.parametrize(("net", "word"), [((50.0, 60.0), "a gain"), ((5.0, 6.0), "gain or loss cannot be told")])
def test_the_sign_is_claimed_only_where_the_interval_leaves_zero(net: tuple[float, float], word: str) -> None:
    assert word in find("campaigns_compared", compared("recorded", "recorded", net=net)).sentence


def test_no_report_at_all_is_not_covered() -> None:
    finding = find("campaigns_compared", compared("not_made", "failed"))

    assert not finding.covered
    assert finding.entries == ()


@pytest.mark.parametrize(("new_users", "cells"), [(8, ["8", "8", "16"]), (4, ["<5", "<5", ""])])
def test_a_few_new_users_are_hidden_and_not_added_up(new_users: int, cells: list[str]) -> None:
    finding = find("campaigns_compared", compared("recorded", "recorded", new_users=new_users))

    assert finding.table is not None
    *_, users, cac = ([cell.text for cell in row[1:]] for row in finding.table.rows)
    assert users == cells
    assert cac == (["12.5", "12.5", "12.5"] if new_users == 8 else ["", "", ""])
    assert ("campaigns_new_users" in {entry.name for entry in finding.entries}) == (new_users == 8)


def test_a_line_of_the_table_has_one_scale() -> None:
    """573 beside 163,000: both in thousands, and so are the ends of their intervals; ratios likewise in multiples."""
    table = find("campaigns_compared", compared("recorded", "recorded", net=(573.0, -163_000.0))).table

    assert table is not None
    lines = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert lines["Net contribution"][:2] == ["1K (1K – 1K)", "−163K (−163K to −163K)"]
    assert lines["Incremental ROI"][0] == "+573.0× (+563.0× – +583.0×)"


Readable = Callable[[Chart], None]


CAMPAIGNS = pd.DataFrame(
    {
        "title": ["新人福利周", "会员积分赛", "限时折扣夜"],
        "campaign_cost": [Decimal(25_000), Decimal(30_000), None],
        "net_revenue": [Decimal(410_000), Decimal(300_000), None],
        "incremental_contribution": [41_788.0, -5_000.0, float("nan")],
        "incremental_contribution_low": [27_000.0, -9_000.0, float("nan")],
        "incremental_contribution_high": [55_000.0, 1_000.0, float("nan")],
    }
)


def test_each_campaign_shows_what_was_stated_beside_what_it_added(text: Text, readable: Readable) -> None:
    chart = campaigns_compared(CAMPAIGNS, text)

    readable(chart)
    assert "新人福利周" in chart.alt
    assert "限时折扣夜" not in chart.alt


def test_words_of_a_cheap_campaign_leave_the_ticks_alone(readable: Readable) -> None:
    """A member day of 8,500 among campaigns of 36,000: left of its point stand the amounts of the axis."""
    costs, revenues = (8_500, 25_000, 30_000, 36_000), (212_000, 410_000, 388_000, 700_000)
    rows = CAMPAIGNS.iloc[[0, 0, 1, 1]].assign(
        title=["Member day", "New-user week", "Points contest", "Flash-sale night"],
        campaign_cost=[Decimal(cost) for cost in costs],
        net_revenue=[Decimal(revenue) for revenue in revenues],
    )

    readable(campaigns_compared(rows, load_text("en", "CNY")))


def test_campaigns_of_a_year_stand_one_below_the_other() -> None:
    few = compared("recorded", "recorded")
    many = pd.concat([few] * 4, ignore_index=True).assign(title=[f"C{place}" for place in range(8)])

    table = find("campaigns_compared", many).table
    assert table is not None
    assert [row[0].text for row in table.rows] == [*(f"C{place}" for place in range(8)), "Total"]
    assert [column.label for column in table.columns][:2] == ["Campaign", "Campaign cost"]
    assert table.rows[-1][1].text == "800"


def test_only_campaigns_that_surely_paid_are_said_to_have_earned_back_what_went_in() -> None:
    """A gain whose interval holds 0 is none that can be told."""
    said = [exhibit.sentence for exhibit in find("campaigns_compared", compared("recorded", "recorded")).exhibits]
    assert "By what they added, 1 of 2 campaigns clearly earned back what went in." in said

    unsure = compared("recorded", "recorded", net=(5.0, 50.0))
    said = [exhibit.sentence for exhibit in find("campaigns_compared", unsure).exhibits]
    assert "By what they added, 1 of 2 campaigns clearly earned back what went in; of 1 it cannot be told." in said


@pytest.mark.parametrize(("group", "surer"), [([0, 0], True), ([0, 1], False)])
def test_a_sum_that_is_surer_than_a_part_says_why(group: list[int], *, surer: bool) -> None:
    """What one of two overlapping campaigns has too much the other has too little."""
    drawn = ["10 20 30", "-190 -200 -210"]
    told = compared("recorded", "recorded").assign(group=group, net_contribution_draws=drawn)
    finding = find("campaigns_compared", told)

    assert ("The sum is surer than Week alone" in finding.sentence) == surer
    assert ("The sum is surer than Week alone" in finding.reservation) == surer


def test_what_to_keep_and_what_to_change_is_the_first_action() -> None:
    decided = find("campaigns_compared", compared("recorded", "recorded")).decision

    assert decided is not None
    assert (decided.what, decided.worth) == ("Keep Week; change or stop Night", "200 CNY not lost")


def test_an_action_names_no_more_campaigns_than_a_sheet_holds() -> None:
    many = pd.concat([compared("recorded", "recorded")] * 3, ignore_index=True)
    decided = find("campaigns_compared", many).decision

    assert decided is not None
    assert decided.what == "Keep 3 campaigns; change or stop 3"


def test_a_net_contribution_that_is_lost_in_its_interval_is_about_zero_in_the_chart() -> None:
    finding = find("campaigns_compared", compared("recorded", "recorded", net=(0.5, -200.0)))
    exhibit = finding.exhibits[0]

    assert exhibit.chart is not None
    words = {one.get_text() for one in exhibit.chart(exhibit.frame, load_text("en", "CNY")).figure.findobj(Words)}
    assert {"about 0", "−200 CNY"} <= words
