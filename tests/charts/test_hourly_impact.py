from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.hourly_impact import draw as hourly_impact

HOURS = pd.DataFrame({"at": [dt.datetime(2025, 2, 28, 20) + dt.timedelta(hours=hour) for hour in range(24)]})
HOURS = HOURS.assign(orders=[675, *[40] * 22, 193], expected=8.0, low=2.0, high=14.0)


def test_hours_stand_beside_what_was_expected(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = hourly_impact(HOURS, text)

    readable(chart)
    assert text.count(1748) in chart.alt
    assert text.count(192) in chart.alt


def test_a_frame_without_expectation_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns at, orders, expected"):
        hourly_impact(HOURS.drop(columns="expected"), text)
