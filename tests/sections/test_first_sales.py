"""What the section `first_sales` says and draws."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.first_sales import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    [{"items": 811, "units": 375_287, "from_start": 555, "later": 256, "late": 160, "late_units": 1764,
      "late_rate": 1764 / 375_287, "late_median": 8.0, "late_most": 66.0, "latest_on": dt.date(2024, 12, 9),
      **{f"units_{at}": units for at, units in enumerate((180, 22, 27, 28, 27))},
      **{f"seen_{at}": seen for at, seen in enumerate((160, 160, 160, 159, 158))},
      **{f"each_{at}": each for at, each in enumerate((1.125, 0.1375, 0.16875, 0.1761, 0.1709))},
      "drop": -0.8778, "ended": 62, "ended_most": 23.0, "period_days": 7}]
)  # fmt: skip


def test_slow_sellers_are_no_launches() -> None:
    english, chinese = words_of(find, "first_sales", FRAME)

    assert english.startswith(
        "**No launch can be seen.** 811 products have no day of launch; the 160 that first sold 28 days"
    )
    assert "bring only 0.47% of pieces: they are slow sellers, not new ones." in english
    assert "1.1250 each, in the next 0.1375: this −87.8% **is made by selection**" in english
    assert "the best 66; the last of them first sold on 9 Dec." in english
    assert "**看不到新品上市**" in chinese
    (chart,) = find("first_sales", FRAME).exhibits
    assert chart.frame is not None
    assert "week 4 after it 27 pieces / 158 products" in draw(chart.frame, load_text("en")).alt
    assert figures(find("first_sales", FRAME))["late_products"] == 160


def test_late_products_that_sell_are_left_open() -> None:
    assert (
        "**whether any is new, only its day of launch would tell**"
        in find("first_sales", FRAME.assign(late_rate=0.2)).sentence
    )


def test_products_with_their_days_of_launch_need_no_word() -> None:
    assert find("first_sales", FRAME.iloc[:0]).sentence == ""
    assert "selection" not in find("first_sales", FRAME.assign(late=0)).sentence
