"""Content: what creators' posts and videos reached, what they brought, and whether the best of them stay the best."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retro.metrics.intervals import CONFIDENCE, add_rate
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import valid_orders, with_amounts, with_buyers
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

_DAILY = ("impressions", "reached", "clicks", "engaged", "interactions", "fan_impressions", "fan_engaged")
_KINDS = ("creator_class", "content_type", "topic", "paid")
_TENTH = 0.1
_DRAWS, _SEED = 1000, 20240601
MOST_LAG = 8
"""Days after an impression in which searches are looked for."""


def content_pieces(content_pieces: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Count what each piece of content reached and brought.

    Args:
        content_pieces: One row per piece: `content_id`, `published_at` (local), optionally `creator_id`,
            `content_type`, `topic`, `paid` (whether its spread was paid for), `cost_amount`.
        shop: What the shop has of `content_daily` (`content_id`, `on` and the counts below), `creators` (`creator_id`,
            `creator_class`) and `orders` (with `content_id`).
        window: The campaign, and until when it was observed.

    Returns:
        One row per piece published in the window, in order of time.
        - `content_id`, `creator_id`, `creator_class`, `content_type`, `topic`, `paid` (str; `paid` is `paid` or
          `unpaid`). None where not known. `published_at` (datetime).
        - `impressions`, `reached`, `clicks`, `engaged`, `interactions`, `fan_impressions`, `fan_engaged` (Int64):
          Summed over days; people are those of each day. Missing where nobody counts them.
        - `orders`, `buyers`, `new_buyers` (Int64): Valid orders placed by it until the data ends, who placed them, and
          for whom it was the first. Missing where orders do not say by which content they came; people also where they
          do not say whose they are.
        - `gmv`, `cost` (Decimal): Of these orders, and of the piece. Missing where not known.
    """
    require(content_pieces, "content_pieces", "content_id", "published_at")
    made = content_pieces
    told = made.filter(window.holds(made.published_at), made.published_at < window.observed)
    rows = told.execute().sort_values(["published_at", "content_id"], ignore_index=True)
    frame = pd.DataFrame({"content_id": rows["content_id"].astype(str)})
    for name in ("creator_id", "content_type", "topic"):
        frame[name] = rows[name].astype(object) if name in rows else None
    paid = rows["paid"] if "paid" in rows else pd.Series([None] * len(rows), dtype=object)
    frame["paid"] = [None if pd.isna(one) else "paid" if one else "unpaid" for one in paid]
    frame["published_at"] = rows["published_at"]
    cost = rows["cost_amount"] if "cost_amount" in rows else pd.Series([None] * len(rows), dtype=object)
    frame["cost"] = pd.Series([None if pd.isna(one) else as_money(one) for one in cost], dtype=object)
    frame = frame.merge(_classes(shop), on="creator_id", how="left")
    frame = frame.merge(_counted(shop, window), on="content_id", how="left")
    return _with_sales(frame, shop, window)


def content(pieces: pd.DataFrame, shop: Shop, window: Window) -> pd.DataFrame:
    """Add up the content of a campaign.

    Args:
        pieces: As `content_pieces` returns it.
        shop: What the shop has of `orders`.
        window: As `content_pieces`.

    Returns:
        One row, or none without content.
        - `contents`, `creators` (int): Pieces, and who made them (0 where nobody says).
        - The counts of `content_pieces` added up: each person once for each piece and day. Missing where one piece's
          is.
        - `click_rate`, `engaged_rate`, `buyer_rate`, `new_rate`, each with `_low` and `_high` (float): clicks over
          impressions, engaged over reached, buyers over clicks, new buyers over buyers (Wilson).
        - `engaged_median` (float): Median over pieces of engaged over reached.
        - `hits` (Int64): The fewest pieces that bring half of all interactions; `hit_rate` (float): over `contents`.
        - `top` (int), `top_interactions` (Int64), `top_rate` (float): The tenth of pieces with most interactions,
          theirs, and over all. `silent` (Int64): Pieces without any interaction.
        - `fan_impressions_rate`, `fan_engaged_rate` (float): Those of followers over all. NaN where not counted.
        - `cost`, `cost_per_engagement`, `gmv`, `shop_gmv` (Decimal): Missing where not known. `gmv_rate` (float): GMV
          by content over the shop's in the window.
    """
    row = _added(pieces) | _hits(pieces["interactions"])
    row["creators"] = int(pieces["creator_id"].nunique())
    row["engaged_median"] = _median_rate(pieces)
    row["shop_gmv"], own = _shop_gmv(shop, window)
    row["gmv_rate"] = float(own / row["shop_gmv"]) if own is not None and row["shop_gmv"] else np.nan
    for name in ("impressions", "engaged"):
        part, whole = row[f"fan_{name}"], row[name]
        row[f"fan_{name}_rate"] = np.nan if pd.isna(part) or pd.isna(whole) or not whole else part / whole
    frame = pd.DataFrame([row] if len(pieces) else [], columns=list(row))
    for name in (*_DAILY, "orders", "buyers", "new_buyers", "hits", "top_interactions", "silent"):
        frame[name] = frame[name].astype("Int64")
    for name, (hits, total) in RATES.items():
        frame = add_rate(frame, hits, total, f"{name}_")
    return frame


