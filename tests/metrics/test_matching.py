import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.metrics.matching import matched_participants, matched_weeks
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WINDOW = Window(at("2025-03-01"), at("2025-03-08"))


def shop(table: MakeTable, taking: list[str]) -> tuple[ibis.Table, ibis.Table, ibis.Table]:
    """Ann and bob bought for 7 in the week before, cat for nothing; in the campaign ann buys for 21, bob for 14."""
    users = table(
        "user_id registered_at channel",
        [(name, "2024-01-01T00:00", "app") for name in ("ann", "bob", "cat", "dan")],
    )
    orders = table(
        "order_id user_id ordered_at status amount",
        [
            ("0", "ann", "2025-02-20T10:00", "paid", "7.00"),
            ("1", "bob", "2025-02-20T10:00", "paid", "7.00"),
            ("2", "ann", "2025-02-25T10:00", "paid", "7.00"),
            ("3", "bob", "2025-02-25T10:00", "paid", "7.00"),
            ("4", "ann", "2025-03-02T10:00", "paid", "21.00"),
            ("5", "bob", "2025-03-02T10:00", "paid", "14.00"),
            ("6", "ann", "2025-03-02T10:00", "refunded", "99.00"),
        ],
    )
    return users, orders, table("user_id", [(name,) for name in taking])


def test_participants_stand_beside_people_of_their_own_stratum(table: MakeTable) -> None:
    users, orders, participants = shop(table, ["ann", "ann", "cat"])

    (row,) = matched_participants(users, orders, participants, WINDOW, before_days=7).to_dict("records")

    assert (row["participants"], row["matched"], row["strata"]) == (2, 2, 2)
    assert row["effect_per_user"] == pytest.approx((21 - 14) / 2)
    assert row["effect"] == pytest.approx(7)
    assert row["placebo_per_user"] == 0


def test_a_participant_without_anyone_alike_is_counted_and_left_out(table: MakeTable) -> None:
    users, orders, participants = shop(table, ["ann", "bob", "cat"])

    (row,) = matched_participants(users, orders, participants, WINDOW, before_days=7).to_dict("records")

    assert (row["participants"], row["matched"]) == (3, 1)
    assert row["matched_rate"] == pytest.approx(1 / 3)


def test_the_effect_is_the_change_of_value_over_the_window(table: MakeTable) -> None:
    users = table("user_id registered_at", [(f"u{number}", "2024-01-01T00:00") for number in range(20)])
    rows = [(f"b{n}", f"u{n}", "2025-02-25T10:00", "paid", "7.00") for n in range(20)]
    rows += [(f"a{n}", f"u{n}", "2025-03-02T10:00", "paid", "21.00" if n % 2 else "14.00") for n in range(20)]
    orders = table("order_id user_id ordered_at status amount", rows)
    participants = table("user_id", [(f"u{number}",) for number in range(1, 20, 2)])

    (row,) = matched_participants(users, orders, participants, WINDOW, before_days=7).to_dict("records")

    assert row["effect_per_user"] == pytest.approx(7)
    assert row["effect"] == pytest.approx(7 * row["matched"])
    assert row["low"] == pytest.approx(7)


def test_nobody_taking_part_has_no_effect_rather_than_zero(table: MakeTable) -> None:
    users, orders, participants = shop(table, [])

    (row,) = matched_participants(users, orders, participants, WINDOW, before_days=7).to_dict("records")

    assert row["participants"] == 0
    assert row["matched_rate"] != row["matched_rate"]
    assert row["effect_per_user"] != row["effect_per_user"]


def test_the_placebo_is_the_same_one_period_earlier(table: MakeTable) -> None:
    """Alike in the earlier period, ann then doubled what she bought in the one before the start."""
    users = table("user_id registered_at", [("ann", "2024-01-01T00:00"), ("bob", "2024-01-01T00:00")])
    rows = [("0", "ann", "2025-02-20T10:00", "paid", "7.00"), ("1", "bob", "2025-02-20T10:00", "paid", "7.00")]
    rows += [("2", "ann", "2025-02-25T10:00", "paid", "14.00"), ("3", "bob", "2025-02-25T10:00", "paid", "7.00")]
    orders = table("order_id user_id ordered_at status amount", rows)

    (row,) = matched_participants(users, orders, table("user_id", [("ann",)]), WINDOW, before_days=7).to_dict("records")

    assert row["placebo_per_user"] == pytest.approx(7)
    assert row["matched"] == 0  # before the start they are in different classes
    assert row["effect_per_user"] != row["effect_per_user"]


def test_people_who_bought_lately_are_not_like_those_who_did_long_ago(table: MakeTable) -> None:
    users = table("user_id registered_at", [("ann", "2024-01-01T00:00"), ("bob", "2024-01-01T00:00")])
    rows = [("0", "ann", "2025-02-27T10:00", "paid", "7.00"), ("1", "bob", "2025-02-02T10:00", "paid", "7.00")]
    orders = table("order_id user_id ordered_at status amount", rows)
    (row,) = matched_participants(users, orders, table("user_id", [("ann",)]), WINDOW, before_days=28).to_dict(
        "records"
    )

    assert (row["participants"], row["matched"]) == (1, 0)


def test_both_lines_are_of_alike_people_week_by_week(table: MakeTable) -> None:
    users, orders, participants = shop(table, ["ann", "cat"])

    frame = matched_weeks(users, orders, participants, WINDOW, before_days=7)

    assert frame["week"].tolist() == [-2, -1, 0]
    assert frame["on"].tolist() == [dt.date(2025, 2, 15), dt.date(2025, 2, 22), dt.date(2025, 3, 1)]
    assert frame["participants"].tolist() == pytest.approx([3.5, 3.5, 10.5])  # ann's and cat's nothing
    assert frame["others"].tolist() == pytest.approx([3.5, 3.5, 7])


def test_nobody_matched_has_no_weeks(table: MakeTable) -> None:
    assert matched_weeks(*shop(table, []), window=WINDOW, before_days=7).empty
