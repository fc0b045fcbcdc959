"""What the section `redemptions` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text
from retro.sections import SECTIONS
from retro.sections.redemptions import draw
from retro.sections.redemptions import draw as redemptions
from telling import context_of, figures

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 22), dt.date(2025, 1, 23)],
        "weekday": [3, 4],
        "redemptions": [30, 10],
        "points": [300, 100],
        "share": [0.75, 0.25],
    }
)


HOURS = pd.DataFrame({"weekday": [3, 4], "hour": [20, 9], "events": [30, 10]})


REWARDS = pd.DataFrame({"reward": ["umbrella"], "redemptions": [40], "points": [400], "share": [1.0]})


def test_redemptions_say_how_often_their_weekday_came() -> None:
    finding = SECTIONS["redemptions"](HOURS, DAYS, REWARDS, context())

    assert finding.sentence == (
        "40 redemptions took 400 points, **75.0% of them on Wed** (300 points; the campaign had 1 such day); "
        "the busiest hour was Wed 20:00 with 30. "
    )
    assert figures(finding) == {"redemptions": 40, "top_weekday_points_share": Decimal("0.75")}


def test_a_day_of_a_few_redemptions_tells_neither_them_nor_their_points() -> None:
    daily = pd.concat([DAYS, DAYS.assign(on=DAYS["on"] + dt.timedelta(2), weekday=[5, 6])])
    daily = daily.assign(redemptions=[30, 3, 10, 20])
    finding = SECTIONS["redemptions"](HOURS, daily, REWARDS, context())

    assert finding.table is not None
    assert [row[1].text for row in finding.table.rows] == ["30", "<5", "≥5", "20"]
    assert [row[2].text for row in finding.table.rows] == ["300", "", "", "100"]
    assert figures(finding)["redemptions"] == 63


def test_no_redemption_is_said() -> None:
    finding = SECTIONS["redemptions"](HOURS, DAYS.assign(points=0), REWARDS, context())

    assert (finding.sentence.strip(), finding.entries) == ("The ledger books no redemption in the campaign.", ())


def test_redemptions_are_a_week_of_hours() -> None:
    frame = pd.DataFrame({"weekday": [3, 3], "hour": [20, 21], "events": [70, 61]})

    chart = draw(frame, load_text("zh"))

    assert "周三 20 时，70" in chart.alt


def hours(*rows: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["weekday", "hour", "events"])


WEEK = hours(
    *((day, hour, 10 * hour + (500 if (day, hour) == (3, 20) else 0)) for day in range(1, 8) for hour in range(24))
)


def test_a_cell_for_each_hour_and_blank_outside_the_window(text: Text) -> None:
    ax = redemptions(hours((1, 0, 5), (7, 23, 0)), text).figure.axes[0]
    values = ax.collections[0].get_array()
    assert values.shape == (7, 24)
    assert values.compressed().tolist() == [5, 0]


def test_the_busiest_hour_is_framed_and_named(said: Callable[[Chart], list[str]]) -> None:
    chart = redemptions(WEEK, load_text("zh"))
    frame = chart.figure.axes[0].patches[-1]
    assert (frame.get_x(), frame.get_y()) == (20, 2)
    assert {"最高 700", "周三", "0", "23", "兑换次数"} <= set(said(chart))
    assert chart.alt == "热力图：兑换次数，按星期与小时；最高为周三 20 时，700。"
    assert "on Wed at 20:00, 700" in redemptions(WEEK, load_text("en")).alt


def test_refuses_no_hours(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.redemptions: frame must have rows"):
        redemptions(WEEK.head(0), text)


@pytest.mark.parametrize("frame", [WEEK, hours((1, 0, 0)), WEEK.assign(events=98_765_432)])
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(redemptions(frame, text))
