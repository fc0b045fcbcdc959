"""What the section `node_phases` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Lang, Text, load_text
from retro.sections.node_phases import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "promotion_node", start="2024-10-31", end="2024-11-12T00:00"))

PHASES = [
    ("preheat", 21.0, 280, "84000.00", 0.42, "84000.00", "70000.00", "98000.00"),
    ("burst", 12.0, 300, "96000.00", 0.48, "48000.00", "40000.00", "56000.00"),
    ("return", 7.0, 60, "20000.00", 0.10, "28000.00", "23000.00", "33000.00"),
]


def node(**changes: object) -> pd.DataFrame:
    rows = [
        {
            "phase": phase,
            "since": dt.datetime(2024, 10, 10),
            "days": days,
            "orders": orders,
            "gmv": Decimal(gmv),
            "share_gmv": share,
            "baseline_gmv": Decimal(baseline),
            "low_gmv": Decimal(low),
            "high_gmv": Decimal(high),
            "gain_gmv": Decimal(gmv) - Decimal(baseline),
            "rate_gmv": float((Decimal(gmv) - Decimal(baseline)) / Decimal(baseline)),
            "weeks": 8,
            "state": "observed",
        }
        for phase, days, orders, gmv, share, baseline, low, high in PHASES
    ]
    return pd.DataFrame(rows).assign(**changes)


NO_BASELINE = dict.fromkeys(("baseline_gmv", "low_gmv", "high_gmv", "gain_gmv")) | {"rate_gmv": np.nan, "weeks": 2}


def test_each_phase_lies_above_below_or_within_the_weeks_before() -> None:
    english, chinese = words_of(find, "node_phases", node())

    assert "The pre-heat brought in 84K CNY (42.0% of the node), within the range" in english
    assert "The burst **brought in 96K CNY** (48.0% of the node), more than any week before" in english
    assert "The return **brought in 20K CNY** (10.0% of the node), less than any week before" in english
    assert "爆发期**成交 9.6 万元**（占节点 48.0%），按同样天数比之前哪一周都多。" in chinese


def test_its_figures_are_recorded() -> None:
    recorded = figures(find("node_phases", node()))

    assert recorded["burst_phase_gmv"] == Decimal(96000)
    assert recorded["burst_phase_gmv_share"] == Decimal("0.48")
    assert recorded["return_phase_gmv_gain"] == Decimal(-8000)


def test_without_weeks_before_nothing_is_called_more_or_less() -> None:
    finding = find("node_phases", node(**NO_BASELINE))

    assert "the baseline (" not in finding.sentence
    assert "Fewer than three whole weeks before the pre-heat are known (2), so the baseline is not." in finding.sentence
    assert figures(finding)["burst_phase_gmv_gain"] is None


def test_what_goes_on_is_told_so_far_and_what_has_not_begun_not_at_all() -> None:
    going = node(state=["observed", "partial", "open"], share_gmv=np.nan)
    going.loc[2, ["orders", "gmv", "baseline_gmv", "gain_gmv"]] = None

    sentence = find("node_phases", going).sentence

    assert "The burst so far **brought in 96K CNY**, more than any week before" in sentence
    assert "return" not in sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "The burst is known to have taken 96K CNY; orders lack some of its days, so it is not compared.",
        ),
        ("zh", "爆发期已知成交 9.6 万元，订单缺了其中几天，不与往常比较。"),
    ],
)
def test_a_phase_whose_days_are_not_all_known_is_not_compared(lang: str, words: str) -> None:
    assert words in find("node_phases", node(state=["observed", "lacking", "observed"]), lang=lang).sentence


def test_before_the_burst_there_is_nothing_to_tell() -> None:
    finding = find("node_phases", node(gmv=None, state="open"))

    assert (finding.sentence.strip(), finding.covered) == ("The burst has not begun.", False)


def test_without_amounts_it_is_told_in_orders() -> None:
    frame = node()
    frame = frame.rename(columns={name: name.replace("gmv", "orders") for name in frame.columns if "_gmv" in name})
    frame = frame.drop(columns=["gmv"]).assign(baseline_orders=[280, 150, 80], low_orders=[200, 100, 70])
    frame = frame.assign(high_orders=[300, 200, 90], gain_orders=[0, 150, -20], rate_orders=[0.0, 1.0, -0.25])

    english, chinese = words_of(find, "node_phases", frame)

    assert "The burst **brought in 300 orders** (48.0% of the node), more than any week before" in english
    assert "返场期**成交 60 单**（占节点 10.0%），按同样天数比之前哪一周都少" in chinese
    assert "CNY" not in english


@pytest.mark.parametrize("frame", [node(), node(**NO_BASELINE)])
def test_the_chart_is_readable(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    chart = draw(frame, text)

    readable(chart)
    assert "8,000 " in chart.alt, "96,000 in 12 days"


def test_a_phase_of_a_few_orders_gives_the_node_away_so_nothing_is_told() -> None:
    finding = find("node_phases", node(orders=[280, 300, 4]))

    assert "Fewer than five people" in finding.sentence
    assert (finding.table, finding.entries) == (None, ())


@pytest.mark.parametrize(("lang", "words"), [("en", "lacks days"), ("zh", "缺日期")])
def test_a_day_of_a_phase_that_lacks_some_has_no_mean(lang: Lang, words: str) -> None:
    chart = draw(node(state=["lacking", "observed", "observed"], days=[np.nan, 12.0, 7.0]), load_text(lang))

    assert words in chart.alt
    assert "nan" not in chart.alt
