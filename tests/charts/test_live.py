"""The interactive twin of a chart over time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import (
    LIVE_MIME,
    Bar,
    Columns,
    Dots,
    Level,
    Line,
    Lines,
    Panel,
    Peak,
    Rule,
    line_chart,
    lives,
    row_chart,
)
from retro.i18n import Text, load_text

WORDS = {
    "k.value": "GMV",
    "k.paid": "Paid",
    "k.peak": "{gmv}",
    "k.alt": "Three days.",
    "k.caption": "By day.",
    "k.traffic": "Visits",
}
DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, day) for day in (10, 11, 12)],
        "gmv": [Decimal(10), None, Decimal(30)],
        "low": [8.0, None, 25.0],
        "high": [12.0, None, 35.0],
        "visits": [100, 200, 300],
    }
)


def spec(chart: Any) -> dict[str, Any]:
    return dict(chart.live._repr_mimebundle_()[LIVE_MIME])


def test_it_draws_the_values_and_intervals_of_the_marks() -> None:
    text = Text("en", "CNY", WORDS)
    line = Line("gmv", name="paid", low="low", high="high")
    found = spec(line_chart(DAYS, text, "k", line, Level("visits"), Peak("gmv"), Rule(20), y="count"))
    band, paid, visits, nearest = found["layer"]

    assert [layer["mark"]["type"] for layer in found["layer"]] == ["area", "line", "line", "point"]
    assert band["data"]["values"][1]["high"] == 35.0
    assert [row["value"] for row in paid["data"]["values"]] == [10.0, 30.0]  # a day without a value is none
    assert paid["data"]["values"][0]["at"] == "2025-01-10T00:00:00"
    assert [row["told"] for row in visits["data"]["values"]] == ["100", "200", "300"]
    assert found["encoding"]["color"]["scale"]["domain"] == ["Paid", "GMV"]
    assert band["params"][0]["bind"] == "scales"  # zoom by wheel and drag
    assert [row["value"] for row in nearest["data"]["values"]] == [10.0, 30.0, 100.0, 200.0, 300.0]
    assert nearest["params"][0]["select"]["nearest"]
    assert [layer["encoding"].get("tooltip", "of all") for layer in found["layer"]] == [None, None, None, "of all"]


def test_panels_stand_one_above_the_other_and_series_have_their_colours() -> None:
    text = Text("en", "CNY", WORDS | {"chart.named": "{name} {value}", "k.alt": "{parts}"})
    both = pd.concat([DAYS.assign(arm="A", tint="#000000"), DAYS.assign(arm="B", tint="#ffffff")])
    panels = (
        Panel([Lines("visits", "arm", colour="tint")]),
        Panel([Dots("visits"), Columns("visits")], title="traffic"),
    )
    above, below = spec(line_chart(both.sort_values("on"), text, "k", *panels))["vconcat"]

    assert above["encoding"]["color"]["scale"] == {"domain": ["A", "B"], "range": ["#000000", "#ffffff"]}
    assert below["title"] == "Visits"
    assert [layer["mark"]["type"] for layer in below["layer"]] == ["point", "bar", "point"]


def test_charts_that_are_drawn_within_are_collected() -> None:
    text = Text("en", "CNY", WORDS)
    with lives() as made:
        chart = line_chart(DAYS, text, "k", Line("visits"))
        bars = row_chart(DAYS.assign(label=["a", "b", "c"], bold=""), load_text("en"), "cut.chart", Bar("visits"),
                         facts={"label": "", "dimensions": "", "note": ""})  # fmt: skip
    line_chart(DAYS, text, "k", Line("visits"))

    assert made == [chart.live]
    assert bars.live is None
