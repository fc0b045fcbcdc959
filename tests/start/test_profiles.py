"""What the profile of a table says of its days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from retro.start.profiles import profiles
from retro.start.roles import load_kinds
from shops import opened

BEGIN = dt.datetime(2025, 3, 1, 9)
DAY = dt.timedelta(days=1)


def test_days_too_quiet_to_be_chance_are_told_from_days_that_are_empty_by_chance(tmp_path: Path) -> None:
    """Twenty orders a day but on 9 and 10 March; a refund on every other day says nothing of the days between."""
    busy = [BEGIN + day * DAY for day in range(42) if day not in {8, 9}]
    orders = [(f"{at}{number}", at, "paid") for at in busy for number in range(20)]
    refunds = [(f"{at}", f"{at}0", at) for at in busy[::2]]
    tables = opened(
        tmp_path,
        {
            "orders": ("order_id ordered_at status", orders),
            "refunds": ("refund_id order_id refunded_at", refunds),
        },
        None,
    )

    found = {one.table: one for one in profiles(tables, load_kinds())}

    assert found["orders"].hole_words == found["orders"].lost_words == "2025-03-09 – 2025-03-10"
    assert len(found["refunds"].holes) > 5
    assert found["refunds"].lost == ((dt.date(2025, 3, 9), dt.date(2025, 3, 10)),), "no table has a row"
