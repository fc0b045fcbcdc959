"""What the section `price_bands` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.price_bands import draw
from telling import cells, context_of, figures, finder, money, words_of

find = finder(partial(context_of, "promotion_node", start="2025-02-10", end="2025-02-17T00:00"))

FRAME = pd.DataFrame(
    {
        "from_price": money("0.00", "50.00", "200.00"),
        "to_price": money("50.00", "200.00", None),
        "orders": [300, 200, 20],
        "buyers": pd.array([280, 190, 20], dtype="Int64"),
        "units": [500, 300, 25],
        "gmv": money("15000.00", "30000.00", "5000.00"),
        "share": [0.3, 0.6, 0.1],
        "unit_share": [0.606, 0.364, 0.03],
        "baseline_units": [900, 800, 200],
        "baseline_share": [0.2, 0.5, 0.3],
        "piece_price": money("60.61", "60.61", "60.61"),
        "baseline_piece_price": money("80.00", "80.00", "80.00"),
    }
)


def test_the_largest_band_the_price_and_what_moved_are_told() -> None:
    english, chinese = words_of(find, "price_bands", FRAME)

    assert "**Most was sold at 50–200 CNY a piece: 30K CNY, 60.0% of GMV** (300 pieces, 36.4% of all)." in english
    assert "A piece was paid 60.61 CNY for on average, 80 CNY in the baseline (−24.2%)." in english
    assert "The share of 200 CNY and above moved most: 30.0% → 10.0% (−20.0 pp)." in english
    assert "**50–200 元的货卖得最多：成交 3 万元，占 60.0%**" in chinese
    assert "200 元及以上" in chinese


def test_figures_are_recorded_by_where_a_band_begins() -> None:
    assert figures(find("price_bands", FRAME)) == {
        "piece_price": Decimal("60.61"),
        "from_0_price_gmv_share": Decimal("0.3"),
        "from_50_price_gmv_share": Decimal("0.6"),
        "from_200_price_gmv_share": Decimal("0.1"),
    }


def test_without_a_baseline_nothing_is_said_of_it() -> None:
    sentence = find("price_bands", FRAME.assign(baseline_share=None, baseline_piece_price=None)).sentence

    assert "A piece was paid 60.61 CNY for on average." in sentence
    assert "→" not in sentence


def test_a_band_of_few_buyers_is_masked_and_none_is_not_covered() -> None:
    few = find("price_bands", FRAME.assign(buyers=pd.array([280, 190, 3], dtype="Int64")))
    assert cells(few)[2][:4] == ["200 CNY and above", "≥5", "<5", "–"] or cells(few)[2][2] == "<5"
    assert "from_200_price_gmv_share" not in figures(few)
    none = find("price_bands", FRAME.iloc[:0])
    assert (none.covered, none.sentence.strip()) == (False, "Nothing was sold, so there are no price bands.")


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(FRAME, text))
