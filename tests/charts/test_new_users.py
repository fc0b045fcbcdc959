from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from retro.charts import Chart
from retro.charts.panels import panels
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections import SECTIONS
from retro.sections.registration_minutes import draw as registration_minutes
from retro.sections.second_order import draw as second_order

NAN = float("nan")
CURVE = pd.DataFrame(
    [
        ("campaign", 1, 682, 0.07, 0.05, 0.09),
        ("campaign", 40, 500, 0.30, 0.26, 0.34),
        ("usual", 1, 3038, 0.05, 0.04, 0.06),
        ("usual", 90, 1000, 0.34, 0.31, 0.37),
    ],
    columns=["cohort", "days", "at_risk", "rate", "low", "high"],
)


def minutes(days: int = 2) -> pd.DataFrame:
    at = pd.date_range(dt.datetime(2025, 1, 10), periods=days * 1440, freq="min", unit="us")
    frame = pd.DataFrame({"at": at, "events": 1, "smoothed": 1.0, "baseline_smoothed": 0.5})
    frame.loc[1500, ["events", "smoothed"]] = [9, 3.0]
    return frame


def panel_rows() -> pd.DataFrame:
    rows = [
        (group, step, rate, rate - 0.05, rate + 0.05, 0.6)
        for group, rate in (("App", 0.6), ("Mini program", 0.4))
        for step in ("→ log in", "→ complete task", "→ order")
    ]
    return pd.DataFrame(rows, columns=["label", "panel", "estimate", "low", "high", "reference"])


FRAMES = {
    "registration_minutes": minutes(),
    "second_order": CURVE,
}


@pytest.mark.parametrize("name", FRAMES)
def test_words_are_readable_on_pages_and_phones(name: str, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(SECTIONS[name].draw(FRAMES[name], text))


@pytest.mark.parametrize("name", FRAMES)
def test_an_empty_frame_is_refused(name: str, text: Text) -> None:
    with pytest.raises(MetricError, match=f"charts.{name}: frame must have rows, got none"):
        SECTIONS[name].draw(FRAMES[name].iloc[:0], text)


def test_registration_minutes_label_the_busiest_stretch(text: Text, said: Callable[[Chart], list[str]]) -> None:
    chart = registration_minutes(minutes(), text)

    moment = f"{text.short_day(dt.date(2025, 1, 11))} 01:00"
    assert moment in said(chart)
    assert moment in chart.caption


def test_the_minutes_of_a_week_stay_a_small_picture(text: Text) -> None:
    assert len(registration_minutes(minutes(7), text).svg()) < 60_000


def test_second_order_ends_where_the_campaign_was_watched(text: Text) -> None:
    chart = second_order(CURVE, text)

    assert chart.figure.axes[0].get_xlim() == (0, 40)
    assert text.rate(0.05) in chart.alt  # the usual cohort by the last day before


def test_panels_grey_what_is_not_clearly_different(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = panels(panel_rows(), text, value="Rates")

    assert len(chart.figure.axes) == 3
    assert chart.figure.axes[0].get_title("left") == "→ log in"
    fills = [line.get_markerfacecolor() for line in chart.figure.axes[0].lines if line.get_marker() == "o"]
    assert fills[0] == "white"
    assert fills[1] != "white"
    readable(chart)


def test_panels_without_reference_say_nothing_of_all_users(text: Text, readable: Callable[[Chart], None]) -> None:
    frame = panel_rows().query("panel == '→ order'").assign(reference=NAN)
    frame.loc[frame.index[0], ["estimate", "low", "high"]] = NAN
    chart = panels(frame, text, value="Rates")

    assert chart.caption == text("chart.panels.caption_alone", value="Rates")
    readable(chart)
