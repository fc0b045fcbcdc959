"""Points of a campaign: what it gave out, what of that is still to be redeemed, and what that costs."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

import ibis

from retro.economics import UnitEconomics
from retro.metrics.money import as_money
from retro.metrics.points_balance import latest_balances
from retro.metrics.shop import Shop
from retro.metrics.windows import require

_NOT_ISSUED = ("redeem", "expire", "opening")


class PointsCost(NamedTuple):
    """What points of a campaign cost.

    Attributes:
        points: Points given out, or those of them that are still out.
        cost: Theirs, less breakage; None where a point's cost is not known.
        breakage: Share of them that is expected never to be redeemed.
        out: Whether only those that are still out count.
    """

    points: Decimal
    cost: Decimal | None
    breakage: float
    out: bool = False


def points_cost(
    shop: Shop, campaign_id: str, economics: UnitEconomics, observed_until: dt.datetime, cost_per_point: Decimal | None
) -> PointsCost | None:
    """Cost a campaign's points; None where it gave out none.

    With `economics.point_cost` all points that were given out count at it. Without it those that are still out count at
    `cost_per_point`: what was redeemed is in prices and booked prizes already. Breakage then is what the ledger shows:
    of the points whose fate is known, the share that expired. Of a member's points the campaign's go last.

    Args:
        shop: `points_ledger` (`campaign_id`, `kind`, `points`; for points that are out also `entry_id`, `user_id`,
            `occurred_at`, `balance_after`), where the shop has it.
        campaign_id: Whose points.
        economics: With `point_cost` and `point_breakage_rate`.
        observed_until: Until when the ledger was observed, local, exclusive.
        cost_per_point: What a redeemed point costs.
    """
    if "points_ledger" not in shop:
        return None
    ledger = shop["points_ledger"]
    require(ledger, "points_ledger", "campaign_id", "kind", "points")
    own = ledger.filter((ledger.campaign_id == campaign_id) & ~ledger.kind.isin(list(_NOT_ISSUED)))
    issued = as_money(own.points.sum().execute())
    if not issued:
        return None
    if economics.point_cost is not None:
        kept = issued * economics.point_cost * (1 - economics.point_breakage_rate)
        return PointsCost(issued, kept.quantize(Decimal("0.01")), float(economics.point_breakage_rate))
    if cost_per_point is None or "balance_after" not in ledger.columns:
        return PointsCost(issued, None, 0.0)
    seen = ledger.filter(ledger.occurred_at < observed_until)
    given = (
        own.filter(own.occurred_at < observed_until).group_by("user_id").aggregate(given=lambda row: row.points.sum())
    )
    held = given.inner_join(latest_balances(seen), "user_id")
    out = as_money(ibis.greatest(ibis.least(held.given, held.balance_after), 0).sum().execute())
    breakage = _breakage(seen)
    kept = out * cost_per_point * (1 - breakage)
    return PointsCost(out, kept.quantize(Decimal("0.01")), float(breakage), out=True)


def _breakage(ledger: ibis.Table) -> Decimal:
    """Points that expired over those whose fate is known; 0, the dearest, where none is."""
    gone = ledger.filter(ledger.kind.isin(["redeem", "expire"])).group_by("kind").aggregate(points=ledger.points.sum())
    fates = {row.kind: as_money(row.points) for row in gone.execute().itertuples()}
    known = sum(fates.values(), Decimal(0))
    return fates.get("expire", Decimal(0)) / known if known else Decimal(0)
