"""Shows of a live-stream programme, by hand, and the public posts of nine sellers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from retro.errors import MissingColumn
from retro.files import project_root
from retro.metrics.live_programme import (
    live_course,
    live_everyday,
    live_hosts,
    live_items,
    live_programme,
    live_sessions,
    live_sources,
)
from retro.periods import Window

at = dt.datetime.fromisoformat
WINDOW = Window(at("2025-06-01"), at("2025-06-15"), at("2025-07-01"))
SHOWS = pd.DataFrame(
    {
        "session_id": ["s1", "s2", "s3", "late"],
        "host": ["lin", "zhao", "lin", "lin"],
        "started_at": [at("2025-06-02T20:00"), at("2025-06-03T12:00"), at("2025-06-04T20:00"), at("2025-06-15T20:00")],
        "ended_at": [at("2025-06-02T22:00"), at("2025-06-03T13:00"), at("2025-06-04T21:00"), None],
        "viewers": [100, 300, 100, 50],
        "watch_minutes": [9.0, 3.0, 6.0, 1.0],
        "clickers": [20, 30, 20, 5],
        "comments": [10, 60, 30, 1],
        "likes": [5, 5, 5, 1],
        "booked": [10, 20, 10, 5],
        "booked_came": [5, 5, 10, 1],
    }
)
ORDERS = "order_id user_id ordered_at status amount live_session_id"
SOLD = [
    ("o1", "a", "2025-06-02T20:30", "paid", "10.00", "s1"),
    ("o2", "a", "2025-06-02T20:40", "paid", "20.00", "s1"),
    ("o3", "b", "2025-06-03T12:30", "paid", "30.00", "s2"),
    ("o4", "c", "2025-06-03T12:40", "refunded", "40.00", "s2"),
    ("o5", "d", "2025-06-04T20:10", "paid", "50.00", "s3"),
    ("o6", "d", "2025-05-01T10:00", "paid", "5.00", None),  # so that d is no new buyer
    ("o7", "e", "2025-06-02T10:00", "paid", "7.00", None),  # everyday, on a day with a show
    ("o8", "e", "2025-06-02T11:00", "paid", "7.00", None),
    ("o9", "f", "2025-06-05T10:00", "paid", "9.00", None),  # on a day without one
    ("o10", "f", "2025-06-12T10:00", "paid", "9.00", None),
]
SEEN = [
    *((user, "view", f"2025-06-02T{hour:02d}:00") for user in "aeg" for hour in (9, 12)),
    ("h", "view", "2025-06-03T09:00"),
    ("b", "view", "2025-06-05T09:00"),
]
MINUTES = [("s1", 0, 10), ("s1", 1, 30), ("s2", 0, 20), ("s2", 1, 40), ("s3", 0, 30)]

Table = Callable[..., ibis.Table]


@pytest.fixture
def minutes() -> ibis.Table:
    starts = dict(zip(SHOWS["session_id"], SHOWS["started_at"], strict=True))
    rows = [(show, starts[show] + dt.timedelta(minutes=minute), online) for show, minute, online in MINUTES]
    return ibis.memtable(pd.DataFrame(rows, columns=["session_id", "minute_at", "online"]))


@pytest.fixture
def shop(table: Table, minutes: ibis.Table) -> dict[str, ibis.Table]:
    seen = table("user_id event occurred_at", SEEN)
    return {"orders": table(ORDERS, SOLD), "events": seen, "live_minutes": minutes}


@pytest.fixture
def shows(shop: dict[str, ibis.Table]) -> pd.DataFrame:
    return live_sessions(ibis.memtable(SHOWS), shop, WINDOW)


def test_each_show_and_what_was_ordered_in_it(shows: pd.DataFrame) -> None:
    assert shows["session_id"].tolist() == ["s1", "s2", "s3"]
    assert shows["slot"].tolist() == ["evening", "afternoon", "evening"]
    assert shows[["orders", "buyers", "new_buyers", "sold", "returned"]].to_numpy().tolist() == [
        [2, 1, 1, 2, 0], [1, 1, 1, 2, 1], [1, 1, 0, 1, 0],
    ]  # fmt: skip
    assert shows["gmv"].tolist() == [Decimal("30.00"), Decimal("30.00"), Decimal("50.00")]
    assert shows["interactions"].tolist() == [15, 65, 35]
    assert shows[["minutes", "peak", "online"]].to_numpy().tolist() == [[120, 30, 20], [60, 40, 30], [60, 30, 30]]


def test_the_programme_in_all(shows: pd.DataFrame) -> None:
    (row,) = live_programme(shows).to_dict("records")

    assert [row[name] for name in ("sessions", "viewers", "buyers", "clickers", "interactions")] == [3, 500, 3, 70, 115]
    assert (row["viewer_rate"], row["click_rate"]) == (3 / 500, 3 / 70)  # two conversions by their own names
    assert (row["came_rate"], row["new_rate"], row["return_rate"]) == (20 / 40, 2 / 3, 1 / 5)
    assert (row["gmv"], row["gpm"]) == (Decimal("110.00"), Decimal("220.00"))
    assert row["watch_minutes"] == pytest.approx((9 * 100 + 3 * 300 + 6 * 100) / 500)
    assert (row["peak"], row["online"]) == (40, pytest.approx(80 / 3))
    assert (row["top_comments"], row["top_rate"]) == (60, 0.6)


def test_hosts_and_hours(shows: pd.DataFrame) -> None:
    frame = live_hosts(shows)

    assert frame[["dimension", "value", "sessions", "viewers", "buyers"]].to_numpy().tolist() == [
        ["host", "lin", 2, 200, 2],
        ["host", "zhao", 1, 300, 1],
        ["slot", "afternoon", 1, 300, 1],
        ["slot", "evening", 2, 200, 2],
    ]
    assert frame["comments_each"].tolist() == [20, 60, 60, 20]


def test_shows_that_know_only_their_day_have_no_hours() -> None:
    dated = SHOWS.assign(started_at=SHOWS["started_at"].dt.normalize()).drop(columns="ended_at")

    found = live_hosts(live_sessions(ibis.memtable(dated), {}, WINDOW))

    assert set(found["dimension"]) == {"host"}


def test_everyday_is_of_the_same_days_outside_of_shows(shop: dict[str, ibis.Table], shows: pd.DataFrame) -> None:
    rows = live_everyday(shop, shows, WINDOW).set_index("what")

    assert rows.loc["live", ["people", "buyers"]].tolist() == [500, 3]
    assert rows.loc["everyday", ["people", "buyers"]].tolist() == [
        4,
        1,
    ]  # e bought twice on a day


def test_the_minutes_of_a_show(minutes: ibis.Table, shows: pd.DataFrame) -> None:
    frame = live_course(minutes, shows)

    assert frame.to_numpy().tolist() == [[0, 3, 20], [1, 2, 35]]


def test_from_explanation_to_order(table: Table, shows: pd.DataFrame) -> None:
    explained = [
        ("s1", "tea", "2025-06-02T20:25"),
        ("s2", "tea", "2025-06-03T12:10"),
        ("s3", "cup", "2025-06-04T20:20"),
    ]
    lines = [("o1", "tea"), ("o2", "tea"), ("o3", "tea"), ("o5", "cup"), ("o7", "tea"), ("o9", "tea"), ("o10", "cup")]
    items = ibis.memtable(pd.DataFrame(lines, columns=["order_id", "product_id"]))
    told = table("session_id product_id explained_at", explained)
    frame = live_items(told, table(ORDERS, SOLD), items, shows, WINDOW)

    tea, cup, whole = frame.to_dict("records")
    counts = ["shows", "orders", "soon", "before", "after"]
    assert [tea[name] for name in counts] == [2, 3, 1, 1, 1]
    assert tea["median_minutes"] == 15
    assert [cup[name] for name in counts] == [1, 0, 0, 0, 1]  # o5 came before it was explained
    assert [whole[name] for name in counts] == [3, 3, 1, 1, 2]
    assert pd.isna(whole["product_id"])


def test_a_shop_that_counts_less(shows: pd.DataFrame) -> None:
    bare = live_sessions(ibis.memtable(SHOWS[["session_id", "started_at"]]), {}, WINDOW)
    (row,) = live_programme(bare).to_dict("records")

    assert row["sessions"] == 3
    assert all(pd.isna(row[name]) for name in ("viewers", "buyers", "viewer_rate", "gpm", "peak", "top_rate"))
    assert live_everyday({}, bare, WINDOW).empty
    assert live_programme(shows.iloc[:0]).empty


def test_orders_that_do_not_say_their_show(table: Table) -> None:
    orders = table(ORDERS, SOLD).drop("live_session_id")
    found = live_sessions(ibis.memtable(SHOWS), {"orders": orders}, WINDOW)

    assert found[["orders", "buyers", "sold"]].isna().all(axis=None)
    assert found["gmv"].tolist() == [None] * 3


def test_a_table_without_its_start_is_refused() -> None:
    with pytest.raises(MissingColumn, match="live_sessions: column 'started_at' must be in the table"):
        live_sessions(ibis.memtable(SHOWS.drop(columns="started_at")), {}, WINDOW)


def test_the_public_sellers_videos() -> None:
    """The figures that `live_sellers/README.md` gives of the distinct rows of videos."""
    path = project_root() / "../shared/data/live_sellers/posts.parquet"
    if not path.is_file():
        pytest.skip("the public data set live_sellers is not here")
    posts = pd.read_parquet(path).drop_duplicates()
    videos = posts[posts["post_type"] == "video"].assign(likes=lambda rows: rows["reactions"])
    named: dict[str, Any] = {"published_at": "started_at", "post_id": "session_id", "page_id": "host"}
    window = Window(at("2012-01-01"), at("2018-06-14"), at("2018-06-14"))
    columns = ["session_id", "host", "started_at", "comments", "likes", "shares"]
    frame = live_sessions(ibis.memtable(videos.rename(columns=named)[columns]), {}, window)
    (row,) = live_programme(frame).to_dict("records")
    hosts = live_hosts(frame).query("dimension == 'host'").set_index("value")

    assert (row["sessions"], row["comments"], row["top_comments"]) == (2_333, 1_499_524, 920_104)
    assert row["top_rate"] == pytest.approx(0.6136, abs=5e-5)
    assert hosts["sessions"].tolist() == [597, 188, 33, 45, 446, 137, 648, 1, 238]
    assert hosts["comments_each"].round(2).tolist() == [
        175.72, 1133.72, 4068.45, 445.02, 16.39, 1036.45, 499.40, 20.00, 2328.81,
    ]  # fmt: skip


SOURCES = pa.table(
    {
        "session_id": ["s1", "s1", "s2", "s2", "late", "s3"],
        "source": ["followed", "ads", "followed", "ads", "ads", "searched"],
        "viewers": [60, 40, 100, 200, 50, 0],
        "is_paid": [False, True, False, True, True, False],
    }
)


def test_viewers_are_added_up_by_source_over_the_shows_of_the_programme() -> None:
    """The last show began after the programme, and nobody came to the third from where it is on record."""
    shows = pd.DataFrame({"session_id": ["s1", "s2", "s3"]})
    frame = live_sources(ibis.memtable(SOURCES), shows)

    assert frame[["source", "is_paid", "shows", "viewers"]].values.tolist() == [
        ["ads", True, 2, 240], ["followed", False, 2, 160],
    ]  # fmt: skip
    assert frame["share"].tolist() == [0.6, 0.4]
    assert frame.loc[0, ["all_shows", "sessions", "source_viewers", "paid_viewers"]].tolist() == [2, 3, 400, 240]
    assert frame.loc[0, "paid_share"] == 0.6


def test_a_source_that_does_not_say_whether_it_is_paid_for_leaves_that_unknown() -> None:
    shows = pd.DataFrame({"session_id": ["s1", "s2", "s3"]})
    mixed = pa.table({**dict(zip(SOURCES.column_names, SOURCES.columns, strict=True)), "is_paid": [None] + [True] * 5})
    for sources in (SOURCES.drop_columns("is_paid"), mixed):
        frame = live_sources(ibis.memtable(sources), shows)
        assert frame["paid_viewers"].isna().all()
        assert frame["paid_share"].isna().all()
    nobody = live_sources(ibis.memtable(SOURCES), shows.iloc[:0])
    assert nobody.empty
    with pytest.raises(MissingColumn, match="viewers"):
        live_sources(ibis.memtable(SOURCES.drop_columns("viewers")), shows)


def test_new_followers_over_viewers(shop: dict[str, ibis.Table]) -> None:
    shows = live_sessions(ibis.memtable(SHOWS.assign(new_followers=[5, 15, 5, 9])), shop, WINDOW)
    (row,) = live_programme(shows).to_dict("records")
    assert (row["new_followers"], row["follow_rate"]) == (25, 0.05)
    (without,) = live_programme(live_sessions(ibis.memtable(SHOWS), shop, WINDOW)).to_dict("records")
    assert pd.isna(without["new_followers"])
    assert pd.isna(without["follow_rate"])


def test_gmv_for_each_hour_that_shows_were_on(shop: dict[str, ibis.Table]) -> None:
    (row,) = live_programme(live_sessions(ibis.memtable(SHOWS), shop, WINDOW)).to_dict("records")
    assert (row["hours"], row["gmv"], row["hour_gmv"]) == (4.0, Decimal("110.00"), Decimal("27.50"))
    (unknown,) = live_programme(live_sessions(ibis.memtable(SHOWS.drop(columns="ended_at")), shop, WINDOW)).to_dict(
        "records"
    )
    assert unknown["hour_gmv"] is None


def test_conversion_by_source_is_known_where_all_its_shows_count_buyers() -> None:
    shows = pd.DataFrame({"session_id": ["s1", "s2", "s3"]})
    bought = [5, 1, None, 1, 0, 0]
    columns = dict(zip(SOURCES.column_names, SOURCES.columns, strict=True))
    frame = live_sources(ibis.memtable(pa.table({**columns, "buyers": bought})), shows).set_index("source")
    whole = live_sources(ibis.memtable(pa.table({**columns, "buyers": [6, 4, 6, 8, 0, 0]})), shows).set_index("source")

    assert frame["buyers"].isna().tolist() == [name == "followed" for name in frame.index]
    assert whole.loc["ads", ["buyers", "viewers", "buyer_rate"]].tolist() == [12, 240, 0.05]
    assert whole.loc["ads", "buyer_low"] < 0.05 < whole.loc["ads", "buyer_high"]