def content_kinds(pieces: pd.DataFrame) -> pd.DataFrame:
    """Compare content by the class of its creator, its type, its topic, and whether its spread was paid for.

    Args:
        pieces: As `content_pieces` returns it.

    Returns:
        A row per value of each of these that some piece has, and per topic and type beside payment.
        - `dimension` (`creator_class`, `content_type`, `topic`, `paid`, `topic_paid`, `content_type_paid`), `value`
          (str), `beside` (str: `paid` or `unpaid` for the last two, else empty).
        - `contents` (int); the counts of `content_pieces` added up; `cost`, `gmv`, `cost_per_engagement` (Decimal).
        - `reached_median`, `interactions_mean`, `interactions_median`, `engaged_median` (float): Over pieces.
        - `engaged_rate`, `buyer_rate`, `click_rate`, each with `_low` and `_high` (float): As `content`.
    """
    rows = []
    dimensions: list[list[str]] = [[name] for name in _KINDS]
    dimensions += [["topic", "paid"], ["content_type", "paid"]]
    for names in dimensions:
        known = pieces.dropna(subset=names)
        for key, own in known.groupby(names, sort=True):
            value, *beside = key
            counts = {
                "reached_median": own["reached"].astype("Float64").median(),
                "interactions_mean": own["interactions"].astype("Float64").mean(),
                "interactions_median": own["interactions"].astype("Float64").median(),
                "engaged_median": _median_rate(own),
            }
            named = {"dimension": "_".join(names), "value": str(value), "beside": "".join(map(str, beside))}
            rows.append(named | _added(own) | counts)
    columns = ["dimension", "value", "beside", *_added(pieces.iloc[:0])]
    columns += ["reached_median", "interactions_mean", "interactions_median", "engaged_median"]
    frame = pd.DataFrame(rows, columns=columns)
    for name in columns[-4:]:
        frame[name] = pd.to_numeric(frame[name], errors="coerce").astype("float64")
    for name in (*_DAILY, "orders", "buyers", "new_buyers"):
        frame[name] = frame[name].astype("Int64")
    for name in ("click", "engaged", "buyer"):
        hits, total = RATES[name]
        frame = add_rate(frame, hits, total, f"{name}_")
    return frame


