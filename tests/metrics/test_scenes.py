"""Tables worked by hand: scenes, their share, and visits that begin in one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.intervals import wilson
from retro.metrics.scenes import scene_landing, scene_share, scenes
from retro.periods import Window

WINDOW = Window(dt.datetime(2024, 12, 9), dt.datetime(2024, 12, 16), dt.datetime(2025, 1, 1))
NOW, BEFORE = dt.datetime(2024, 12, 10, 12), dt.datetime(2024, 12, 3, 12)


def table(columns: str, rows: list[tuple[Any, ...]]) -> ibis.Table:
    return ibis.memtable(pd.DataFrame(rows, columns=columns.split()))


MEMBER = table("product_id scene", [("a", "camp"), ("b", "camp"), ("b", "home")])
ORDERS = table(
    "order_id user_id ordered_at status",
    [("1", "u", NOW, "paid"), ("2", "v", NOW, "paid"), ("3", "w", NOW, "cancelled"), ("4", "u", BEFORE, "paid")],
)
ITEMS = table(
    "order_id product_id quantity amount",
    [("1", "a", 1, Decimal(10)), ("1", "b", 2, Decimal(20)), ("2", "b", 1, Decimal(10)), ("2", "x", 1, Decimal(40)),
     ("3", "a", 9, Decimal(90)), ("4", "x", 1, Decimal(30))],
)  # fmt: skip
EVENTS = table(
    "user_id event occurred_at session_id scene",
    [("u", "view", NOW, "s1", "camp"), ("u", "order", NOW + dt.timedelta(hours=1), "s1", None),
     ("v", "view", NOW, "s2", "camp"), ("w", "view", NOW, "s3", None),
     ("w", "view", NOW + dt.timedelta(minutes=1), "s3", "home"), ("x", "view", BEFORE, "s4", "camp"),
     ("x", "view", BEFORE + dt.timedelta(minutes=1), "s4", None), ("y", "view", BEFORE, "s5", None)],
)  # fmt: skip
SHOP = {"orders": ORDERS, "order_items": ITEMS, "events": EVENTS}


def test_sets_visitors_and_what_a_scene_sells() -> None:
    camp, home = scenes(MEMBER, SHOP, WINDOW).to_dict("records")

    names = ("scene", "items", "orders", "buyers", "units", "gmv", "sets", "visitors", "visitors_bought", "pieces_each")
    assert [camp[name] for name in names] == ["camp", 2, 2, 2, 4, Decimal("40.00"), 1, 2, 2, 2]
    assert [home[name] for name in names] == ["home", 1, 2, 2, 3, Decimal("30.00"), 0, 1, 0, 1.5]
    assert (camp["set_rate"], camp["bought_rate"], camp["arpu"]) == (0.5, 1, Decimal("20.00"))


def test_without_amounts_and_events_sales_are_told_in_pieces() -> None:
    frame = scenes(MEMBER, {"orders": ORDERS, "order_items": ITEMS.drop("amount")}, WINDOW)

    assert frame["gmv"].tolist() == [None, None]
    assert frame[["visitors", "visitors_bought", "bought_rate"]].isna().all(axis=None)


def test_a_product_of_two_scenes_counts_once() -> None:
    now, before = scene_share(MEMBER, SHOP, WINDOW).to_dict("records")

    assert [now[name] for name in ("orders", "gmv", "scene_gmv", "share")] == [2, Decimal(80), Decimal(40), 0.5]
    half = 1.959964 * ((30 - 15) ** 2 + (10 - 25) ** 2) ** 0.5 / 80
    assert half > 0.5
    assert (now["share_low"], now["share_high"]) == (0, 1)
    assert (before["share"], now["change"]) == (0, 0.5)


def test_visits_that_begin_in_a_scene() -> None:
    now, before = scene_landing(EVENTS, WINDOW).to_dict("records")

    names = ("landings", "converted", "bounced", "views_each", "others", "others_bounced")
    assert [now[name] for name in names] == [2, 1, 1, 1, 1, 0]
    assert [before[name] for name in names] == [1, 0, 0, 2, 1, 1]
    assert (now["converted_change"], now["bounced_change"]) == (0.5, 0.5 - (0 - 1))
    assert np.isnan(now["views_change_low"]), "other visits are of one user each time"


def test_events_without_scenes_are_refused() -> None:
    with pytest.raises(MissingColumn, match="events: column 'scene' must be in the table"):
        scene_landing(EVENTS.drop("scene"), WINDOW)


def test_visits_of_one_user_are_alike() -> None:
    """Two users with five visits each, of which one orders in all and one in none, say as much as two visits."""
    rows = []
    for when in (NOW, BEFORE):
        for user, orders in (("u", True), ("v", False)):
            for place in range(5):
                session = f"{user}{place}{when.day}"
                at = when + dt.timedelta(hours=place)
                rows += [(user, "view", at, session, "camp")]
                rows += [(user, "order", at, session, None)] if orders and when is NOW else []
        rows += [("w", "view", when, f"w{when.day}", None), ("x", "view", when, f"x{when.day}", None)]
    now = scene_landing(table("user_id event occurred_at session_id scene", rows), WINDOW).iloc[0]

    assert (now["converted_rate"], now["converted_change"]) == (0.5, 0.5)
    # users' sums less the rate's share: 5 - 2.5 and 0 - 2.5; of independent visits ten times 0.25
    effect = (2.5**2 + 2.5**2) / 2.5
    low, high = wilson([5 / effect], [10 / effect])
    assert (now["converted_low"], now["converted_high"]) == pytest.approx((low[0], high[0]))
    half = 1.959964 * ((0.25**2 + 0.25**2) * 4 / 3) ** 0.5  # u and v; w and x add nothing
    assert now["converted_change_high"] == pytest.approx(0.5 + half)


def test_without_users_each_visit_stands_alone() -> None:
    alone = scene_landing(EVENTS.drop("user_id"), WINDOW).iloc[0]

    assert alone["converted_low"] == pytest.approx(wilson([1], [2])[0][0])
