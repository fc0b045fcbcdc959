"""What the section `redemptions` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.redemptions import draw
from telling import context_of, figures

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24")


DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 22), dt.date(2025, 1, 23)],
        "weekday": [3, 4],
        "redemptions": [3, 1],
        "points": [300, 100],
        "share": [0.75, 0.25],
    }
)


HOURS = pd.DataFrame({"weekday": [3, 4], "hour": [20, 9], "events": [3, 1]})


REWARDS = pd.DataFrame({"reward": ["umbrella"], "redemptions": [4], "points": [400], "share": [1.0]})


def test_redemptions_say_how_often_their_weekday_came() -> None:
    finding = SECTIONS["redemptions"](HOURS, DAYS, REWARDS, context())

    assert finding.sentence == (
        "4 redemptions took 400 points, **75.0% of them on Wed** (300 points; the campaign had 1 such days); "
        "the busiest hour was Wed 20:00 with 3. "
    )
    assert figures(finding) == {"redemptions": 4, "top_weekday_points_share": Decimal("0.75")}


def test_no_redemption_is_said() -> None:
    finding = SECTIONS["redemptions"](HOURS, DAYS.assign(points=0), REWARDS, context())

    assert (finding.sentence.strip(), finding.entries) == ("Nothing was redeemed in the campaign.", ())


def test_redemptions_are_a_week_of_hours() -> None:
    frame = pd.DataFrame({"weekday": [3, 3], "hour": [20, 21], "events": [70, 61]})

    chart = draw(frame, load_text("zh"))

    assert "周三 20 时，70" in chart.alt
