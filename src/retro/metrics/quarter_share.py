"""Quarter share: GMV of a campaign and of its returning buyers over that of the quarter."""

import datetime as dt
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.metrics.history import missing_days
from retro.metrics.intervals import rate_of
from retro.metrics.money import as_count, as_money, known_count
from retro.metrics.orders import buyers_of, valid_orders, with_amounts
from retro.metrics.windows import check_at_least, day_number, whole_days_until
from retro.periods import Window

_QUARTER = 3

_Sums = tuple[int | None, int, Decimal]


def quarter_share(orders: ibis.Table, window: Window, *, days: int = 30) -> pd.DataFrame:
    """Sum GMV of a campaign, of its buyers in the days after, and of the quarter.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`; `amount` where the shop
            keeps it.
        window: The campaign or period; it says until when orders were observed.
        days: Days after a buyer's first order in the window, from the next day, that count as a return.

    Returns:
        Three rows: `campaign`, `returned` and `quarter`.
        - `what` (str): Which.
        - `buyers` (int): Buyers in it; of `returned`, buyers of the campaign who bought again. In that row all is
          missing where none of them is known, or was observed for long enough.
        - `orders` (int), `gmv` (Decimal): Valid orders. Of `returned`, also those after the end of the quarter.
          Without amounts `gmv` is None.
        - `share` (float): `gmv` over the quarter's; without amounts `orders` over its. NaN where that is 0, in the row
          `quarter`, and where orders lack days of the quarter.
        - `of` (int): In the row `returned`, buyers of the campaign whose `days` days were wholly observed; `rate`,
          `low`, `high` (float): `buyers` over `of` (Wilson). Missing in the other rows, and where `of` is 0.
        - `state` (str): `observed`; `partial` where the quarter, or some buyers' days, were not over; `lacking` where
          orders do not know all of its days so far, such as those before they begin; of `returned` `unknown` where
          orders name no buyer.
    """
    check_at_least("days", days, 1)
    valued = "amount" in orders.columns
    valid = with_amounts(valid_orders(orders))
    known = valid.filter(valid.ordered_at < window.observed)
    whole = _quarter(window.start)
    campaign, quarter = _sums(known, window), _sums(known, whole)
    back, of, missing = _back(known, window, whole_days_until(window.observed), days)
    lacks = missing_days(known, "ordered_at", Window(whole.start, min(whole.end, window.observed)))

    def told(sums: _Sums) -> tuple[int | None, int, Decimal | None, float]:
        sold, total = (sums[2], quarter[2]) if valued else (Decimal(sums[1]), Decimal(quarter[1]))
        return *sums[:2], sums[2] if valued else None, float(sold / total) if total and not lacks else np.nan

    returned = told(back) if of else (pd.NA, pd.NA, None, np.nan)
    rate = rate_of(as_count(back[0]), of).values()
    over = "lacking" if lacks else "observed" if window.observed >= whole.end else "partial"
    return pd.DataFrame(
        [
            ("campaign", *told(campaign), pd.NA, np.nan, np.nan, np.nan, over),
            ("returned", *returned, of, *rate, "unknown" if campaign[0] is None else "partial" if missing else over),
            ("quarter", *told(quarter)[:3], np.nan, pd.NA, np.nan, np.nan, np.nan, over),
        ],
        columns=["what", "buyers", "orders", "gmv", "share", "of", "rate", "low", "high", "state"],
    )


def _quarter(moment: dt.datetime) -> Window:
    """The calendar quarter of a moment."""
    month = (moment.month - 1) // _QUARTER * _QUARTER + 1
    first = dt.datetime(moment.year, month, 1)  # noqa: DTZ001 - local, as every column
    following = dt.datetime(first.year + month // 10, (month + 2) % 12 + 1, 1)  # noqa: DTZ001 - same
    return Window(first, following)


def _sums(valid: ibis.Table, window: Window) -> _Sums:
    return _counted(valid.filter(window.holds(valid.ordered_at)))


def _counted(inside: ibis.Table) -> _Sums:
    asked = {"buyers": buyers_of(inside), "orders": inside.count(), "gmv": inside.amount.sum()}
    (row,) = inside.aggregate(**asked).execute().itertuples()
    return known_count(row.buyers), int(row.orders), as_money(row.gmv)


def _back(valid: ibis.Table, window: Window, whole: int, days: int) -> tuple[_Sums, int, bool]:
    """What buyers of the window bought in the days after; how many of them were observed for so long; if all were."""
    valid = valid.filter(valid.user_id.notnull())
    inside = valid.filter(window.holds(valid.ordered_at))
    buyers = inside.group_by("user_id").aggregate(since=day_number(inside.ordered_at).min())
    ripe = buyers.filter(buyers.since + days < whole)
    (counted,) = buyers.aggregate(all=buyers.count(), ripe=(buyers.since + days < whole).sum()).execute().itertuples()
    later = valid.join(ripe, "user_id")
    on = day_number(later.ordered_at)
    found = _counted(later.filter(on > later.since, on <= later.since + days, later.ordered_at >= window.end))
    of = as_count(counted.ripe)
    return found, of, of < int(counted.all)
