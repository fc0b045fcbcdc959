"""What the section `dau_peak` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.dau_peak import draw as dau_peak
from telling import context_of, entries, finder

NAN = float("nan")

find = finder(partial(context_of, "member_day", start="2025-03-26", end="2025-03-27T00:00"))


def days(peak: int, best: int = 8090, baseline: float = 5675.0) -> pd.DataFrame:
    rows = [
        (dt.date(2025, 3, 1), best, False, NAN, NAN, NAN, 0),
        (dt.date(2025, 3, 2), 6000, False, NAN, NAN, NAN, 0),
        (dt.date(2025, 3, 26), peak, True, baseline, baseline - 800, baseline + 800, 5),
    ]
    return pd.DataFrame(rows, columns=["on", "dau", "during", "baseline", "low", "high", "weeks"])


@pytest.mark.parametrize(
    ("peak", "words"),
    [
        (6824, "**6,824 active users, more than the baseline**: the last 5 comparable days averaged 5,675"),
        (5700, "**5,700 active users, within the baseline's range**"),
        (4000, "**4,000 active users, fewer than the baseline**"),
    ],
)
def test_the_peak_stands_beside_the_baseline_range(peak: int, words: str) -> None:
    finding = find("dau_peak", days(peak))

    assert words in finding.sentence
    assert entries(finding)["dau_peak"].value == peak
    assert float(entries(finding)["dau_peak_lift_rate"].value) == pytest.approx(peak / 5675 - 1)


def test_the_peak_stands_beside_the_best_day_before() -> None:
    assert "It is no record: 1 Mar had 8,090, within the 2 days before" in find("dau_peak", days(6824)).sentence
    assert "It is the busiest day for 2 days" in find("dau_peak", days(9000)).sentence


def test_a_peak_without_a_baseline_level_is_told_without_one() -> None:
    finding = find("dau_peak", days(6824, baseline=NAN))

    assert "fewer than three same weekdays can be compared" in finding.sentence
    assert list(entries(finding)) == ["dau_peak"]


def drawn_days(baseline: float = 5675.0) -> pd.DataFrame:
    """Thirty drawn_days at 5,000, a busier one among them, the campaign's last."""
    dates = [dt.date(2025, 2, 25) + dt.timedelta(days=place) for place in range(30)]
    frame = pd.DataFrame({"on": dates, "dau": 5000, "during": False, "baseline": np.nan, "low": np.nan, "high": np.nan})
    frame.loc[4, "dau"] = 8090
    frame.loc[29, ["dau", "during", "baseline", "low", "high"]] = [6824, True, baseline, baseline - 800, baseline + 800]
    return frame.astype({"dau": int, "during": bool})


def test_lost_days_of_the_campaign_are_told_and_drawn_as_gaps(text: Text, readable: Callable[[Chart], None]) -> None:
    frame = drawn_days()
    frame.loc[28, "during"] = True
    frame = frame.astype({"dau": "Int64"})
    frame.loc[[3, 28], "dau"] = pd.NA

    assert find("dau_peak", frame.assign(weeks=8)).warnings == (
        "Events of 1 day of the campaign are lost: active users on them are unknown, not 0.",
    )
    readable(dau_peak(frame, text))


def test_the_peak_and_the_best_day_before_are_labelled(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    chart = dau_peak(drawn_days(), text)

    readable(chart)
    words = " ".join(said(chart))
    assert "6,824" in words
    assert "8,090" in words
    (band,) = chart.figure.axes[0].patches
    assert (band.get_y(), band.get_height()) == (4875.0, 1600.0)  # type: ignore[attr-defined]  # a rectangle


def test_a_peak_without_a_baseline_level_has_no_band(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = dau_peak(drawn_days(np.nan), text)

    readable(chart)
    assert len(chart.figure.axes[0].patches) == 0


def test_another_frame_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        dau_peak(pd.DataFrame({"x": []}), text)
