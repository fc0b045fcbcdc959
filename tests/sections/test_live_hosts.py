"""What the section `live_hosts` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import cells, context_of, entries, finder, words_of

find = finder(partial(context_of, "live_programme", start="2024-11-18", end="2024-12-30T00:00"))

FRAME = pd.DataFrame(
    {
        "dimension": ["host", "host", "slot", "slot"],
        "value": ["lin", "zhao", "afternoon", "evening"],
        "sessions": [18, 18, 12, 24],
        "viewers": [600, 1300, 700, 1200],
        "watch_minutes": [7.5, 5.0, 6.0, 6.0],
        "buyers": [60, 65, 45, 80],
        "viewer_rate": [0.1, 0.05, 0.064, 0.067],
        "viewer_low": [0.078, 0.039, 0.048, 0.054],
        "viewer_high": [0.127, 0.063, 0.085, 0.082],
        "gmv": [Decimal("18000.00"), Decimal("17000.00"), Decimal("12000.00"), Decimal("23000.00")],
        "gpm": [Decimal("30000.00"), Decimal("13076.92"), Decimal("17142.86"), Decimal("19166.67")],
        "interactions_each": [40.0, 30.0, 35.0, 35.0],
        "comments_each": [30.0, 20.0, 25.0, 24.0],
    }
)


def test_a_host_who_converts_more_and_hours_that_are_alike() -> None:
    english, chinese = words_of(find, "live_hosts", FRAME)

    assert "By host, **lin converts most viewers (10.0%)**, zhao least (5.0%)." in english
    assert "By hours, evening (6.7%) and afternoon (6.4%) show no clear difference." in english
    assert "按主播，**lin转化最高（10.0%）**" in chinese


def test_its_figures_are_recorded() -> None:
    assert entries(find("live_hosts", FRAME))["lin_live_viewer_rate"].denominator == 600


def test_where_nothing_is_sold_comments_are_compared() -> None:
    unsold = FRAME.assign(viewers=pd.NA, buyers=pd.NA, gmv=None, gpm=None)
    unsold[["viewer_rate", "viewer_low", "viewer_high"]] = float("nan")
    finding = find("live_hosts", unsold)

    assert "By host, lin got most comments a show (30.00), zhao least (20.00)." in finding.sentence
    assert (finding.entries, finding.exhibits) == ((), ())


def test_a_few_buyers_of_one_host_give_nobody_away() -> None:
    finding = find("live_hosts", FRAME.assign(buyers=[3, 65, 34, 34]))

    assert [row[4] for row in cells(finding)[:2]] == ["<5", "≥5"]


def test_one_host_alone_is_not_compared() -> None:
    finding = find("live_hosts", FRAME.iloc[:1])

    assert (finding.sentence, finding.covered) == ("Fewer than two hosts or parts of the day can be compared.", False)