def content_top(pieces: pd.DataFrame) -> pd.DataFrame:
    """Ask whether the best creators stay best: half of each one's pieces choose the top tenth, the other half tests.

    Who is chosen for having done best was partly lucky, so that the other half falls back towards the mean; what is
    kept of the lead is what choosing them again would bring.

    Args:
        pieces: As `content_pieces` returns it.

    Returns:
        Two rows, `top` and `rest`; none where fewer than 10 creators have two pieces.
        - `group` (str); `creators`, `contents` (int).
        - `chosen`, `tested` (float): Mean interactions of a piece, in the half by which they were chosen (every other
          piece in order of time, from the first) and in the other half.
        - `kept_rate`, `kept_low`, `kept_high` (float): The lead in the tested half over that in the other, with its 95
          % interval (bootstrap over creators, the top chosen anew each time); in the first row.
    """
    columns = ["group", "creators", "contents", "chosen", "tested", "kept_rate", "kept_low", "kept_high"]
    known = pieces.dropna(subset=["creator_id", "interactions"]).sort_values(["published_at", "content_id"])
    half = known.groupby("creator_id").cumcount() % 2
    value = known["interactions"].astype("float64")
    halves = value.groupby([known["creator_id"], half]).mean().unstack().dropna()
    if halves.shape[1] < 2 or len(halves) < _LEAST:  # noqa: PLR2004 - both halves
        return pd.DataFrame(columns=columns)
    first, second = (halves[place].to_numpy() for place in (0, 1))
    top = _top_of(first)
    rng = np.random.default_rng(_SEED)
    draws = []
    for _ in range(_DRAWS):
        again = rng.integers(0, len(first), len(first))
        draws.append(_kept(first[again], second[again], _top_of(first[again])))
    low, high = np.nanpercentile(draws, [100 * (1 - CONFIDENCE) / 2, 100 * (1 + CONFIDENCE) / 2])
    made = known["creator_id"].value_counts().reindex(halves.index).to_numpy()
    rows = [
        (name, int(own.sum()), int(made[own].sum()), first[own].mean(), second[own].mean(), *kept)
        for name, own, kept in (
            ("top", top, (_kept(first, second, top), low, high)),
            ("rest", ~top, (np.nan, np.nan, np.nan)),
        )
    ]
    return pd.DataFrame(rows, columns=columns)


def content_searches(
    brand_searches: ibis.Table, pieces: pd.DataFrame, shop: Shop, window: Window, *, lag_days: tuple[int, int] = (3, 5)
) -> pd.DataFrame:
    """Count searches for the brand above what the weeks before let expect, some days after the content.

    Weeks count as independent; the interval of the difference is Student's t over the baseline's weeks.

    Args:
        brand_searches: One row per day: `on`, `searches`.
        pieces: As `content_pieces` returns it.
        shop: What the shop has of `content_daily`.
        window: The campaign, with its baseline's weeks.
        lag_days: The first and the last day after an impression on which it shows in searches: those of the window are
            counted from its start and these to its end.

    Returns:
        A row for the whole, then one for each lag from 0 to 8 days; none without a day after the lag or three weeks
        before.
        - `lag` (Int64): Missing for the whole. `days` (int): Days that were counted.
        - `searches` (int), `expected`, `extra`, `low`, `high`, `extra_rate` (float): On these days, by the weekdays of
          the baseline, the difference with its 95 % interval, and over expected; for the whole.
        - `correlation` (float): Of daily impressions with the searches beyond the weekday's, so many days later. NaN
          where impressions are not counted by day.
    """
    require(brand_searches, "brand_searches", "on", "searches")
    columns = ["lag", "days", "searches", "expected", "extra", "low", "high", "extra_rate", "correlation"]
    series = brand_searches.select("on", "searches").execute()
    daily = pd.Series(series["searches"].to_numpy(dtype="float64"), index=pd.to_datetime(series["on"])).sort_index()
    daily = daily[daily.index < pd.Timestamp(window.observed.date())]
    before = daily[(daily.index >= pd.Timestamp(window.baseline_start)) & (daily.index < pd.Timestamp(window.start))]
    first, last = (pd.Timestamp(day.date()) + pd.Timedelta(days=lag) for day, lag in
                   ((window.start, lag_days[0]), (window.end - dt.timedelta(seconds=1), lag_days[1])))  # fmt: skip
    during = daily[(daily.index >= first) & (daily.index <= last)]
    weeks = len(before) // 7
    if during.empty or weeks < _LEAST_WEEKS:
        return pd.DataFrame(columns=columns)
    before = before.iloc[-7 * weeks :]
    ordinary = before.groupby(_weekdays(before)).mean()
    expected = ordinary.reindex(_weekdays(during)).sum()
    spread = before.to_numpy().reshape(weeks, 7).sum(axis=1).std(ddof=1)
    length = len(during) / 7
    half = float(stdtrit(weeks - 1, (1 + CONFIDENCE) / 2) * spread * np.sqrt(length + length**2 / weeks))
    extra = during.sum() - expected
    whole = (
        pd.NA,
        len(during),
        int(during.sum()),
        expected,
        extra,
        extra - half,
        extra + half,
        extra / expected,
        np.nan,
    )
    rows: list[tuple[Any, ...]] = [whole]
    shown = _impressions_by_day(pieces, shop, window)
    beyond = pd.Series(daily.to_numpy() - ordinary.reindex(_weekdays(daily)).to_numpy(), index=daily.index)
    for lag in range(MOST_LAG + 1):
        later = beyond.reindex(pd.DatetimeIndex(shown.index) + pd.Timedelta(days=lag)).to_numpy()
        known = ~np.isnan(later)
        both = known.sum() >= _LEAST and shown.to_numpy()[known].std() > 0
        related = np.corrcoef(shown.to_numpy()[known], later[known])[0, 1] if both else np.nan
        rows.append((lag, int(known.sum()), 0, *[np.nan] * 5, related))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(lag=frame["lag"].astype("Int64"))


