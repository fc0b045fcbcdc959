"""What the section `weekly_chain` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.weekly_chain import draw as weekly_chain
from telling import finder, month

find = finder(month)


def weeks(*rows: tuple[int, int, float]) -> pd.DataFrame:
    known = [
        (dt.date(2025, 3, 3) + dt.timedelta(weeks=number), visitors, visitors, buyers, buyers / visitors,
         pd.NA if pd.isna(rate) else round(visitors * rate), rate, rate, rate)
        for number, (visitors, buyers, rate) in enumerate(rows)
    ]  # fmt: skip
    columns = ["week", "visitors", "visits", "buyers", "conversion", "returned", "rate", "low", "high"]
    return pd.DataFrame(known, columns=columns).astype({"returned": "Int64"})


def test_the_last_week_is_set_beside_the_baseline_ones() -> None:
    frame = weeks((100, 10, 0.5), (200, 10, 0.4), (150, 30, float("nan")))

    finding = find("weekly_chain", frame)

    assert finding.sentence == (
        "In the week from 17 Mar 2025, 150 users came (earlier median 150), and **20.00%** of them bought (30; "
        "earlier median 7.50%). Of the visitors of the week from 10 Mar 2025, **40.0%** came back the week after "
        "(80/200; earlier median 45.0%). "
    )
    chinese = find("weekly_chain", frame, lang="zh").sentence
    assert "起的一周有 150 人来访（往常中位数 150），其中 **20.00%** 下单（30 人；往常 7.50%）。" in chinese
    assert [entry.name for entry in finding.entries] == ["last_week_conversion_rate", "week_return_rate"]
    assert not find("weekly_chain", frame.iloc[:1]).covered


def test_a_week_of_a_few_visitors_has_no_rates() -> None:
    finding = find("weekly_chain", weeks((100, 10, 0.5), (200, 10, 0.4), (4, 3, float("nan"))))

    assert (
        "<5 users came (earlier median 150), and **not computable** of them bought (<5; earlier median 7.50%)"
        in finding.sentence
    )
    assert finding.entries[0].value is None


def test_the_chain_has_three_panels_and_leaves_out_what_is_not_known(
    text: Text, readable: Callable[[Chart], None]
) -> None:
    weeks = [dt.date(2025, 3, 3) + dt.timedelta(weeks=place) for place in range(4)]
    unknown = float("nan")
    frame = pd.DataFrame(
        {
            "week": weeks,
            "visitors": [900, 1000, 1100, 900],
            "conversion": [0.05, 0.06, 0.05, 0.05],
            "rate": [0.7, 0.72, 0.71, unknown],
            "low": [0.68, 0.7, 0.69, unknown],
            "high": [0.72, 0.74, 0.73, unknown],
        }
    )

    chart = weekly_chain(frame, text)

    readable(chart)
    assert [len(ax.lines) for ax in chart.figure.axes] == [1, 1, 1]
    assert text.rate(0.72) in chart.alt


def test_an_empty_frame_is_not_drawn(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        weekly_chain(pd.DataFrame(), text)
