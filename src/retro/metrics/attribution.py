"""Attribution: assign each order to one campaign where several ran at once, to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.money import as_money
from retro.metrics.orders import valid_orders
from retro.metrics.windows import require
from retro.periods import Window

Policy = Literal["last_touch", "first_touch", "split"]
POLICIES: tuple[Policy, ...] = get_args(Policy)

TO_CENTS = 100


@dataclass(frozen=True)
class Claim:
    """A campaign (`campaign_id`) that claims the orders placed while it ran (`window`)."""

    campaign_id: str
    window: Window


def claims(windows: Mapping[str, Window]) -> tuple[Claim, ...]:
    """The claims of campaigns, from their windows by id."""
    return tuple(Claim(campaign_id, window) for campaign_id, window in windows.items())


def attribution(orders: ibis.Table, claims: Sequence[Claim], *, policy: Policy = "last_touch") -> pd.DataFrame:
    """Attribute all valid orders to the campaigns that claim them.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        claims: The campaigns, each once.
        policy: Where windows overlap, the order belongs to the campaign that began last (`last_touch`) or first
            (`first_touch`), or to all of them in equal parts (`split`), cents that do not divide going to the one that
            began first. Of campaigns that began together the one first by name counts as the earlier.

    Returns:
        One row per campaign, in the order of their starts, then one for unattributed orders.
        - `campaign_id` (str): Campaign; None for unattributed orders.
        - `claimed` (int): Orders inside its window; None for unattributed.
        - `orders` (Decimal): Orders attributed to it; halves and thirds of orders where they are split.
        - `gmv` (Decimal): Their amounts.
        - `claimed_gmv` (Decimal): What it would claim if no other campaign did; None for unattributed.

    Raises:
        MetricError: Claims repeat, the policy is unknown, or the parts do not add up to all orders to the cent.
    """
    require(orders, "orders", "amount")
    valid = valid_orders(orders).mutate(cents=cents(orders.amount))
    ranked = _ranked(claims, policy)
    rows = []
    for claim in ranked:
        own = attributed(valid, ranked, claim.campaign_id, policy=policy, columns=("cents",))
        inside = valid.filter(claim.window.holds(valid.ordered_at)).aggregate(
            claimed=lambda row: row.count(), gmv=lambda row: row.cents.sum()
        )
        (mine,) = own.aggregate(orders=own.part.sum(), gmv=own.cents.sum()).execute().itertuples()
        (all_,) = inside.execute().itertuples()
        rows.append(
            (claim.campaign_id, int(all_.claimed), as_money(mine.orders), from_cents(mine.gmv), from_cents(all_.gmv))
        )
    frame = pd.DataFrame(rows, columns=["campaign_id", "claimed", "orders", "gmv", "claimed_gmv"], dtype=object)
    return _tied(frame, valid, ranked)


def attributed(
    orders: ibis.Table, claims: Sequence[Claim], campaign_id: str, *, policy: Policy, columns: Sequence[str]
) -> ibis.Table:
    """The orders of one campaign, their `columns` of cents reduced to its part, and `part` (float), that share.

    The parts of an order always add up to the order. `policy` is that of `attribution`.
    """
    ranked = _ranked(claims, policy)
    place = next((place for place, claim in enumerate(ranked) if claim.campaign_id == campaign_id), None)
    if place is None:
        raise MetricError(f"attribution: campaign_id must be one of the claims, got {campaign_id!r}.")
    flags = [ibis.ifelse(claim.window.holds(orders.ordered_at), 1, 0) for claim in ranked]
    earlier = sum(flags[:place], ibis.literal(0))
    later = sum(flags[place + 1 :], ibis.literal(0))
    own = flags[place] == 1
    if policy == "split":
        number = earlier + later + 1
        parts = {name: orders[name] // number + ibis.ifelse(earlier < orders[name] % number, 1, 0) for name in columns}
        return orders.mutate(part=1.0 / number, **parts).filter(own)
    alone = later == 0 if policy == "last_touch" else earlier == 0
    return orders.mutate(part=ibis.literal(1.0)).filter(own & alone)


def cents(amount: ibis.Value) -> ibis.Value:
    """An amount as a whole number of cents: exact on every engine, unlike quotients of decimals."""
    return (amount * TO_CENTS).round().cast("int64")


def from_cents(value: object) -> Decimal:
    """A sum of cents as an amount; 0 where there was nothing to add up.

    Examples:
        >>> from_cents(1050), from_cents(None)
        (Decimal('10.50'), Decimal('0.00'))
    """
    return as_money(as_money(value) / TO_CENTS)


def _ranked(claims: Sequence[Claim], policy: str) -> list[Claim]:
    if policy not in POLICIES:
        raise MetricError(f"attribution: policy must be one of {', '.join(POLICIES)}, got {policy!r}.")
    names = [claim.campaign_id for claim in claims]
    if len(set(names)) < len(names):
        raise MetricError(f"attribution: campaigns must be given once each, got {', '.join(names)}.")
    return sorted(claims, key=lambda claim: (claim.window.start, claim.campaign_id))


def _tied(frame: pd.DataFrame, valid: ibis.Table, claims: Sequence[Claim]) -> pd.DataFrame:
    """Append what nobody claims, counted on its own, and hold the sum against all orders."""
    claimed = sum((ibis.ifelse(claim.window.holds(valid.ordered_at), 1, 0) for claim in claims), ibis.literal(0))
    rest = valid.filter(claimed == 0).aggregate(orders=lambda row: row.count(), gmv=lambda row: row.cents.sum())
    (free,) = rest.execute().itertuples()
    total = as_money(valid.amount.sum().execute())
    row = {"campaign_id": None, "claimed": None, "orders": as_money(free.orders), "gmv": from_cents(free.gmv)}
    frame = pd.concat([frame, pd.DataFrame([row | {"claimed_gmv": None}], dtype=object)])
    added = sum(frame["gmv"], Decimal(0))
    if added != total:
        raise MetricError(
            f"attribution: attributed and unattributed GMV must add up to {total}, got {added}. "
            "Check orders for amounts below a cent."
        )
    return frame.reset_index(drop=True)
