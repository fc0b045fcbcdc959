"""Ads: impressions, clicks, cost and conversions by channel, platform's campaign and ad."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

LEVELS = ("channel", "ad_campaign", "ad_id")
"""What ads are told by, from the coarsest on; a shop without `ad_campaign` has no such level."""

TOTAL = "total"
MOST = 10
"""Ads and platform campaigns that are told, those that cost most; the rest are one row."""

REST = "rest"
_THOUSAND = 1000


def ads(ads: ibis.Table, shop: Shop, window: Window, *, campaign_id: str | None = None) -> pd.DataFrame:
    """Sum what ads of a campaign showed, cost and brought, by channel, platform's campaign and ad.

    Args:
        ads: One row per ad and day: `shown_on`, `channel`, `ad_id`, `impressions`, `clicks`, `cost`; perhaps
            `ad_campaign`, `campaign_id`, `conversions`.
        shop: `orders` with `ordered_at`, `status` and `amount`, where the shop has it.
        window: The campaign; ads of a local day that it touches count.
        campaign_id: Whose ads; those of no campaign count too, those of another do not. Those of all where it is None.

    Returns:
        One row per channel, platform's campaign and ad, the most expensive first within each, then `total`; no rows
        where no ad was shown. Beyond the first `MOST` of a level the others are one row.
        - `level` (str): `channel`, `ad_campaign`, `ad_id`, `total`. `name` (str): Its name; `rest` for the others.
        - `impressions`, `clicks`, `conversions` (object, int): Sums; `conversions` None where they are not known.
        - `cost` (Decimal): Charged.
        - `ctr` (float): `clicks` over `impressions`. `conversion_rate` (float): `conversions` over `clicks`. NaN where
          either is missing or the denominator is 0.
        - `cpc`, `cpm`, `cpa` (Decimal): `cost` per click, per 1,000 impressions, per conversion. None without any.
        - `gmv` (Decimal), `cost_share` (float): In the total, sales of the window, and `cost` over them; else None and
          NaN. Nothing says which sales an ad brought.
    """
    require(ads, "ads", "shown_on", "channel", "ad_id", "impressions", "clicks", "cost")
    own = ads.filter(ads.shown_on >= window.start.date(), ads.shown_on <= window.last_day)
    if "campaign_id" in ads.columns and campaign_id is not None:
        own = own.filter((own.campaign_id == campaign_id) | own.campaign_id.isnull())
    frames = [_level(own, name) for name in LEVELS if name in ads.columns]
    whole = _summed(own.aggregate(**_sums(own)).execute()).assign(level=TOTAL, name=TOTAL)
    if not int(whole["impressions"].iloc[0] or 0):
        return pd.DataFrame(columns=list(_COLUMNS))
    frame = pd.concat([*frames, whole], ignore_index=True)
    gmv = _gmv(shop, window)
    rows = [_rates(row, gmv if row["level"] == TOTAL else None) for row in frame.to_dict("records")]
    told = pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)
    return told.astype(dict.fromkeys(("ctr", "conversion_rate", "cost_share"), "float64"))


_COLUMNS = (
    "level", "name", "impressions", "clicks", "conversions", "cost", "ctr", "conversion_rate", "cpc", "cpm", "cpa",
    "gmv", "cost_share",
)  # fmt: skip


def _sums(ads: ibis.Table) -> dict[str, Any]:
    sums = {name: ads[name].sum() for name in ("impressions", "clicks", "cost")}
    return sums | ({"conversions": ads.conversions.sum()} if "conversions" in ads.columns else {})


def _level(ads: ibis.Table, name: str) -> pd.DataFrame:
    """The rows of a level, the most expensive first; beyond `MOST` one row of the others."""
    found = _summed(ads.group_by(name=ads[name]).aggregate(**_sums(ads)).execute())
    found = found.sort_values(["cost", "name"], ascending=[False, True], ignore_index=True)
    if name != LEVELS[0] and len(found) > MOST:
        rest = found.iloc[MOST:]
        counted = ("impressions", "clicks", "cost", "conversions")
        sums = {one: rest[one].sum() if rest[one].notna().all() else None for one in counted}
        found = pd.concat([found.head(MOST), pd.DataFrame([{**sums, "name": REST}], dtype=object)], ignore_index=True)
    return found.assign(level=name)


def _summed(frame: pd.DataFrame) -> pd.DataFrame:
    """Sums of an engine as whole numbers and decimals; conversions that are not known stay so."""
    counts = ("impressions", "clicks", "conversions")
    given = {name: frame[name] if name in frame.columns else [None] * len(frame) for name in counts}
    told: dict[str, Sequence[Any]] = {
        name: [None if pd.isna(value) else int(value) for value in values] for name, values in given.items()
    }
    told["cost"] = [as_money(value) for value in frame["cost"]]
    return frame.assign(**{name: pd.Series(values, index=frame.index, dtype=object) for name, values in told.items()})


def _gmv(shop: Shop, window: Window) -> Decimal | None:
    """Sales of the window; None where the shop does not know them."""
    if "orders" not in shop or "amount" not in shop["orders"].columns:
        return None
    valid = valid_orders(shop["orders"])
    return as_money(valid.filter(window.holds(valid.ordered_at)).amount.sum().execute())


def _rates(row: dict[Any, Any], gmv: Decimal | None) -> dict[str, Any]:
    shown, clicks, brought, cost = row["impressions"], row["clicks"], row["conversions"], row["cost"]
    return {
        **row,
        "ctr": clicks / shown if shown else np.nan,
        "conversion_rate": brought / clicks if brought is not None and clicks else np.nan,
        "cpc": per_head(cost, clicks),
        "cpm": per_head(cost * _THOUSAND, shown),
        "cpa": None if brought is None else per_head(cost, brought),
        "gmv": gmv,
        "cost_share": float(cost / gmv) if gmv else np.nan,
    }
