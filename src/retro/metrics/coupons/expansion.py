"""Expanding coupons: how many expanded, how many were used, and what the subsidy bought."""

from collections.abc import Mapping
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.economics import UnitEconomics
from retro.metrics.attribution import cents, from_cents
from retro.metrics.experiments.intervals import newcombe
from retro.metrics.intervals import wilson
from retro.metrics.links import named_by_nobody
from retro.metrics.orders import valid_orders
from retro.metrics.pnl.orders import order_economics
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window
from retro.privacy import few

GROUPS = ("expanded", "not_expanded", "all")

_SUMS = ("issued", "used", "linked", "face_issued", "face", "subsidy_issued", "subsidy", "gmv", "left", "unknown")


def coupon_expansion(
    orders: ibis.Table, coupons: ibis.Table, shop: Shop, window: Window, *, campaign_id: str, economics: UnitEconomics
) -> pd.DataFrame:
    """Count a campaign's expanding coupons (膨胀金券) from issue to use, expanded ones beside the others.

    Users choose to expand, so the difference of the two is a correlation, not an effect.

    Args:
        orders: As in `order_economics`.
        coupons: One row per coupon: `campaign_id`, `face_amount` (what it takes off now), `issued_at`, `order_id`, and
            `issued_face_amount` (what it took off when it was issued; null where it cannot expand), `expanded_at`.
        shop: As in `order_economics`.
        campaign_id: Whose coupons.
        window: The campaign.
        economics: As in `order_economics`.

    Returns:
        One row each for `expanded`, `not_expanded` and `all`; none where the shop has no coupons that can expand.
        - `group` (str): Which.
        - `issued`, `used` (int): Issued before the end; of these, used in the window, on a valid order or on one that
          nobody knows.
        - `expanding_redemption_rate`, `low`, `high` (float): `used` over `issued`, with its 95 % Wilson interval. NaN
          without any.
        - `gain`, `gain_low`, `gain_high` (float): On `all`, the use rate of the expanded less that of the others, with
          Newcombe's interval. NaN elsewhere, and where one of the two groups is empty.
        - `face_issued`, `face` (Decimal): Face value of the issued ones before and after they expanded.
        - `subsidy_issued`, `subsidy` (Decimal): The same of those used on a known order; the latter is what they took
          off.
        - `gmv`, `contribution` (Decimal): Paid for the orders of the used ones; what that left after returns and goods,
          before handling and campaign cost. None where 1 to 4 were used, contribution also where goods' costs are not
          known.
        - `gmv_per_subsidy`, `contribution_per_subsidy` (float): Over `subsidy`. NaN where either is not known.
    """
    require(coupons, "coupons", "face_amount", "issued_at", "order_id")
    if not {"issued_face_amount", "expanded_at", "campaign_id"} <= set(coupons.columns):
        return _frame({})
    own = coupons.filter(
        coupons.campaign_id == campaign_id, coupons.issued_face_amount.notnull(), coupons.issued_at < window.end
    )
    table = order_economics(valid_orders(orders), {**shop, "coupons": coupons}, economics)
    table = table.filter(window.holds(table.ordered_at))
    table = table.select("order_id", "paid", "goods", left=table.paid - table.returned - table.goods)
    held = named_by_nobody(own, orders).left_join(table, "order_id")
    used = held.paid.notnull()
    unlinked = held.unlinked & window.holds(held.used_at) if "used_at" in held.columns else ibis.literal(value=False)
    face, first = cents(held.face_amount), cents(held.issued_face_amount)
    counted = held.group_by(expanded=held.expanded_at.notnull() & (held.expanded_at < window.end)).aggregate(
        issued=held.count(),
        used=_where(used | unlinked.fill_null(ibis.literal(value=False)), 1),
        linked=_where(used, 1),
        face_issued=first.sum(),
        face=face.sum(),
        subsidy_issued=_where(used, first),
        subsidy=_where(used, face),
        gmv=_where(used, held.paid),
        left=_where(used, held.left.fill_null(0)),
        unknown=_where(used & held.goods.isnull(), 1),
    )
    counted = counted.execute()
    return _frame({bool(row["expanded"]): row for row in counted.to_dict("records")})


def _where(condition: ibis.Value, value: Any) -> ibis.Value:  # noqa: ANN401 - a column or a number
    return ibis.ifelse(condition, value, 0).sum()


def _frame(found: Mapping[bool, Mapping[str, Any]]) -> pd.DataFrame:
    if not found:
        return pd.DataFrame(columns=_COLUMNS)
    grown, others = ({name: int(found.get(kind, {}).get(name, 0)) for name in _SUMS} for kind in (True, False))
    both = {name: grown[name] + others[name] for name in _SUMS}
    rows = [_row(group, sums) for group, sums in zip(GROUPS, (grown, others, both), strict=True)]
    frame = pd.DataFrame(rows)
    frame["low"], frame["high"] = wilson(frame["used"], frame["issued"])
    if grown["issued"] and others["issued"]:
        pair = (others["used"], others["issued"]), (grown["used"], grown["issued"])
        gain = grown["used"] / grown["issued"] - others["used"] / others["issued"]
        frame.loc[frame["group"] == "all", ["gain", "gain_low", "gain_high"]] = [gain, *newcombe(*pair)]
    return frame[_COLUMNS]


def _row(group: str, sums: Mapping[str, int]) -> dict[str, Any]:
    shown = not few(sums["used"]) and not few(sums["linked"])
    subsidy = sums["subsidy"] if shown and sums["subsidy"] else np.nan
    left = sums["left"] if not sums["unknown"] else np.nan
    return {
        "group": group,
        "issued": sums["issued"],
        "used": sums["used"],
        "expanding_redemption_rate": sums["used"] / sums["issued"] if sums["issued"] else np.nan,
        "gain": np.nan,
        "gain_low": np.nan,
        "gain_high": np.nan,
        **{name: from_cents(sums[name]) for name in ("face_issued", "face")},
        **{name: from_cents(sums[name]) if shown else None for name in ("subsidy_issued", "subsidy", "gmv")},
        "contribution": from_cents(sums["left"]) if shown and not sums["unknown"] else None,
        "gmv_per_subsidy": sums["gmv"] / subsidy,
        "contribution_per_subsidy": left / subsidy,
    }


_COLUMNS = [
    "group", "issued", "used", "expanding_redemption_rate", "low", "high", "gain", "gain_low", "gain_high",
    "face_issued", "face", "subsidy_issued", "subsidy", "gmv", "contribution", "gmv_per_subsidy",
    "contribution_per_subsidy",
]  # fmt: skip
