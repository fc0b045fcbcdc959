"""The DAU peak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart, dau_peak
from retro.errors import MetricError
from retro.i18n import Text


def days(usual: float = 5675.0) -> pd.DataFrame:
    """Thirty days at 5,000, a busier one among them, the campaign's last."""
    dates = [dt.date(2025, 2, 25) + dt.timedelta(days=place) for place in range(30)]
    frame = pd.DataFrame({"on": dates, "dau": 5000, "during": False, "usual": np.nan, "low": np.nan, "high": np.nan})
    frame.loc[4, "dau"] = 8090
    frame.loc[29, ["dau", "during", "usual", "low", "high"]] = [6824, True, usual, usual - 800, usual + 800]
    return frame.astype({"dau": int, "during": bool})


def test_the_peak_and_the_best_day_before_are_labelled(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    chart = dau_peak(days(), text)

    readable(chart)
    words = " ".join(said(chart))
    assert "6,824" in words
    assert "8,090" in words
    (band,) = chart.figure.axes[0].patches
    assert (band.get_y(), band.get_height()) == (4875.0, 1600.0)  # type: ignore[attr-defined]  # a rectangle


def test_a_peak_without_a_usual_level_has_no_band(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = dau_peak(days(np.nan), text)

    readable(chart)
    assert len(chart.figure.axes[0].patches) == 0


def test_nothing_is_never_drawn(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        dau_peak(pd.DataFrame({"x": []}), text)
