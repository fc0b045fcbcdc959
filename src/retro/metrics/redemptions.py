"""Redemptions: points spent by day, reward and member, and the liability of the rest."""

import datetime as dt
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.metrics.money import as_count, as_money
from retro.metrics.points_balance import latest_balances
from retro.metrics.windows import day_number, day_of, days_of, require
from retro.periods import Window

REDEEM, EXPIRE = "redeem", "expire"


def redeemed_points(ledger: ibis.Table, window: Window) -> ibis.Table:
    """Redemptions of a window.

    Args:
        ledger: One row per entry: `user_id`, `occurred_at` (local), `kind`, `points`, `reward`.
        window: The campaign or period.

    Returns:
        A table with one row per redemption: `user_id`, `occurred_at`, `reward`, `points` (above 0).
    """
    require(ledger, "points_ledger", "user_id", "occurred_at", "kind", "points", "reward")
    spent = ledger.filter(ledger.kind == REDEEM, window.holds(ledger.occurred_at))
    return spent.select("user_id", "occurred_at", "reward", points=-spent.points)


def daily_redemptions(redeemed: ibis.Table, window: Window) -> pd.DataFrame:
    """Redemptions by local day.

    Args:
        redeemed: As `redeemed_points` returns it, over the same window.
        window: The campaign or period.

    Returns:
        One row per day that the window touches, in order.
        - `on` (date): Day.
        - `weekday` (int): 1, Monday, to 7.
        - `redemptions`, `points` (int): 0 on a day without.
        - `share` (float): `points` over those of the window. NaN where none were redeemed.
    """
    counted = (
        redeemed.group_by(number=day_number(redeemed.occurred_at))
        .aggregate(redemptions=redeemed.count(), points=redeemed.points.sum())
        .execute()
        .set_index("number")
    )
    numbers = days_of(window)
    found = counted.reindex(numbers).fillna(0).astype("int64")
    days = [day_of(number) for number in numbers]
    total = int(found["points"].sum())
    return pd.DataFrame(
        {
            "on": days,
            "weekday": [day.isoweekday() for day in days],
            "redemptions": found["redemptions"].to_numpy(),
            "points": found["points"].to_numpy(),
            "share": found["points"].to_numpy() / total if total else np.nan,
        }
    )


def rewards(redeemed: ibis.Table) -> pd.DataFrame:
    """What points were redeemed for.

    The arguments are those of `redeemed_points`; `redeemed` returns it.

    Returns:
        One row per reward, the one that took most points first; redemptions without one are left out.
        - `reward` (str).
        - `redemptions`, `points` (int).
        - `share` (float): `points` over those of all rewards.
    """
    frame: pd.DataFrame = (
        redeemed.filter(redeemed.reward.notnull())
        .group_by("reward")
        .aggregate(redemptions=lambda row: row.count(), points=lambda row: row.points.sum())
        .execute()
        .sort_values(["points", "reward"], ascending=[False, True], ignore_index=True)
        .astype({"redemptions": "int64", "points": "int64"})
    )
    return frame.assign(share=frame["points"] / (int(frame["points"].sum()) or 1))


def hoarders(ledger: ibis.Table, joined: ibis.Table, window: Window) -> pd.DataFrame:
    """Count participants who redeemed nothing while the campaign ran, and their points.

    Args:
        ledger: One row per entry: `entry_id`, `user_id`, `occurred_at` (local), `kind`, `points`, `balance_after`.
        joined: One row per participant: `user_id`.
        window: The campaign.

    Returns:
        One row.
        - `participants`, `hoarders` (int): Participants with points at the end; those of them who redeemed nothing in
          the window.
        - `points`, `hoarded` (int): What both hold at the end.
    """
    require(ledger, "points_ledger", "entry_id", "user_id", "occurred_at", "kind", "points", "balance_after")
    balances = latest_balances(ledger.filter(ledger.occurred_at < window.end))
    own = balances.filter(balances.balance_after > 0).semi_join(joined, "user_id")
    spent = ledger.filter(ledger.kind == REDEEM, window.holds(ledger.occurred_at))
    idle = own.anti_join(spent, "user_id")
    (people, points), (few, hoarded) = (_count_and_sum(table) for table in (own, idle))
    return pd.DataFrame([{"participants": people, "hoarders": few, "points": points, "hoarded": hoarded}])


def _count_and_sum(balances: ibis.Table) -> tuple[int, int]:
    found = balances.aggregate(people=balances.count(), points=balances.balance_after.sum()).execute().iloc[0]
    return int(found["people"]), as_count(found["points"])


def points_liability(
    ledger: ibis.Table, *, observed_until: dt.datetime, cost_per_point: Decimal | None = None
) -> pd.DataFrame:
    """Compute the cost of the points that members still hold.

    Breakage is measured, not assumed: of the points whose fate is known, redeemed or expired, the share that expired.

    Args:
        ledger: One row per entry: `entry_id`, `user_id`, `occurred_at` (local), `kind`, `points`, `balance_after`.
        observed_until: Until when the ledger was observed, local, exclusive.
        cost_per_point: What a redeemed point costs, in the source's currency; None where it is not known.

    Returns:
        One row.
        - `outstanding` (int): Points that members hold.
        - `redeemed`, `expired` (int): Points whose fate is known, over all the ledger.
        - `points_breakage_rate` (float): `expired` over both. NaN where there are none.
        - `most` (Decimal): `outstanding` at cost, if every point is redeemed. None where the cost is not known.
        - `liability` (Decimal): The same less breakage. None likewise, and where breakage is not known.
    """
    require(ledger, "points_ledger", "entry_id", "user_id", "occurred_at", "kind", "points", "balance_after")
    seen = ledger.filter(ledger.occurred_at < observed_until)
    _, outstanding = _count_and_sum(latest_balances(seen))
    gone = seen.filter(seen.kind.isin([REDEEM, EXPIRE])).group_by("kind").aggregate(points=lambda row: row.points.sum())
    fates = {row.kind: -int(row.points) for row in gone.execute().itertuples()}
    redeemed, expired = fates.get(REDEEM, 0), fates.get(EXPIRE, 0)
    known = redeemed + expired
    most = None if cost_per_point is None else as_money(outstanding * cost_per_point)
    liability = None
    if most is not None and known:
        liability = as_money(outstanding * cost_per_point * redeemed / known)  # type: ignore[operator]  # as `most`
    return pd.DataFrame(
        [
            {
                "outstanding": outstanding,
                "redeemed": redeemed,
                "expired": expired,
                "points_breakage_rate": expired / known if known else np.nan,
                "most": most,
                "liability": liability,
            }
        ]
    )
