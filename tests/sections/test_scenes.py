"""What the section `scenes` says, records and draws."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.scenes import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "scene", start="2024-12-09", end="2024-12-23T00:00"))

FRAME = pd.DataFrame(
    {
        "scene": ["camping", "home"], "items": [50, 40], "orders": [200, 90], "buyers": [190, 88], "units": [250, 95],
        "gmv": [Decimal("30000.00"), Decimal("9000.00")], "sets": [20, 5], "set_rate": [0.1, 0.056],
        "set_low": [0.07, 0.02], "set_high": [0.15, 0.12], "pieces_each": [1.25, 1.06], "visitors": [1200, 1400],
        "visitors_bought": [96, 42], "bought_rate": [0.08, 0.03], "bought_low": [0.066, 0.022],
        "bought_high": [0.097, 0.04], "arpu": [Decimal("25.00"), Decimal("6.43")],
    }
)  # fmt: skip
SHARE = pd.DataFrame(
    {
        "period": ["campaign", "before"], "orders": [400, 390], "units": [800, 600], "gmv": Decimal("90000.00"),
        "share": [0.43, 0.3], "share_low": [0.4, 0.28], "share_high": [0.46, 0.32], "change": [0.13, None],
        "change_low": [0.09, None], "change_high": [0.17, None],
    }
)  # fmt: skip


def test_the_share_of_scenes_and_the_best_one() -> None:
    english, chinese = words_of(find, "scenes", FRAME, SHARE)

    assert find("scenes", FRAME, SHARE).shows.startswith("The largest is camping")  # the chart is of GMV
    assert english.startswith("Scene goods bring **43.0%** of GMV (95% interval 40.0% – 46.0%), **clearly more than")
    assert "The largest is camping: 200 orders, 30K CNY. 10.0% of these are sets, with 1.25 pieces" in english
    assert "Most visitors buy in camping: 8.0% of 1,200, fewest in home: 3.0%." in english
    assert "**明显高于活动前同样长的时间（30.0%，+13.0 个百分点）**" in chinese
    found = figures(find("scenes", FRAME, SHARE))
    assert (found["scene_share_rate"], found["camping_scene_gmv"]) == (Decimal("0.43"), Decimal("30000.00"))
    assert "camping 30K CNY" in draw(FRAME, load_text("en")).alt


def test_without_amounts_or_visitors() -> None:
    bare = FRAME.assign(gmv=None, visitors=None, visitors_bought=None, bought_rate=None, arpu=None)
    said = find("scenes", bare, SHARE.assign(gmv=None, change_low=[-0.1, None])).sentence

    assert "of pieces" in said
    assert "no clear change" in said
    assert "The largest is camping: 200 orders, 250 pieces." in said
    assert "visitors" not in said


def test_few_orders_or_none_are_not_told() -> None:
    few = FRAME.assign(orders=[3, 2], buyers=[3, 2])
    assert "Fewer than five people" in find("scenes", few, SHARE).sentence
    assert not find("scenes", FRAME.iloc[:0], SHARE).covered
