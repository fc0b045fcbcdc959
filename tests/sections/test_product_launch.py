"""What the section `product_launch` says, records and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.product_launch import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

NAN = float("nan")
ROW = {
    "items": 30, "past_items": 36, "open_items": 2, "early_items": 0, "measured": 28, "units": 1400, "gmv": None,
    "each": 50.0, "each_low": 45.0, "each_high": 55.0, "past_each": 20.0, "past_low": 18.0, "past_high": 22.0,
    "lift": 1.5, "lift_low": 0.8, "lift_high": 2.3, "stocked": 2000, "sold": 1400, "sell_through_rate": 0.7,
}  # fmt: skip
CURVE = pd.DataFrame(
    {
        "group": ["own"] * 2 + ["past"] * 2,
        "day": [0, 1] * 2,
        "items": 5,
        "units": 9,
        "each": 2.0,
        "running": [3.0, 5, 1, 2],
    }
)
LAUNCHED = pd.DataFrame(
    {
        "product_id": ["a", "b"], "name": ["Coat", "Hat"], "category": None, "group": ["own", "past"], "gmv": None,
        "launched_on": [pd.Timestamp("2024-09-03").date()] * 2, "observed_days": 30, "sold_before": False,
        "units": [50, 20], "stocked": [80.0, NAN],
    }
)  # fmt: skip


def frames(**changed: object) -> tuple[pd.DataFrame, ...]:
    return pd.DataFrame([ROW | changed]), CURVE, LAUNCHED


def test_new_products_beside_past_ones() -> None:
    english, chinese = words_of(find, "product_launch", *frames())

    assert "Of 30 new products the 28 that can be measured **sold 1,400 pieces within 30 days**, 50.0 each" in english
    assert "**150% more than the 36 past ones** (95% interval +80% to +230%; those sold 20.0 each)." in english
    assert "Of 2,000 pieces stocked **70.0% were sold within 30 days**." in english
    assert "2 more have not been on sale for 30 days yet." in english
    assert "**比以往 36 款新品多 150%**" in chinese
    assert figures(find("product_launch", *frames()))["launch_units"] == 1400


def test_fewer_alike_or_nothing_to_compare_with() -> None:
    def said(**changed: object) -> str:
        return find("product_launch", *frames(**changed)).sentence

    assert "fewer than the 36 past ones" in said(lift=-0.5, lift_low=-0.6, lift_high=-0.3)
    assert "no clear difference" in said(lift_low=-0.1)
    assert "Too few products" in said(lift=NAN)
    assert "There are no past launches" in said(past_items=0)


def test_launches_that_cannot_be_measured() -> None:
    assert "none has been on sale for 30 days yet" in find("product_launch", *frames(measured=0)).sentence
    assert "had been selling before it" in find("product_launch", *frames(measured=0, early_items=30)).sentence
    none = find("product_launch", *frames(items=0))
    assert (none.sentence, none.covered) == ("No product has its day of launch in the campaign.", False)


def test_the_curve_ends_with_its_totals() -> None:
    assert "by the last day: This launch 5, Past launches 2." in draw(CURVE, load_text("en")).alt
