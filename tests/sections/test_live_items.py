"""What the section `live_items` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import cells, context_of, figures, finder, words_of

find = finder(partial(context_of, "live_programme", start="2024-11-18", end="2024-12-30T00:00"))

FRAME = pd.DataFrame(
    {
        "product_id": ["tea", "cup", None],
        "shows": [3, 2, 5],
        "orders": [30, 10, 40],
        "soon": [24, 6, 30],
        "median_minutes": [4.0, 6.0, 4.5],
        "before": pd.array([50, 20, 70], dtype="Int64"),
        "after": pd.array([60, 20, 80], dtype="Int64"),
        "soon_rate": [0.8, 0.6, 0.75],
    }
)


def test_how_soon_orders_follow_and_the_weeks_around() -> None:
    english, chinese = words_of(find, "live_items", FRAME)

    assert "2 products were explained, 5 times in all." in english
    assert "40 orders followed, **half of them within 4.5 minutes, 75.0% within 10**." in english
    assert "these products had 70 orders in the week before and 80 in the week after" in english
    assert "**一半在 4.5 分钟内，75.0% 在 10 分钟内**" in chinese


def test_its_figures_are_recorded_and_products_listed() -> None:
    finding = find("live_items", FRAME)

    assert figures(finding)["live_after_orders"] == 80
    assert [row[0] for row in cells(finding)] == ["tea", "cup"]


def test_a_week_that_is_not_over_is_not_told() -> None:
    assert "week before" not in find("live_items", FRAME.assign(after=pd.NA)).sentence


def test_a_few_orders_are_not_told() -> None:
    finding = find("live_items", FRAME.assign(orders=[2, 1, 3]))

    assert "Too few orders followed to tell how soon." in finding.sentence


def test_nothing_explained_is_not_covered() -> None:
    finding = find("live_items", FRAME.iloc[:0])

    assert (finding.sentence, finding.covered) == ("No explanation is on record.", False)
