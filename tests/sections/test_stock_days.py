"""What the section `stock_days` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    {"group": ["own", "others"], "items": [30, 36], "closing": [900, 655], "sold": [1164, 522],
     "stock_days": [16.8, 35.0], "idle_items": [2, 5]}
)  # fmt: skip


def test_days_that_stock_lasts() -> None:
    english, chinese = words_of(find, "stock_days", FRAME)

    assert "900 pieces of 30 new products are left: **16.8 days of stock**" in english
    assert "Other products have 35 days. 2 of them" not in english
    assert "2 of the new products did not sell at all in 28 days" in english
    assert "**还能卖 16.8 天**" in chinese
    assert "Other products have 35 days." in english
    assert "**还能卖 143 天**" in find("stock_days", FRAME.assign(stock_days=143.0), lang="zh").sentence
    assert float(figures(find("stock_days", FRAME))["launch_stock_days"]) == 16.8


def test_stock_that_does_not_move_or_is_not_there() -> None:
    assert "none was sold in the last 28 days" in find("stock_days", FRAME.assign(stock_days=float("nan"))).sentence
    assert not find("stock_days", FRAME.iloc[1:]).covered
