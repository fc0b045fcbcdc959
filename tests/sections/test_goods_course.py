"""What the section `goods_course` says and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.goods_course import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

UNITS = [80, 80, 80, 80, 80, 60, 50, 50, 50, 50]
FRAME = pd.DataFrame(
    {
        "week": range(10), "started_on": pd.date_range("2024-09-02", periods=10, freq="7D").date, "units": UNITS,
        "items": 9, "step": [0, 0, 0, -0.25, -0.375, -0.167, 0, 0, None, None],
        "steepest": [at == 4 for at in range(10)],
        "best_before": 200, "best_after": 140, "best_change": -0.3, "slow_before": 10, "slow_after": 6,
        "slow_change": -0.4, "less": 5, "more": 2, "same": 2, "slow_items": 3, "slow_units": 20, "every_week": 6,
        "empty": 11,
    }
)  # fmt: skip


def test_a_step_of_the_whole_shop() -> None:
    english, chinese = words_of(find, "goods_course", FRAME)

    assert "660 pieces in 10 weeks, 400 in the first half and 260 in the second (−35.0%)" in english
    assert "**from 80 pieces to 50 within two weeks, −37.50%**" in english
    assert "fast products (200 to 140 pieces, −30.0%) and slow ones (10 to 6, −40.0%) moved together" in english
    assert "6 products sold in every week, 3 less than one piece a week (20 in all); 11 weeks" in english
    assert "By quarters" not in english, "ten weeks have none"
    assert "**it is the whole shop, not a life cycle**" in english
    assert "**所以不是生命周期，是全店的事**" in chinese
    assert float(figures(find("goods_course", FRAME))["steepest_step_rate"]) == -0.375


def test_quarters_of_twelve_weeks() -> None:
    frame = pd.concat([FRAME, FRAME.tail(2).assign(units=[40, 45])], ignore_index=True)

    assert "By quarters of these weeks: 240, 220, 150, 135 pieces." in find("goods_course", frame).sentence


def test_a_step_of_some_products_and_none() -> None:
    assert "not alike" in find("goods_course", FRAME.assign(slow_change=0.1)).sentence
    assert "rose" not in find("goods_course", FRAME.assign(step=0.01)).sentence
    assert find("goods_course", FRAME.iloc[:0]).sentence == ""
    assert "10 weeks" in draw(FRAME, load_text("en")).alt