RATES = {
    "click": ("clicks", "impressions"),
    "engaged": ("engaged", "reached"),
    "buyer": ("buyers", "clicks"),
    "new": ("new_buyers", "buyers"),
}
"""Rates of content: numerator and denominator."""

_LEAST, _LEAST_WEEKS = 10, 3


def _classes(shop: Shop) -> pd.DataFrame:
    creators = shop.get("creators")
    if creators is None or "creator_class" not in creators.columns:
        return pd.DataFrame({"creator_id": pd.Series([], dtype=object), "creator_class": pd.Series([], dtype=object)})
    known: pd.DataFrame = creators.select("creator_id", "creator_class").execute()
    return known.astype(object)


def _counted(shop: Shop, window: Window) -> pd.DataFrame:
    """The counts of each piece, summed over the days until the data ends; missing where nobody counts them."""
    empty = pd.DataFrame({name: pd.Series([], dtype="Int64") for name in _DAILY})
    if "content_daily" not in shop:
        return empty.assign(content_id=pd.Series([], dtype=str))
    daily = shop["content_daily"]
    require(daily, "content_daily", "content_id", "on")
    daily = daily.filter(daily.on < window.observed.date())
    known = [name for name in _DAILY if name in daily.columns]
    sums = {name: daily[name].sum() for name in known}
    frame: pd.DataFrame = daily.group_by("content_id").aggregate(days=daily.count(), **sums).execute()
    for name in _DAILY:
        frame[name] = frame[name].astype("Int64") if name in known else pd.array([pd.NA] * len(frame), "Int64")
    named: pd.DataFrame = frame.astype({"content_id": str})
    return named[["content_id", *_DAILY]]


def _with_sales(frame: pd.DataFrame, shop: Shop, window: Window) -> pd.DataFrame:
    names = ["orders", "buyers", "new_buyers"]
    orders = shop.get("orders")
    if orders is None or "content_id" not in orders.columns:
        return frame.assign(**{name: pd.array([pd.NA] * len(frame), "Int64") for name in names}, gmv=None)
    people, valued = "user_id" in orders.columns, "amount" in orders.columns
    valid = valid_orders(with_amounts(with_buyers(orders)), until=window.observed)
    named = valid.filter(valid.user_id.notnull())
    firsts = named.group_by(first_id=named.user_id).aggregate(first_at=named.ordered_at.min())
    own = valid.filter(valid.content_id.notnull())
    own = own.left_join(firsts, own.user_id == firsts.first_id)
    found = own.group_by("content_id").aggregate(
        orders=own.count(),
        buyers=own.user_id.nunique(),
        new_buyers=own.user_id.nunique(where=(own.ordered_at == own.first_at).fill_null(ibis.literal(value=False))),
        gmv=own.amount.sum(),
    )
    joined = frame.merge(found.execute().astype({"content_id": str}), on="content_id", how="left")
    for name in names:
        known = people or name == "orders"
        joined[name] = joined[name].fillna(0).astype("Int64") if known else pd.array([pd.NA] * len(joined), "Int64")
    joined["gmv"] = pd.Series([as_money(one) if valued else None for one in joined["gmv"]], dtype=object)
    return joined


