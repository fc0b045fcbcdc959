"""The public weekly products: what their page says, in both languages, holds the figures that are published of them."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.files import project_root
from retro.i18n import load_text
from retro.metrics.life_stages import first_sales, goods_course, top_goods, top_share
from retro.periods import Window
from retro.sections.first_sales import draw
from telling import context_of, finder, words_of

START = dt.datetime(2024, 1, 1)
WINDOW = Window(START, dt.datetime(2024, 12, 30), dt.datetime(2024, 12, 30))

find = finder(partial(context_of, "product_launch", start="2024-01-01", end="2024-12-30T00:00"))


@pytest.fixture(scope="module")
def shop() -> dict[str, Any]:
    path = project_root() / "../shared/data/weekly_products/weekly_sales.parquet"
    if not path.is_file():
        pytest.skip("the public data set weekly_products is not here")
    rows = pd.read_parquet(path).rename(columns={"product_code": "product_id", "quantity": "units"})
    days = [(START + dt.timedelta(weeks=week)).date() for week in rows.pop("week")]
    return {"product_sales": ibis.memtable(rows.assign(sold_on=days))}


def both(section: str, *frames: pd.DataFrame) -> str:
    return "\n".join(words_of(find, section, *frames))


def test_the_best_products(shop: dict[str, Any]) -> None:
    ranked = top_goods(shop, WINDOW)
    said = both("top_goods", ranked, top_share(ranked))

    for figure in ("38,097", "10.15%", "250,784", "66.82%", "163", "135", "250", "375,287", "811", "199", "2,220"):
        assert said.count(figure) >= 2, f"{figure} in both languages"


def test_late_starters_are_no_launches(shop: dict[str, Any]) -> None:
    frame = first_sales(shop, WINDOW)
    said = both("first_sales", frame)

    for figure in ("555", "256", "160", "1,764", "0.47%", "66", "1.1250", "0.1375", "62", "23"):
        assert said.count(figure) >= 2, f"{figure} in both languages"
    assert "9 Dec" in said, "week 49"
    (chart,) = find("first_sales", frame).exhibits
    assert chart.frame is not None
    alt = draw(chart.frame, load_text("en")).alt
    for followed in ("180 pieces / 160", "22 pieces / 160", "27 pieces / 160", "28 pieces / 159", "27 pieces / 158"):
        assert followed in alt


def test_the_step_of_the_whole_range(shop: dict[str, Any]) -> None:
    said = both("goods_course", goods_course(shop, WINDOW))

    for figure in (
        *("204,260", "171,027", "522", "255", "34", "100,765", "103,495", "81,166", "89,861", "366", "264", "3,763"),
        *("11,899", "8,245", "5,637", "31.63%", "20,919", "15,829", "349", "223"),
    ):
        assert said.count(figure) >= 2, f"{figure} in both languages"
