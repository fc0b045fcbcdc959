"""Content and what it brought, by hand, and the public posts of a brand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.files import project_root
from retro.metrics.content import content, content_kinds, content_pieces, content_searches, content_top
from retro.periods import Window
from retro.sources import Tables, load_source, open_tables

at = dt.datetime.fromisoformat
WINDOW = Window(at("2025-06-01"), at("2025-06-15"), at("2025-08-01"), baseline_weeks=4)
PIECES = [
    ("n1", "c1", "photo", "tea", True, "2025-06-02T10:00", "100.00"),
    ("n2", "c1", "video", "tea", False, "2025-06-03T10:00", "50.00"),
    ("n3", "c2", "photo", "cups", False, "2025-06-04T10:00", "50.00"),
    ("n4", "c2", "photo", "cups", False, "2025-05-20T10:00", "50.00"),  # before the campaign
]
DAILY = [
    ("n1", "2025-06-02", 100, 50, 10, 5, 8),
    ("n1", "2025-06-03", 60, 30, 10, 3, 2),
    ("n2", "2025-06-03", 40, 20, 5, 8, 30),
    ("n3", "2025-06-04", 40, 20, 5, 0, 0),
]
ORDERS = [
    ("o0", "a", "2025-05-01T10:00", "paid", "5.00", None),
    ("o1", "a", "2025-06-05T10:00", "paid", "30.00", "n1"),
    ("o2", "b", "2025-06-05T10:00", "paid", "20.00", "n1"),
    ("o3", "b", "2025-06-06T10:00", "paid", "50.00", None),
    ("o4", "c", "2025-06-06T10:00", "cancelled", "9.00", "n2"),
    ("o5", "d", "2025-06-20T10:00", "paid", "40.00", "n2"),  # after the campaign, by its content
]
Table = Callable[..., ibis.Table]
Shop = dict[str, ibis.Table]


@pytest.fixture
def made(table: Table) -> ibis.Table:
    frame = table("content_id creator_id content_type topic published_at cost_amount",
                  [(*row[:4], *row[5:]) for row in PIECES])  # fmt: skip
    paid = ibis.memtable(pd.DataFrame([(row[0], row[4]) for row in PIECES], columns=["content_id", "paid"]))
    return ibis.memtable(frame.execute().merge(paid.execute(), on="content_id"))


@pytest.fixture
def shop(table: Table) -> Shop:
    names = ["content_id", "on", "impressions", "reached", "clicks", "engaged", "interactions"]
    daily = pd.DataFrame(DAILY, columns=names)
    return {
        "content_daily": ibis.memtable(daily.assign(on=pd.to_datetime(daily["on"]).dt.date)),
        "creators": table("creator_id creator_class", [("c1", "koc"), ("c2", "kol")]),
        "orders": table("order_id user_id ordered_at status amount content_id", ORDERS),
    }


def test_what_content_reached_and_brought(made: ibis.Table, shop: Shop) -> None:
    pieces = content_pieces(made, shop, WINDOW)
    (row,) = content(pieces, shop, WINDOW).to_dict("records")

    assert pieces["content_id"].tolist() == ["n1", "n2", "n3"]
    assert pieces["paid"].tolist() == ["paid", "unpaid", "unpaid"]
    counts = ["contents", "creators", "impressions", "reached", "clicks", "engaged", "interactions"]
    assert [row[name] for name in counts] == [3, 2, 240, 120, 30, 16, 40]
    assert [row[name] for name in ("hits", "top", "top_interactions", "silent")] == [1, 1, 30, 1]
    assert [row[name] for name in ("orders", "buyers", "new_buyers")] == [3, 3, 2]
    assert [row[name] for name in ("gmv", "shop_gmv", "cost", "cost_per_engagement")] == [
        Decimal("90.00"), Decimal("100.00"), Decimal("200.00"), Decimal("12.50"),
    ]  # fmt: skip
    assert (row["gmv_rate"], row["buyer_rate"], row["click_rate"], row["top_rate"]) == (0.5, 0.1, 0.125, 0.75)
    assert (row["engaged_rate"], row["engaged_median"]) == (pytest.approx(16 / 120), 0.1)
    assert row["new_rate"] == pytest.approx(2 / 3)


def test_classes_types_topics_and_payment(made: ibis.Table, shop: Shop) -> None:
    frame = content_kinds(content_pieces(made, shop, WINDOW)).set_index(["dimension", "value", "beside"])

    assert frame.loc[("creator_class", "koc", ""), ["contents", "clicks", "buyers"]].tolist() == [2, 25, 3]
    assert frame.loc[("creator_class", "koc", ""), "buyer_rate"] == pytest.approx(0.12)
    assert frame.loc[("paid", "unpaid", ""), "interactions_median"] == 15
    assert frame.loc[("topic_paid", "tea", "paid"), "interactions_mean"] == 10
    assert frame.loc[("content_type", "photo", ""), "engaged_median"] == 0.05


def test_what_a_shop_does_not_know_is_missing(made: ibis.Table, shop: Shop) -> None:
    bare = made.select("content_id", "published_at")
    pieces = content_pieces(bare, {"orders": shop["orders"].drop("content_id", "user_id")}, WINDOW)
    row = content(pieces, {}, WINDOW).iloc[0]

    missing = ["impressions", "engaged", "hits", "buyers", "gmv", "cost", "gmv_rate", "buyer_rate", "engaged_median"]
    assert all(pd.isna(row[name]) for name in missing)
    assert (row["contents"], row["creators"]) == (3, 0)
    assert content_kinds(pieces).empty
    assert content_top(pieces).empty
    with pytest.raises(MissingColumn, match="content_pieces: column 'published_at' must be in the table"):
        content_pieces(bare.drop("published_at"), {}, WINDOW)


def made_by(first: list[float], second: list[float]) -> pd.DataFrame:
    rows = [
        {"content_id": f"n{who}-{place}", "creator_id": f"c{who}", "interactions": value,
         "published_at": at("2025-06-01") + dt.timedelta(days=place)}
        for who, values in enumerate(zip(first, second, strict=True))
        for place, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_best_fall_back_where_all_was_luck() -> None:
    rng = np.random.default_rng(4)
    luck = content_top(made_by(*rng.integers(0, 100, (2, 200)).tolist()))
    skill = content_top(made_by(*[[float(who) for who in range(200)]] * 2))

    assert luck.loc[0, "kept_low"] < 0.05
    assert luck.loc[0, "kept_rate"] < 0.3
    assert luck["creators"].tolist() == [20, 180]
    assert skill.loc[0, ["kept_rate", "kept_low", "kept_high"]].tolist() == [1, 1, 1]
    assert content_top(made_by([1.0] * 9, [2.0] * 9)).empty


def searches(extra: dict[str, int]) -> ibis.Table:
    days = pd.date_range("2025-05-04", "2025-07-31")
    weekly = [100 + 10 * day.weekday() + (day.isocalendar().week % 2) for day in days]
    made = [value + extra.get(f"{day:%Y-%m-%d}", 0) for day, value in zip(days, weekly, strict=True)]
    return ibis.memtable(pd.DataFrame({"on": days.date, "searches": made}))


def test_searches_follow_after_four_days(made: ibis.Table, shop: Shop) -> None:
    extra = {"2025-06-06": 100, "2025-06-07": 100, "2025-06-08": 40}  # 4 days after 100, 100 and 40 impressions
    frame = content_searches(searches(extra), content_pieces(made, shop, WINDOW), shop, WINDOW)
    whole, lags = frame.iloc[0], frame.iloc[1:]

    assert whole["days"] == 16  # 4 June to 19 June
    assert whole["extra"] == pytest.approx(240, abs=4)
    assert whole["low"] > 200
    assert lags.loc[lags["correlation"].idxmax(), "lag"] == 4
    assert lags["correlation"].max() > 0.95


def test_quiet_and_short_searches(made: ibis.Table, shop: Shop) -> None:
    pieces = content_pieces(made, shop, WINDOW)
    quiet = content_searches(searches({}), pieces, shop, WINDOW).iloc[0]
    short = Window(at("2025-05-18"), at("2025-06-01"), at("2025-08-01"), baseline_weeks=2)

    assert quiet["low"] < 0 < quiet["high"]
    assert content_searches(searches({}), pieces, shop, short).empty
    assert content_searches(searches({}), pieces, {}, WINDOW)["correlation"].isna().all()


@pytest.fixture(scope="module")
def posts() -> Tables:
    root = project_root()
    if not (root / "../shared/data/brand_posts/posts.parquet").is_file():
        pytest.skip("the public data set brand_posts is not here")
    return open_tables(load_source(root / "params/brand_posts/source.yaml"), "params/brand_posts/source.yaml")


def test_the_public_posts_are_counted_as_published(posts: Tables) -> None:
    """The figures that `brand_posts/README.md` gives."""
    window = Window(at("2014-01-01"), at("2015-01-01"), at("2015-01-01"))
    shop: Any = {"content_daily": posts.content_daily}
    pieces = content_pieces(posts.content_pieces, shop, window)
    (row,) = content(pieces, shop, window).to_dict("records")
    kinds = content_kinds(pieces).set_index(["dimension", "value", "beside"])

    sums = ["contents", "reached", "impressions", "engaged", "clicks", "interactions"]
    assert [row[name] for name in sums] == [500, 6_951_680, 14_792_974, 460_172, 707_565, 106_060]
    assert [row[name] for name in ("hits", "top", "top_interactions", "silent")] == [70, 50, 46_080, 6]
    rates = [row[name] for name in ("engaged_rate", "engaged_median", "fan_engaged_rate", "fan_impressions_rate")]
    assert [round(one, 6) for one in rates] == [0.066196, 0.121717, 0.66278, 0.566701]
    by_type = kinds.loc["content_type"].droplevel("beside")[["contents", "reached_median", "interactions_median"]]
    assert by_type.loc[["photo", "status", "link", "video"]].to_numpy().tolist() == [
        [426, 4675, 122], [45, 11096, 186], [22, 7422, 52.5], [7, 30624, 271],
    ]  # fmt: skip
    paid = kinds.loc["paid"].droplevel("beside")
    assert paid["contents"].to_dict() == {"paid": 139, "unpaid": 360}
    assert paid["interactions_mean"].round(4).to_dict() == {"paid": 278.2302, "unpaid": 186.8528}
    assert paid["engaged_rate"].round(6).to_dict() == {"paid": 0.057368, "unpaid": 0.071676}
    assert paid["engaged_median"].round(6).to_dict() == {"paid": 0.117851, "unpaid": 0.122662}
    topics = kinds.loc["topic_paid"]["interactions_median"].to_dict()
    assert topics == {
        ("action", "paid"): 125.5, ("action", "unpaid"): 72, ("product", "paid"): 187.5,
        ("product", "unpaid"): 148, ("inspiration", "paid"): 180, ("inspiration", "unpaid"): 145,
    }  # fmt: skip
    assert content_top(pieces).empty  # no creators: the source has totals of one page