def _added(pieces: pd.DataFrame) -> dict[str, Any]:
    """Counts and amounts of pieces added up; missing where one piece's is."""
    row: dict[str, Any] = {"contents": len(pieces)}
    for name in (*_DAILY, "orders", "buyers", "new_buyers"):
        counts = pieces[name].astype("Int64")
        row[name] = pd.NA if counts.isna().any() else as_count(counts.sum())
    for name in ("cost", "gmv"):
        row[name] = None if pieces[name].isna().any() or not len(pieces) else sum(pieces[name], Decimal("0.00"))
    engaged = row["engaged"]
    unknown = row["cost"] is None or pd.isna(engaged)
    row["cost_per_engagement"] = None if unknown else per_head(row["cost"], int(engaged))
    return row


def _median_rate(pieces: pd.DataFrame) -> float:
    reached = pieces["reached"].astype("Float64")
    rates = pieces["engaged"].astype("Float64") / reached.where(reached > 0)
    return float(rates.median()) if rates.notna().any() else np.nan


def _hits(interactions: pd.Series[Any]) -> dict[str, Any]:
    names = ("hits", "hit_rate", "top", "top_interactions", "top_rate", "silent")
    counts = interactions.astype("Int64")
    if counts.isna().any() or not counts.sum():
        return dict.fromkeys(names, pd.NA) | {"hit_rate": np.nan, "top_rate": np.nan, "top": 0}
    ranked = np.sort(counts.to_numpy(dtype="int64"))[::-1]
    hits = int(np.searchsorted(ranked.cumsum(), ranked.sum() / 2)) + 1
    top = int(np.ceil(len(ranked) * _TENTH))
    best = int(ranked[:top].sum())
    values = (hits, hits / len(ranked), top, best, best / ranked.sum(), int((ranked == 0).sum()))
    return dict(zip(names, values, strict=True))


def _shop_gmv(shop: Shop, window: Window) -> tuple[Decimal | None, Decimal | None]:
    """GMV of the window, and that by content; None where not known."""
    orders = shop.get("orders")
    if orders is None or "amount" not in orders.columns:
        return None, None
    valid = valid_orders(orders, window, until=window.observed)
    whole = as_money(valid.amount.sum().execute())
    if "content_id" not in orders.columns:
        return whole, None
    return whole, as_money(valid.filter(valid.content_id.notnull()).amount.sum().execute())


def _top_of(first: np.ndarray) -> np.ndarray:
    """The tenth with the highest values."""
    chosen = np.zeros(len(first), dtype=bool)
    chosen[np.argsort(-first, kind="stable")[: max(1, round(len(first) * _TENTH))]] = True
    return chosen


def _kept(first: np.ndarray, second: np.ndarray, top: np.ndarray) -> float:
    lead = first[top].mean() - first[~top].mean()
    return float((second[top].mean() - second[~top].mean()) / lead) if lead > 0 else np.nan


def _impressions_by_day(pieces: pd.DataFrame, shop: Shop, window: Window) -> pd.Series[Any]:
    """Impressions of the pieces on each day of the window."""
    days = pd.date_range(window.start.date(), (window.end - dt.timedelta(seconds=1)).date())
    if "content_daily" not in shop or "impressions" not in shop["content_daily"].columns:
        return pd.Series(0.0, index=days)
    daily = shop["content_daily"]
    by_day = daily.group_by("content_id", "on").aggregate(impressions=daily.impressions.sum()).execute()
    own = by_day[by_day["content_id"].astype(str).isin(set(pieces["content_id"]))]
    sums = own.groupby(pd.to_datetime(own["on"]))["impressions"].sum()
    whole: pd.Series[Any] = sums.reindex(days, fill_value=0).astype("float64")
    return whole


def _weekdays(daily: pd.Series[Any]) -> np.ndarray:
    """The weekday of each day, 0 for Monday."""
    return np.array([day.weekday() for day in pd.DatetimeIndex(daily.index).date])
