"""The member day's figures beside what was planted, and what its own chance leaves as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import pytest

from retro.economics import UnitEconomics
from retro.metrics import activity, booking, coupon_expansion, dau_peak, tier_turnout
from retro.periods import Window
from retro_demo.blocks import Lived, live_block, meet_blocks
from retro_demo.campaigns.night_stock import settle_night, wish
from retro_demo.chance import Chance
from retro_demo.levels import load_levels
from retro_demo.setting import Setting, set_up
from retro_demo.worlds import MEMBER_DAY, WITHOUT, happens

OPENS, START, END = dt.datetime(2025, 3, 21), dt.datetime(2025, 3, 26), dt.datetime(2025, 3, 27)
DAY = Window(START, END)
ON_THE_DAY = "occurred_at >= '2025-03-26' and occurred_at < '2025-03-27' and event <> 'register'"

Ask = Callable[[str], Any]
Shop = Callable[[str], ibis.Table]


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> Shop:
    connection = ibis.duckdb.connect()
    return lambda name: connection.read_parquet(whole_shop / f"{name}.parquet")


@pytest.fixture
def planted(truth: dict[str, Any]) -> dict[str, int]:
    held: dict[str, int] = truth["member_day"]
    return held


def test_who_booked_came_and_bought_is_what_was_planted(shop: Shop, planted: dict[str, int]) -> None:
    frame = booking(shop("users"), shop("events"), shop("orders"), DAY, event="book", opens=OPENS).set_index("group")

    assert frame.loc["booked", ["members", "came", "buyers"]].tolist() == [
        planted["booked"], planted["booked_came"], planted["booked_buyers"]
    ]  # fmt: skip


def test_coupons_expanded_and_used_are_what_was_planted(shop: Shop, planted: dict[str, int]) -> None:
    frame = coupon_expansion(
        shop("orders"), shop("coupons"), {}, DAY, campaign_id="2025Q1-member-day", economics=UnitEconomics()
    ).set_index("group")

    assert frame.loc["all", ["issued", "used"]].tolist() == [planted["booked"], planted["redeemed"]]
    assert frame.loc["expanded", ["issued", "used"]].tolist() == [planted["expanded"], planted["redeemed_expanded"]]
    assert 0.35 < frame.loc["all", "expanding_redemption_rate"] < 0.6  # the documents say 55 %; here it is missed


def test_the_peak_is_what_was_planted(shop: Shop, planted: dict[str, int]) -> None:
    daily = activity(shop("events"), Window(START - dt.timedelta(days=40), END))
    (peak,) = dau_peak(daily, replace(DAY, baseline_weeks=5)).query("during").to_dict("records")

    assert peak["dau"] == planted["dau"]
    assert peak["dau"] > peak["baseline"]


def test_turnout_is_what_a_plain_query_counts(shop: Shop, ask: Ask) -> None:
    order = ("member", "silver", "gold", "diamond")
    frame = tier_turnout(shop("member_tiers"), shop("events"), shop("orders"), DAY, order=order)

    began = "timestamp '2025-03-26'"
    held = f"select user_id from member_tiers where valid_from <= {began} and coalesce(valid_to > {began}, true)"
    assert frame["members"].sum() == ask(f"select count(*) from ({held})")
    came = f"select user_id from events where {ON_THE_DAY}"
    assert frame["came"].sum() == ask(f"select count(*) from ({held} intersect {came})")


def test_coupons_take_off_what_they_expanded_to(ask: Ask) -> None:
    own = "from coupons where campaign_id = '2025Q1-member-day'"
    assert ask(f"select count(*) {own} and (face_amount > issued_face_amount) <> (expanded_at is not null)") == 0
    assert ask(f"select count(*) {own} and (expanded_at < issued_at or expanded_at >= '2025-03-26')") == 0
    taken = f"select count(*) from orders join (select coupon_id, face_amount {own}) using (coupon_id) where {{}}"
    assert ask(taken.format("discount_amount <> face_amount")) == 0
    assert ask(taken.format("true")) > 0


def test_booking_is_done_on_a_visit_of_ones_own(ask: Ask) -> None:
    late = "(occurred_at < timestamp '2025-03-21' or occurred_at >= timestamp '2025-03-26')"
    assert ask(f"select count(*) from events where event = 'book' and {late}") == 0
    alone = """select count(*) from events as books where event = 'book' and not exists (select 1 from events
        where session_id = books.session_id and user_id = books.user_id and event = 'log_in')"""
    assert ask(alone) == 0


def test_what_the_day_adds_is_in_the_truth(truth: dict[str, Any]) -> None:
    effect = truth["campaigns"]["2025Q1-member-day"]

    assert effect["during"]["orders"] > 0
    assert effect["before"]["orders"] <= 0  # bookers wait
    assert effect["after"]["orders"] <= 0  # buyers have what they needed
    assert effect["in_all"]["registrations"] == 0


def test_the_world_without_the_day_is_the_shop_that_never_held_it() -> None:
    setting = set_up(load_levels(), Chance(3), 0.0002)
    nobody = {"book": -99.0, "come_rate": {"booked": 0.0, "seen": 0.0, "away": 0.0}}
    levels = setting.levels.model_copy(update={"member_day": setting.levels.member_day.model_copy(update=nobody)})
    held, never = lived(setting), lived(replace(setting, levels=levels))

    for what, names in (
        ("orders", ("person", "ordered", "paid", "listed", "discount")),
        ("visits", ("person", "start")),
    ):
        one, other = getattr(held, what), getattr(never, what)
        for name in names:
            same = [getattr(some, name)[happens(some.worlds, WITHOUT[MEMBER_DAY])].tolist() for some in (one, other)]
            assert same[0] == same[1], name
    assert MEMBER_DAY in held.orders.campaign
    assert MEMBER_DAY not in never.orders.campaign


def lived(setting: Setting) -> Lived:
    """The first block of a shop."""
    blocks = list(meet_blocks(setting))
    met, _ = settle_night(setting, [wish(setting, one.campaigns.night.guests, one.people.block) for one in blocks])
    return live_block(setting, blocks[0], met[0])
