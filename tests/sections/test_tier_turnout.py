"""What the section `tier_turnout` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.privacy import masked
from retro.sections.tier_turnout import draw
from telling import context_of, entries, finder

find = finder(partial(context_of, "member_day", start="2025-03-26", end="2025-03-27T00:00"))


TURNOUT = pd.DataFrame(
    [
        ("member", 6000, 300, 40, 0.05, 0.045, 0.056, 0.6, Decimal("12000.00"), 0.5),
        ("silver", 800, 120, 20, 0.15, 0.127, 0.176, 0.24, Decimal("7000.00"), 0.29),
        ("gold", 300, 76, 15, 0.253, 0.207, 0.305, 0.152, Decimal("4600.00"), 0.19),
        ("diamond", 5, 4, 2, 0.8, 0.38, 0.96, 0.008, Decimal("400.00"), 0.02),
    ],
    columns=["tier", "members", "came", "buyers", "rate", "low", "high", "came_share", "gmv", "gmv_share"],
)


def test_turnout_says_who_came_most_and_whose_share_is_largest() -> None:
    finding = find("tier_turnout", TURNOUT)
    whole = find("tier_turnout", TURNOUT.assign(came=TURNOUT["came"].replace(4, 5)))

    assert "501 members with a tier came, and the largest group is **" in whole.sentence
    assert "(60.0%)**, with 50.0% of their GMV" in whole.sentence
    assert "came, **most" not in finding.sentence, "the total would give the masked four away"
    assert "25.3%** (76/300, 95% interval 20.7% – 30.5%)" in finding.sentence  # four of five diamonds are too few
    assert entries(finding)["gold_turnout_rate"].denominator == 300
    table = finding.table
    assert table is not None
    assert [cell.text for cell in table.rows[3]][2:4] == ["<5", ""]
    assert [row[8].text for row in table.rows][2:] == ["", ""], "nor is GMV of the few the rest of all"
    assert {row[6].text for row in table.rows} == {""}, "shares of the total would give it away too"


def test_nobody_with_a_tier_is_not_covered() -> None:
    assert not find("tier_turnout", TURNOUT.assign(came=0)).covered


DRAWN = pd.DataFrame(
    {
        "tier": ["member", "silver", "gold", "diamond"],
        "members": [68115, 6721, 2708, 0],
        "came": [2859, 772, 500, 0],
        "rate": [0.042, 0.115, 0.185, np.nan],
        "came_share": [0.692, 0.187, 0.121, 0.0],
    }
)


def test_tiers_with_members_show_their_turnout(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = draw(DRAWN, text)

    readable(chart)
    assert [bar.get_width() for bar in chart.figure.axes[0].patches] == [0.042, 0.115, 0.185]  # type: ignore[attr-defined]
    assert "18.5%" in chart.alt


def test_a_few_who_came_are_not_counted_out(text: Text, said: Callable[[Chart], list[str]]) -> None:
    turnout = DRAWN.assign(came=[2859, 772, 500, 4], members=[68115, 6721, 2708, 5], rate=0.8)
    chart = draw(masked(turnout, {"came": ["rate", "came_share"]}), text)

    assert [bar.get_width() for bar in chart.figure.axes[0].patches] == [0.8, 0.8, 0.8, 0.0]  # type: ignore[attr-defined]
    assert any("<5" in words for words in said(chart))
