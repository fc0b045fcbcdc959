"""What the section `best_sellers` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.best_sellers import draw
from telling import cells, context_of, figures, finder, money, words_of

find = finder(partial(context_of, "promotion_node", start="2025-02-10", end="2025-02-17T00:00"))

FRAME = pd.DataFrame(
    {
        "dimension": ["platform"] * 3 + ["shop"],
        "place": ["tmall", "tmall", "jd", "tmall_outlet"],
        "rank": [1, 2, 1, 1],
        "product_id": ["p1", "p2", "p3", "p2"],
        "name": ["Cream", "Soap", "Lamp", "Soap"],
        "category": ["beauty", "beauty", "home", "beauty"],
        "orders": [60, 40, 30, 20],
        "buyers": pd.array([55, 40, 30, 20], dtype="Int64"),
        "units": [80, 50, 30, 20],
        "gmv": money("3000.00", "2000.00", "900.00", "800.00"),
        "share": [0.3, 0.2, 0.45, 0.4],
        "place_gmv": money("10000.00", "10000.00", "2000.00", "2000.00"),
        "baseline_rank": pd.array([7, 1, pd.NA, 1], dtype="Int64"),
        "baseline_share": [0.02, 0.25, None, 0.3],
    }
)


def test_each_place_has_its_best_seller_and_ranks_that_rose_are_told() -> None:
    english, chinese = words_of(find, "best_sellers", FRAME)

    assert "Best sellers by platform: Tmall: **Cream** (30.0%), JD: **Lamp** (45.0%)." in english
    assert "By shop: Tmall outlet: **Soap** (40.0%)." in english
    assert "Cream rose most, on Tmall: from rank 7 in the baseline to 1." in english
    assert "Not sold there in the baseline: Lamp (JD)." in english
    assert find("best_sellers", FRAME).shows == "On Tmall, Cream sold best: 30.0% of its GMV"
    assert "各平台卖得最好的：天猫**Cream**（占 30.0%）、京东**Lamp**（占 45.0%）。" in chinese


def test_what_the_best_goods_bring_is_recorded_by_place() -> None:
    assert figures(find("best_sellers", FRAME)) == {
        "tmall_platform_top_gmv_share": Decimal("0.5"),
        "jd_platform_top_gmv_share": Decimal("0.45"),
        "tmall_outlet_shop_top_gmv_share": Decimal("0.4"),
    }


def test_places_that_the_shop_names_itself_keep_their_names() -> None:
    assert "Best sellers by platform: 小红书: " in find("best_sellers", FRAME.assign(place="小红书")).sentence


def test_goods_of_few_buyers_are_masked_and_none_is_not_covered() -> None:
    few = find("best_sellers", FRAME.assign(buyers=pd.array([55, 40, 3, 20], dtype="Int64")))
    assert cells(few)[2][5] == "<5"
    assert "jd_platform_top_gmv_share" not in figures(few)
    assert "JD" not in few.sentence
    none = find("best_sellers", FRAME.iloc[:0])
    assert (none.covered, none.sentence.strip()) == (False, "No order says its platform or shop.")


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(FRAME, text))
