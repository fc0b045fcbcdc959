from __future__ import annotations

from collections.abc import Callable

import ibis
import pandas as pd
import pytest

from retro.metrics.overlap import campaign_users, overlap, synergy

MakeTable = Callable[..., ibis.Table]


def campaigns(night: str = "2025-02-28") -> pd.DataFrame:
    rows = [
        ("q/week", "Week", pd.Timestamp("2025-01-10"), pd.Timestamp("2025-01-17")),
        ("q/night", "Night", pd.Timestamp(night), pd.Timestamp(night) + pd.Timedelta(days=1)),
        ("q/gone", "Gone", None, None),
    ]
    return pd.DataFrame(rows, columns=["report", "title", "start", "end"], dtype=object)


HOW = {"q/week": "join"}


@pytest.fixture
def shop(table: MakeTable) -> tuple[ibis.Table, ibis.Table, ibis.Table]:
    """Four old members worth 56 a day's yuan: two joined the week and bought 10 and 6 at night, two others 2 and 4."""
    names = ("ann", "bob", "eve", "joe")
    users = table("user_id registered_at channel", [(name, "2023-01-01", "app") for name in names])
    before = [(f"{name}-1", name, "2024-12-01", "paid", "56.00") for name in names]
    night = [
        (f"{name}-2", name, "2025-02-28T20:00", "paid", amount)
        for name, amount in zip(names, ("10.00", "6.00", "2.00", "4.00"), strict=True)
    ]
    orders = table("order_id user_id ordered_at status amount", [*before, *night])
    joins = [(name, "join", "2025-01-12") for name in ("ann", "bob")] + [("eve", "join", "2025-01-17")]
    return users, orders, table("user_id event occurred_at", joins)


def test_pairs_are_counted_once_for_each_user(shop: tuple[ibis.Table, ibis.Table, ibis.Table]) -> None:
    (pair,) = overlap(campaign_users(*shop, campaigns(), HOW), campaigns()).to_dict("records")

    assert (pair["first"], pair["then"]) == ("Week", "Night")
    assert (pair["participants"], pair["both"], pair["rate"]) == (2, 2, 1.0)
    assert (pair["then_participants"], pair["then_rate"]) == (4, 0.5)


Shop = tuple[ibis.Table, ibis.Table, ibis.Table]


def pair_of(shop: Shop) -> dict[str, object]:
    (pair,) = synergy(*shop, campaign_users(*shop, campaigns(), HOW), campaigns(), HOW).to_dict("records")
    return {str(name): value for name, value in pair.items()}


def test_participants_are_compared_with_people_like_them(shop: Shop) -> None:
    pair = pair_of(shop)

    assert (pair["participants"], pair["matched"]) == (2, 2)
    assert pair["effect_per_user"] == pytest.approx(8 - 3)  # all of them spent one yuan a day before
    # Variances 8 and 2, two users each: half = 1.96 * sqrt(8 / 2 + 2 / 2).
    assert pair["high"] == pytest.approx(5 + 1.959964 * 5**0.5)


def test_without_a_placebo_a_difference_has_no_amount(shop: Shop) -> None:
    pair = pair_of(shop)

    assert (pair["passed"], pd.isna(pair["placebo"]), pd.isna(pair["effect"])) == (False, True, True)


def visited(table: MakeTable, kim: str, lee: str, others: str) -> Shop:
    """Kim and lee came in the week before the campaign and did not take part; ann and bob took part."""
    spent = {"ann": "10.00", "bob": "6.00", "kim": kim, "lee": lee, "eve": others, "joe": others}
    users = table("user_id registered_at channel", [(name, "2023-01-01", "app") for name in spent])
    rows = [(f"{name}-1", name, "2024-12-01", "paid", "56.00") for name in spent]
    rows += [(f"{name}-2", name, "2025-02-28T20:00", "paid", amount) for name, amount in spent.items()]
    events = [("ann", "join", "2025-01-12"), ("bob", "join", "2025-01-12")]
    events += [("kim", "page_view", "2025-01-06"), ("lee", "page_view", "2025-01-06")]
    return users, table("order_id user_id ordered_at status amount", rows), table("user_id event occurred_at", events)


def test_visitors_who_buy_more_too_make_it_no_synergy(table: MakeTable) -> None:
    """Participants 8 against 5.5 of all others, 2.5; visitors among these 8 against 3: 5 without taking part."""
    pair = pair_of(visited(table, "9.00", "7.00", "3.00"))

    assert pair["effect_per_user"] == pytest.approx(2.5)
    assert pair["placebo"] == pytest.approx(5)
    assert (pair["passed"], pd.isna(pair["effect"])) == (False, True)


def test_a_placebo_next_to_nothing_leaves_the_amount(table: MakeTable) -> None:
    pair = pair_of(visited(table, "3.00", "3.00", "3.00"))

    assert pair["placebo"] == 0
    assert (pair["passed"], pair["effect"]) == (True, pytest.approx(10))


def test_newcomers_in_their_first_weeks_have_no_peers(shop: tuple[ibis.Table, ibis.Table, ibis.Table]) -> None:
    users, orders, events = shop
    how, soon = {"q/week": "register"}, campaigns("2025-02-13")

    (pair,) = synergy(users, orders, events, campaign_users(users, orders, events, soon, how), soon, how).to_dict(
        "records"
    )

    assert pair["matched"] == 0
    assert pd.isna(pair["effect_per_user"])


def test_no_campaign_with_a_window_is_no_pair(shop: tuple[ibis.Table, ibis.Table, ibis.Table]) -> None:
    none = campaigns().tail(1)

    assert overlap(campaign_users(*shop, none, HOW), none).empty
