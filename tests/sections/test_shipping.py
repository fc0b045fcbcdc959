"""What the section `shipping` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.shipping import draw
from telling import context_of, entries, finder, words_of

find = finder(partial(context_of, "promotion_node", start="2025-02-10", end="2025-02-17T00:00"))

RATES = pd.DataFrame(
    {
        "cohort": ["campaign", "baseline"],
        "due": [1010, 4000],
        "in_time": [850, 3900],
        "late": [150, 60],
        "open": [10, 40],
        "waiting": [200, 0],
        "shipped": [1000, 3960],
        "least_rate": [850 / 1010, 0.975],
        "median_hours": [27.0, 14.0],
        "p90_hours": [55.0, 29.0],
        "rate": [0.85, 0.985],
        "low": [0.827, 0.981],
        "high": [0.871, 0.988],
        "difference": [-0.135, None],
        "difference_low": [-0.158, None],
        "difference_high": [-0.113, None],
    }
)
COURSE = pd.DataFrame(
    {
        "hours": [6.0, 12.0, 24.0, 36.0, 48.0],
        "orders": [20, 80, 430, 700, 850],
        "orders_before": [230, 1500, 3300, 3800, 3900],
        "rate": [0.02, 0.08, 0.43, 0.7, 0.85],
        "baseline_rate": [0.06, 0.38, 0.83, 0.96, 0.985],
    }
)


def test_the_share_in_time_stands_beside_the_baseline_and_what_is_not_known() -> None:
    english, chinese = words_of(find, "shipping", COURSE, RATES)

    assert "**85.0% left within 48 hours** (850/1,000, 95% interval 82.7% – 87.1%)." in english
    assert "**Less than the baseline of 98.5%**: −13.5 pp (95% interval −15.8 to −11.3 pp)." in english
    assert "Half left within 27 hours, nine in ten within 55." in english
    left_out = find("shipping", COURSE, RATES).footnote
    assert "10 more are due without a shipment on record; if all of them are late, it is 84.2%." in left_out
    assert "200 orders were paid less than 48 hours ago and are left out." in left_out
    assert "**85.0% 在 48 小时内发出**" in chinese
    assert "即使全部超时，及时率也有 84.2%" in find("shipping", COURSE, RATES, lang="zh").footnote


def test_what_to_do_is_said_only_where_it_got_worse() -> None:
    assert "ship in waves" in find("shipping", COURSE, RATES).next_step
    alike = RATES.assign(difference_high=[0.01, None])
    assert find("shipping", COURSE, alike).next_step == ""
    assert "the difference is within chance" in find("shipping", COURSE, alike).sentence
    better = RATES.assign(difference_low=[0.01, None], difference_high=[0.02, None])
    assert "More than the baseline" in find("shipping", COURSE, better).sentence


def test_figures_are_recorded_with_their_parts() -> None:
    told = entries(find("shipping", COURSE, RATES))

    assert (told["shipped_in_time_rate"].numerator, told["shipped_in_time_rate"].denominator) == (850, 1000)
    assert told["shipped_in_time_least_rate"].denominator == 1010
    assert told["shipped_in_time_rate_change"].high == Decimal("-0.113")
    assert told["shipping_p90_hours"].value == 55


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        (RATES.iloc[:0], "No shipments are on record."),
        (RATES.assign(shipped=0, rate=None), "No order was paid 48 hours ago yet"),
        (RATES.assign(late=[3, 60]), "Fewer than five"),
    ],
)
def test_what_cannot_be_told_is_not_covered(rates: pd.DataFrame, words: str) -> None:
    finding = find("shipping", COURSE, rates)

    assert words in finding.sentence
    assert (finding.covered, finding.entries) == (False, ())


def test_without_a_baseline_nothing_is_said_of_it() -> None:
    rates = RATES.assign(rate=[0.85, None], difference=None)

    assert "There is too little data before" in find("shipping", COURSE, rates).sentence


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(COURSE, text))
