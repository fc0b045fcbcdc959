"""Tables worked by hand: stages, the best products, first sales and the course of all; and the public weekly set."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.files import project_root
from retro.metrics.life_stages import first_sales, goods_course, life_stages, top_goods, top_share
from retro.periods import Window

START = dt.date(2024, 1, 1)
WINDOW = Window(dt.datetime(2024, 1, 1), dt.datetime(2024, 12, 30), dt.datetime(2024, 12, 30))


def sold(rows: list[tuple[str, int, int]]) -> dict[str, ibis.Table]:
    """Pieces of products by week."""
    frame = pd.DataFrame(rows, columns=["product_id", "week", "units"])
    return {
        "product_sales": ibis.memtable(frame.assign(sold_on=[START + dt.timedelta(weeks=w) for w in frame.pop("week")]))
    }


def test_stages_by_the_age_on_the_day_of_sale() -> None:
    ages = {"a": 0, "b": 30, "c": 31, "d": 90, "e": 91, "f": 180, "g": 181, "h": -1}
    products = ibis.memtable({
        "product_id": [*ages, "i"], "launched_on": [*(START - dt.timedelta(days=age) for age in ages.values()), None],
    })  # fmt: skip
    frame = life_stages(sold([(name, 0, 10) for name in [*ages, "i", "unknown"]]), products, WINDOW)

    assert frame[["stage", "items", "units", "share"]].to_numpy().tolist() == [
        ["new", 2, 20, 0.2], ["growth", 2, 20, 0.2], ["mature", 2, 20, 0.2], ["decline", 1, 10, 0.1],
        ["undated", 3, 30, 0.3],
    ]  # fmt: skip
    assert frame["gmv"].tolist() == [None] * 5


def test_the_best_products_and_the_best_fifth() -> None:
    frame = top_goods(sold([("a", 0, 50), ("b", 0, 30), *((f"c{number}", 0, 5) for number in range(4))]), WINDOW)
    (row,) = top_share(frame, top=1).to_dict("records")

    assert frame["product_id"].tolist() == ["a", "b", "c0", "c1", "c2", "c3"]
    assert [row[name] for name in ("items", "units", "top_rate", "fifth", "for_60", "for_80", "median_units")] == [
        6, 100, 0.5, 2, 2, 2, 5,
    ]  # fmt: skip
    assert row["fifth_rate"] == pytest.approx(0.8)
    assert top_share(frame.iloc[:0]).empty


def test_a_first_sale_is_no_launch() -> None:
    rows = [("old", week, 9) for week in range(20)] + [("slow", 6, 1), ("slow", 9, 1), ("gone", 0, 2)]
    (row,) = first_sales(sold(rows), Window(WINDOW.start, WINDOW.end, dt.datetime(2024, 5, 20))).to_dict("records")

    names = ("items", "from_start", "later", "late", "late_units", "each_0", "each_1", "drop", "ended")
    assert [row[name] for name in names] == [3, 2, 1, 1, 2, 1, 0, -1, 2]
    assert (row["latest_on"], row["units_3"], row["seen_4"]) == (dt.date(2024, 2, 12), 1, 1)
    dated = ibis.memtable({"product_id": ["old", "slow", "gone"], "launched_on": [START] * 3})
    assert first_sales(sold(rows), WINDOW, products=dated).empty


def test_a_step_of_all_products() -> None:
    rows = [
        (name, week, units if week < 6 else units // 2) for name, units in (("a", 40), ("b", 20)) for week in range(12)
    ]
    rows += [("slow", week, 2) for week in (2, 3)] + [("slow", 8, 1)]
    frame = goods_course(sold(rows), Window(WINDOW.start, dt.datetime(2024, 3, 25), dt.datetime(2024, 3, 25)))
    (step,) = frame[frame["steepest"]].to_dict("records")

    assert len(frame) == 12
    assert (step["week"], step["units"], step["step"]) == (4, 60, -0.5)
    assert (step["less"], step["more"], step["same"]) == (3, 0, 0)
    assert (step["best_change"], step["slow_change"]) == (pytest.approx(-0.5), pytest.approx(-0.75))
    assert goods_course(sold(rows), Window(WINDOW.start, dt.datetime(2024, 2, 1), dt.datetime(2024, 2, 1))).empty


@pytest.fixture(scope="module")
def weekly() -> dict[str, ibis.Table]:
    path = project_root() / "../shared/data/weekly_products/weekly_sales.parquet"
    if not path.is_file():
        pytest.skip("the public data set weekly_products is not here")
    frame = pd.read_parquet(path).rename(columns={"product_code": "product_id", "quantity": "units"})
    return {
        "product_sales": ibis.memtable(frame.assign(sold_on=[START + dt.timedelta(weeks=w) for w in frame.pop("week")]))
    }


def test_the_public_weekly_products(weekly: dict[str, Any]) -> None:
    """The figures that `weekly_products/README.md` gives: no launch, and no decline, can be seen."""
    ranked = top_goods(weekly, WINDOW)
    (best,) = top_share(ranked).to_dict("records")
    (first,) = first_sales(weekly, WINDOW).to_dict("records")
    course = goods_course(weekly, WINDOW)
    (step,) = course[course["steepest"]].to_dict("records")

    assert ranked["units"].tolist()[:3] == [2220, 1932, 1925]
    assert [best[name] for name in ("items", "units", "fifth", "for_60", "for_80", "median_units")] == [
        811, 375_287, 163, 135, 250, 199,
    ]  # fmt: skip
    assert (best["top_units"], best["fifth_units"]) == (38_097, 250_784)
    assert (best["top_rate"], best["fifth_rate"]) == pytest.approx((0.101514, 0.668246), abs=5e-7)
    names = ("from_start", "later", "late", "late_units", "late_median", "late_most", "ended", "ended_most")
    assert [first[name] for name in names] == [555, 256, 160, 1764, 8, 66, 62, 23]
    assert [first[f"units_{at}"] for at in range(5)] == [180, 22, 27, 28, 27]
    assert [first[f"seen_{at}"] for at in range(5)] == [160, 160, 160, 159, 158]
    assert (first["each_0"], first["each_1"], first["period_days"]) == (1.125, 0.1375, 7)
    assert first["latest_on"] == START + dt.timedelta(weeks=49)
    assert (step["week"], step["units"], step["items"], round(step["step"], 4)) == (24, 8245, 629, -0.3163)
    assert (step["less"], step["more"], step["same"]) == (522, 255, 34)
    assert (step["best_before"], step["best_after"], step["slow_before"], step["slow_after"]) == (
        20_919,
        15_829,
        349,
        223,
    )
    assert step["best_change"] == pytest.approx(15_829 / 20_919 - 1)
    assert [step[name] for name in ("slow_items", "slow_units", "every_week", "empty")] == [264, 3_763, 366, 11_899]
    assert [int(course["units"].iloc[at : at + 13].sum()) for at in (0, 13, 26, 39)] == [
        100_765,
        103_495,
        81_166,
        89_861,
    ]
