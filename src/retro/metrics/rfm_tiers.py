"""RFM tiers: buyers of a year by tier, what they brought, and who moved."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd

from retro.metrics.money import as_money
from retro.metrics.orders import first_day
from retro.metrics.rfm import buyers
from retro.metrics.tiers import RECENT_DAYS, eight_tiers, tier_of, tiers
from retro.metrics.windows import DAY, WEEK, require
from retro.periods import Window

_YEAR_DAYS = 365
_TOP = 5
"""Without a threshold, one buyer in this many is of high value."""
_LEAST_DAYS = 2 * RECENT_DAYS
"""Days of history needed: over a shorter one nearly all buyers are recent."""
_COLUMNS = ("tier", "members", "share", "gmv", "gmv_share", "before", "left")


def rfm_tiers(orders: ibis.Table, window: Window, *, high_value: Decimal | None = None) -> pd.DataFrame:
    """Count the buyers of the year up to the window's end in each of the eight tiers of RFM.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        window: The period, and until when it was observed; the year ends with it.
        high_value: From which amount bought in the year on a buyer is of high value, in the source's currency; where
            left out, what the top fifth of buyers reach.

    Returns:
        One row per tier of `eight_tiers`; none where less than 180 days of orders are there.
        - `tier` (str).
        - `members` (int), `share` (float): Buyers in it at the window's end, and over all buyers of the year.
        - `gmv` (Decimal), `gmv_share` (float): What they bought in the year, and over all that was bought.
        - `before` (int): Buyers in it when the window began, by the year up to then. Null where orders do not reach
          back so far.
        - `left` (int): Of these, who is in another tier at the end, or has not bought for a year. Null likewise.
        - `high_value` (Decimal), `days` (int): The threshold, and how many days of orders the tiers look at; the same
          in all rows.

    Examples:
        >>> rows = [("1", "ann", dt.datetime(2024, 7, 1), "paid", 9), ("2", "bob", dt.datetime(2025, 1, 5), "paid", 3)]
        >>> orders = ibis.memtable(rows, columns=["order_id", "user_id", "ordered_at", "status", "amount"])
        >>> january = Window(dt.datetime(2025, 1, 1), dt.datetime(2025, 2, 1), dt.datetime(2025, 2, 1))
        >>> frame = rfm_tiers(orders, january, high_value=Decimal(5))
        >>> frame.loc[frame["members"] > 0, ["tier", "members", "gmv"]]
                      tier  members   gmv
        3   important_save        1  9.00
        5  general_develop        1  3.00
    """
    require(orders, "orders", "amount")
    end, since = window.observed_end, first_day(orders, window.observed_end)
    if since is None or end - since < _LEAST_DAYS * DAY:
        return pd.DataFrame(columns=[*_COLUMNS, "high_value", "days"])
    now = _bought(orders, end)
    reached = _top_fifth(now) if high_value is None else high_value
    rules = eight_tiers(float(reached))
    frame = tiers(now, rules).rename(columns={"amount": "gmv"})
    total = sum(frame["gmv"], Decimal(0))
    frame["gmv_share"] = [float(gmv / total) if total else float("nan") for gmv in frame["gmv"]]
    reaches_back = since <= window.start - _YEAR_DAYS * DAY + WEEK
    moved = _moved(_bought(orders, window.start), now, rules) if reaches_back else {}
    for place, name in enumerate(("before", "left")):
        counts = [moved.get(tier, (0, 0))[place] if reaches_back else None for tier in frame["tier"]]
        frame[name] = pd.array(counts, dtype="Int64")
    same = pd.Series([reached] * len(frame), dtype=object)
    return frame[list(_COLUMNS)].assign(high_value=same, days=min(_YEAR_DAYS, (end - since) // DAY))


def _bought(orders: ibis.Table, until: dt.datetime) -> ibis.Table:
    """Buyers of the year up to a moment."""
    return buyers(orders.filter(orders.ordered_at >= until - _YEAR_DAYS * DAY), observed_until=until)


def _top_fifth(bought: ibis.Table) -> Decimal:
    """The amount that the last buyer of the top fifth reaches; 0 without buyers."""
    place = (int(bought.count().execute()) - 1) // _TOP
    amounts = bought.order_by(ibis.desc("amount")).limit(1, offset=max(place, 0)).amount.execute()
    return as_money(amounts.max())


def _moved(before: ibis.Table, now: ibis.Table, rules: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Buyers by tier, and those who left it."""
    old = before.select(old_id="user_id", old=tier_of(before, rules))
    both = old.left_join(now.select("user_id", tier=tier_of(now, rules)), old.old_id == now.user_id)
    elsewhere = (both.tier.isnull() | (both.tier != both.old)).ifelse(1, 0)
    counted = both.group_by("old").aggregate(members=both.count(), gone=elsewhere.sum()).execute()
    return {row["old"]: (int(row["members"]), int(row["gone"])) for row in counted.to_dict("records")}
