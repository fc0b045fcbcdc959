"""What the section `visitor_value` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.visitor_value import draw
from telling import cells, context_of, entries, finder, words_of

find = finder(partial(context_of, "member_day", start="2025-02-10", end="2025-02-11T00:00"))

FRAME = pd.DataFrame(
    {
        "channel": ["all", "app", "web"],
        "visitors": [1000, 700, 320],
        "buyers": [100, 60, 40],
        "gmv": [Decimal(30000), Decimal(14000), Decimal(16000)],
        "value": [Decimal("30.00"), Decimal("20.00"), Decimal("50.00")],
        "baseline_visitors": [7000, 5000, 2100],
        "baseline_buyers": [200, 130, 70],
        "baseline_gmv": [Decimal(70000), Decimal(40000), Decimal(30000)],
        "baseline_value": [Decimal("10.00"), Decimal("8.00"), Decimal("14.29")],
        "change": [2.0, 1.5, 2.5],
    }
)
JOINS = pd.DataFrame(
    {
        "guests": [400],
        "joined": [40],
        "rate": [0.1],
        "low": [0.074],
        "high": [0.133],
        "baseline_guests": [2800],
        "baseline_joined": [140],
        "baseline_rate": [0.05],
        "difference": [0.05],
        "difference_low": [0.02],
        "difference_high": [0.08],
    }
)


def test_value_per_visitor_and_who_joined_are_told_beside_the_baseline() -> None:
    english, chinese = words_of(find, "visitor_value", FRAME, JOINS)

    assert "**Each visitor brought 30 CNY** (30K CNY over 1,000 visitors); 10 CNY in the baseline (+200.0%)." in english
    assert "Most came from visitors over web (50 CNY), least from those over app (20 CNY)." in english
    assert "Of 400 visitors who were no members, **10.0% joined** (40, 95% interval 7.4% – 13.3%)" in english
    assert "more than the baseline of 5.0%: +5.0 pp" in english
    assert "**每位访客成交 30 元**" in chinese
    assert "**10.0% 入会**" in chinese


def test_a_difference_within_chance_is_called_so() -> None:
    assert "a difference within chance" in find("visitor_value", FRAME, JOINS.assign(difference_low=-0.01)).sentence
    less = find("visitor_value", FRAME, JOINS.assign(difference_low=-0.1, difference_high=-0.01)).sentence
    assert "less than the baseline of 5.0%" in less


def test_figures_are_recorded_with_their_parts() -> None:
    told = entries(find("visitor_value", FRAME, JOINS))

    assert (told["visitor_value"].numerator, told["visitor_value"].denominator) == (30000, 1000)
    assert (told["joining_rate"].numerator, told["joining_rate"].denominator) == (40, 400)
    assert told["web_visitor_value"].value == Decimal("50.00")
    assert {"visitor_value_change", "joining_rate_change"} <= set(told)


def test_what_is_not_known_is_said() -> None:
    unknown = find("visitor_value", FRAME, JOINS.iloc[:0])
    assert "so is the joining rate" in unknown.sentence
    assert "joining_rate" not in entries(unknown)
    lost = find("visitor_value", FRAME.iloc[:0], JOINS)
    assert (lost.covered, lost.entries) == (False, ())


def test_few_are_masked() -> None:
    few = find("visitor_value", FRAME.assign(buyers=[64, 60, 4]), JOINS.assign(joined=4, rate=0.01))

    assert "web_visitor_value" not in entries(few)
    assert "joining_rate" not in entries(few)
    assert [row[2] for row in cells(few)][2] == "<5"


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(FRAME, text))
