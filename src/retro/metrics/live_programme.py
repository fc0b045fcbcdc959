"""Live programme: what the shows of a live-stream programme brought, by show, host and hour, beside everyday sales."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.activity import active_users
from retro.metrics.intervals import add_rate
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import VALID_STATUS, sold_items, with_buyers
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, WEEK, day_number, require
from retro.periods import Window

SLOTS = ("morning", "afternoon", "evening")
"""Parts of the day in which a show begins: before noon, before 18 h, later."""

_COUNTS = ("viewers", "booked", "booked_came", "clickers", "new_followers", "comments", "likes", "shares")
_SOLD = ("orders", "buyers", "new_buyers", "sold", "returned")
SOON_MINUTES = 10
"""Minutes after an explanation within which an order is soon."""


def live_sessions(live_sessions: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Count what each show of a programme brought.

    Args:
        live_sessions: One row per show: `session_id`, `started_at` (local), optionally `host`, `ended_at`, `viewers`,
            `watch_minutes`, `booked`, `booked_came`, `clickers`, `new_followers`, `comments`, `likes`, `shares`.
        shop: What the shop has of `orders` (with `live_session_id`) and `live_minutes` (`session_id`, `online`).
        window: The programme, and until when it was observed.

    Returns:
        One row per show that began in the window, in order of time.
        - `session_id` (str), `host` (str), `slot` (str, of `SLOTS`; None where shows know only their day),
          `started_at` (datetime).
        - `minutes` (float): Its length. NaN where its end is not known.
        - `viewers`, `booked`, `booked_came`, `clickers`, `new_followers`, `comments`, `likes`, `shares`,
          `interactions` (Int64): As the platform counts them; interactions are the sum of those three that are known.
          Missing where it does not.
        - `watch_minutes` (float): Mean minutes of a viewer.
        - `peak`, `online` (float): Most people at once, and the mean over minutes. NaN without `live_minutes`.
        - `orders`, `buyers`, `new_buyers` (Int64): Valid orders placed in it, who placed them, and for whom it was the
          first. `sold`, `returned` (Int64): Orders that were paid, and of these refunded. Missing where orders do not
          say in which show they were placed; people also where they do not say whose they are.
        - `gmv` (Decimal): Of the valid orders. Missing where orders have no amounts.
    """
    require(live_sessions, "live_sessions", "session_id", "started_at")
    begun = live_sessions.filter(window.holds(live_sessions.started_at), live_sessions.started_at < window.observed)
    frame = begun.execute().sort_values(["started_at", "session_id"], ignore_index=True)
    shown = pd.DataFrame({"session_id": frame["session_id"].astype(str)})
    shown["host"] = frame["host"] if "host" in frame.columns else None
    shown["started_at"] = frame["started_at"]
    dated = len(frame) and (frame["started_at"].dt.normalize() == frame["started_at"]).all()  # no show knows its hour
    slots = [SLOTS[(at.hour >= 12) + (at.hour >= 18)] for at in frame["started_at"]]  # noqa: PLR2004 - clock
    shown["slot"] = None if dated else slots
    ended = frame["ended_at"] if "ended_at" in frame.columns else pd.Series(pd.NaT, index=frame.index)
    shown["minutes"] = (pd.to_datetime(ended) - frame["started_at"]).dt.total_seconds() / 60
    for name in _COUNTS:
        shown[name] = frame[name].astype("Int64") if name in frame.columns else pd.array([pd.NA] * len(frame), "Int64")
    known = [name for name in ("comments", "likes", "shares") if name in frame.columns]
    shown["interactions"] = frame[known].sum(axis=1).astype("Int64") if known else shown["comments"]
    watched = frame["watch_minutes"] if "watch_minutes" in frame.columns else pd.Series(np.nan, index=frame.index)
    shown["watch_minutes"] = watched.astype("float64")
    shown = shown.merge(_online(shop), on="session_id", how="left")
    return shown.merge(_sold(shop, window), on="session_id", how="left").pipe(_filled, shop)


def live_programme(frame: pd.DataFrame) -> pd.DataFrame:
    """Add up the shows of a programme.

    Args:
        frame: As `live_sessions` returns it.

    Returns:
        One row, or none without shows.
        - `sessions` (int), and the counts of `live_sessions` added up: each person once for each show. Missing where
          one show's is.
        - `gmv` (Decimal), `gpm` (Decimal): GMV, and GMV for each 1,000 viewers. `hours` (float): How long all shows
          were on, NaN where one's end is not known; `hour_gmv` (Decimal): GMV for each hour.
        - `watch_minutes` (float): Mean over viewers. `peak`, `online` (float): The highest of all shows, and the mean
          of their means.
        - `viewer_rate`, `click_rate`, `clicked_rate`, `follow_rate`, `came_rate`, `new_rate`, `return_rate`, each with
          `_low` and `_high` (float): buyers / viewers, buyers / item clickers, item clickers / viewers, new followers /
          viewers, came / booked, new buyers / buyers, returned / paid, with Wilson's 95 % intervals.
        - `interaction_ratio` (float): Interactions per viewer.
        - `top_comments`, `top_rate` (float): Comments of the tenth of shows that got most, and over all comments. NaN
          where comments are not counted.
    """
    row = _added(frame) | _top(frame["comments"])
    found = pd.DataFrame([row] if len(frame) else [], columns=list(row))
    return _rates(found)


def live_hosts(frame: pd.DataFrame) -> pd.DataFrame:
    """Compare hosts, and the parts of the day.

    Args:
        frame: As `live_sessions` returns it.

    Returns:
        One row per host and per part of the day that had a show: `dimension` (`host` or `slot`), `value`, and the
        columns of `live_programme` for these shows, with `interactions_each` and `comments_each` (float): per show.
    """
    rows = []
    for dimension in ("host", "slot"):
        for value, own in frame[frame[dimension].notna()].groupby(dimension, sort=True):
            row = _added(own)
            each = {f"{name}_each": own[name].astype("Float64").mean() for name in ("interactions", "comments")}
            rows.append({"dimension": dimension, "value": value} | row | each)
    columns = ["dimension", "value", *_added(frame.iloc[:0]), "interactions_each", "comments_each"]
    return _rates(pd.DataFrame(rows, columns=columns))


def live_everyday(shop: Shop, frame: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Compare the programme's conversion with the shop's everyday one on the same days.

    Args:
        shop: `events` (`user_id`, `event`, `occurred_at`) and `orders`, where the shop has them.
        frame: As `live_sessions` returns it.
        window: The programme.

    Returns:
        Two rows, `live` and `everyday`; none where the shop lacks either table, or the programme its viewers.
        - `what` (str).
        - `people`, `buyers` (int): Viewers and buyers by show; of the shop visitors and buyers outside shows, each
          counted once on each day that had a show.
        - `rate`, `low`, `high` (float): `buyers` over `people`, with its 95 % Wilson interval.
    """
    columns = ["what", "people", "buyers"]
    whole = live_programme(frame)
    if whole.empty or pd.isna(whole["viewers"].iloc[0]) or pd.isna(whole["buyers"].iloc[0]) or "events" not in shop:
        return add_rate(pd.DataFrame(columns=columns), "buyers", "people")
    days = sorted({(at.date() - _EPOCH).days for at in frame["started_at"]})
    seen = active_users(shop["events"], window)
    visitors = seen.select("user_id", day=day_number(seen.occurred_at)).distinct()
    valid = _valid(shop["orders"], window)
    bought = valid.filter(valid.live_session_id.isnull(), valid.user_id.notnull())
    buyers = bought.select("user_id", day=day_number(bought.ordered_at)).distinct()
    people, buys = (as_count(table.filter(table.day.isin(days)).count().execute()) for table in (visitors, buyers))
    rows = [("live", as_count(whole["viewers"].iloc[0]), as_count(whole["buyers"].iloc[0])), ("everyday", people, buys)]
    return add_rate(pd.DataFrame(rows, columns=columns), "buyers", "people")


def live_course(live_minutes: ibis.Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Follow how many people watched by the minute of the show.

    Args:
        live_minutes: One row per show and minute: `session_id`, `minute_at` (local), `online`.
        frame: As `live_sessions` returns it.

    Returns:
        One row per minute since the start that any show reached: `minute` (int, from 0), `sessions` (int): shows that
        were on; `online` (float): mean people watching.
    """
    require(live_minutes, "live_minutes", "session_id", "minute_at", "online")
    rows = live_minutes.select("session_id", "minute_at", "online").execute()
    known = rows.merge(frame[["session_id", "started_at"]], on="session_id")
    known["minute"] = ((known["minute_at"] - known["started_at"]).dt.total_seconds() // 60).astype("int64")
    by_minute = known[known["minute"] >= 0].groupby("minute")["online"]
    return pd.DataFrame({"sessions": by_minute.count(), "online": by_minute.mean()}).reset_index()


def live_sources(live_sources: ibis.Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Add up where the viewers of a programme came from.

    Args:
        live_sources: One row per show and source: `session_id`, `source`, `viewers`; `is_paid` and `buyers` where they
            are known.
        frame: As `live_sessions` returns it.

    Returns:
        One row per source, the most viewers first; none where nobody counted them for these shows.
        - `source` (str): In the platform's words. `is_paid` (object, bool): Whether it is paid for; None where that is
          not known, or shows differ.
        - `shows` (int): Shows with viewers from there; `all_shows` (int): shows that have any source on record, and
          `sessions` (int): all shows; both the same in every row.
        - `viewers` (int): Who came from there, once for each show.
        - `source_viewers` (int): The viewers of all sources, the same in every row; `share` (float): `viewers` over it.
        - `paid_viewers` (Int64): Those of paid sources, the same in every row; `paid_share` (float): over
          `source_viewers`. Missing where one source does not say whether it is paid for.
        - `buyers` (Int64): Who of them bought; missing where that is not counted for all shows of the source.
          `buyer_rate`, `buyer_low`, `buyer_high` (float): over `viewers`, with Wilson's 95 % interval.
    """
    require(live_sources, "live_sources", "session_id", "source", "viewers")
    known = live_sources.filter(live_sources.session_id.cast("string").isin(sorted(set(frame["session_id"]))))
    rows = known.filter(known.viewers > 0).execute()
    if "is_paid" not in rows.columns:
        rows["is_paid"] = None
    if "buyers" not in rows.columns:
        rows["buyers"] = pd.NA
    bought = rows["buyers"].astype("Int64")
    counted = [(str(name), _agreed(own["is_paid"]), len(own), int(own["viewers"].sum()),
                bought[own.index].sum(skipna=False)) for name, own in rows.groupby("source")]  # fmt: skip
    found = pd.DataFrame(counted, columns=["source", "is_paid", "shows", "viewers", "buyers"])
    found = add_rate(found.astype({"is_paid": object, "buyers": "Int64"}), "buyers", "viewers", "buyer_")
    found = found.sort_values(["viewers", "source"], ascending=[False, True], ignore_index=True)
    whole = int(found["viewers"].sum())
    told = found["is_paid"].notna().all()
    paid = int(found.loc[found["is_paid"] == True, "viewers"].sum()) if told else None  # noqa: E712 - None is neither
    return found.assign(
        all_shows=rows["session_id"].nunique(),
        sessions=len(frame),
        source_viewers=whole,
        share=found["viewers"] / (whole or np.nan),
        paid_viewers=pd.array([paid] * len(found), "Int64"),
        paid_share=np.nan if paid is None else paid / (whole or np.nan),
    )


def _agreed(flags: pd.Series[Any]) -> bool | None:
    """What all of them say; None where one says nothing or they differ."""
    told = set(flags.map(lambda flag: None if pd.isna(flag) else bool(flag)))
    return told.pop() if len(told) == 1 else None


def live_items(live_items: ibis.Table, orders: ibis.Table, order_items: ibis.Table, frame: pd.DataFrame,
               window: Window) -> pd.DataFrame:  # fmt: skip
    """Follow each explained product from its explanation to its orders.

    Args:
        live_items: One row per show and product: `session_id`, `product_id`, `explained_at` (local).
        orders: One row per order: `order_id`, `ordered_at` (local), `status`, `live_session_id`.
        order_items: One row per line: `order_id`, `product_id`, `quantity`.
        frame: As `live_sessions` returns it.
        window: Until when orders were observed.

    Returns:
        One row per product that was explained, the most orders in shows first, then a row without product for all.
        - `product_id` (str): Which; None for all.
        - `shows` (int): Shows in which it was explained.
        - `orders` (int): Valid orders of it placed in such a show after the explanation.
        - `soon` (int): Of these, within 10 minutes; `soon_rate` (float): over `orders`. NaN without orders.
        - `median_minutes` (float): From explanation to order. NaN without orders.
        - `before`, `after` (Int64): Valid orders of it outside of shows in the 7 days before the first show that
          explained it, and after the last one. `after` is missing until these days are observed; of all, over the
          products for which it is known.
    """
    require(live_items, "live_items", "session_id", "product_id", "explained_at")
    require(orders, "orders", "live_session_id")
    told = live_items.execute().merge(frame[["session_id", "started_at"]], on="session_id")
    first, last = told["started_at"].min(), told["started_at"].max()
    columns = ["product_id", "shows", "orders", "soon", "median_minutes", "before", "after"]
    if told.empty:
        return pd.DataFrame(columns=[*columns, "soon_rate"])
    valid = orders.filter(orders.status == VALID_STATUS, orders.ordered_at < window.observed)
    near = valid.filter(valid.ordered_at >= first - WEEK, valid.ordered_at < last + DAY + WEEK)
    lines = sold_items(order_items).select("order_id", "product_id").distinct()
    sold = near.select("order_id", "ordered_at", "live_session_id").join(lines, "order_id")
    sold = sold.filter(sold.product_id.isin(sorted(set(told["product_id"])))).execute()
    live = told.merge(sold, left_on=["session_id", "product_id"], right_on=["live_session_id", "product_id"])
    live = live.assign(lag=(live["ordered_at"] - live["explained_at"]).dt.total_seconds() / 60)
    live, other = live[live["lag"] >= 0], sold[sold["live_session_id"].isna()]
    rows: list[tuple[Any, ...]] = []
    lags = {str(name): own["lag"] for name, own in live.groupby("product_id")}
    for name, own in told.groupby("product_id"):
        lag = lags.get(str(name), pd.Series([], dtype="float64"))
        bought = other.loc[other["product_id"] == name, "ordered_at"]
        begin, end = own["started_at"].min(), own["started_at"].max() + DAY
        after = int(((bought >= end) & (bought < end + WEEK)).sum()) if end + WEEK <= window.observed else None
        before = int(((bought >= begin - WEEK) & (bought < begin)).sum())
        rows.append((name, len(own), len(lag), int((lag <= SOON_MINUTES).sum()), lag.median(), before, after))
    rows.sort(key=lambda row: (-row[2], str(row[0])))
    over = [row for row in rows if row[6] is not None]
    whole = [sum(row[place] for row in rows) for place in (1, 2, 3)]
    weeks = [sum(row[place] for row in over) for place in (5, 6)] if over else [None, None]
    rows.append((None, *whole, live["lag"].median(), *weeks))
    found = pd.DataFrame(rows, columns=columns)
    for name in ("before", "after"):
        found[name] = found[name].astype("Int64")
    return found.assign(soon_rate=found["soon"] / found["orders"].where(found["orders"] > 0))


_EPOCH = pd.Timestamp(0).date()
RATES = {
    "viewer": ("buyers", "viewers"),
    "click": ("buyers", "clickers"),
    "clicked": ("clickers", "viewers"),
    "follow": ("new_followers", "viewers"),
    "came": ("booked_came", "booked"),
    "new": ("new_buyers", "buyers"),
    "return": ("returned", "sold"),
}
"""Rates of a programme: numerator and denominator."""


def _online(shop: Shop) -> pd.DataFrame:
    if "live_minutes" not in shop:
        return pd.DataFrame({"session_id": pd.Series([], dtype=str), "peak": [], "online": []})
    minutes = shop["live_minutes"]
    require(minutes, "live_minutes", "session_id", "online")
    counted = minutes.group_by("session_id").aggregate(peak=minutes.online.max(), online=minutes.online.mean())
    found: pd.DataFrame = counted.execute()
    return found.astype({"session_id": str, "peak": "float64", "online": "float64"})


def _knows(shop: Shop) -> bool:
    """Whether orders say in which show they were placed."""
    return "orders" in shop and "live_session_id" in shop["orders"].columns


def _valid(orders: ibis.Table, window: Window) -> ibis.Table:
    named = orders if "live_session_id" in orders.columns else orders.mutate(live_session_id=ibis.null("string"))
    valid = with_buyers(named.filter(named.status == VALID_STATUS))
    return valid.filter(window.holds(valid.ordered_at))


def _sold(shop: Shop, window: Window) -> pd.DataFrame:
    """Orders of each show, in one query."""
    columns = ["session_id", *_SOLD, "gmv"]
    if not _knows(shop):
        return pd.DataFrame(columns=columns)
    orders = with_buyers(shop["orders"])
    orders = orders.filter(orders.ordered_at < window.observed)
    valid = orders.status == VALID_STATUS
    bought = orders.filter(valid, orders.user_id.notnull())
    firsts = bought.group_by(first_id=bought.user_id).aggregate(first_at=bought.ordered_at.min())
    live = orders.filter(orders.live_session_id.notnull())
    joined = live.left_join(firsts, live.user_id == firsts.first_id)
    valid = joined.status == VALID_STATUS
    found = joined.group_by(session_id=joined.live_session_id.cast("string")).aggregate(
        orders=valid.sum(),
        buyers=joined.user_id.nunique(where=valid),
        new_buyers=joined.user_id.nunique(where=valid & (joined.first_at == joined.ordered_at)),
        sold=joined.status.isin([VALID_STATUS, "refunded"]).sum(),
        returned=(joined.status == "refunded").sum(),
        gmv=joined.amount.sum(where=valid) if "amount" in joined.columns else ibis.null("decimal(18, 2)"),
    )
    frame: pd.DataFrame = found.execute().reindex(columns=columns)
    return frame


def _filled(frame: pd.DataFrame, shop: Shop) -> pd.DataFrame:
    """Shows without an order have 0 where orders say in which show they were placed, and else nothing."""
    knows = _knows(shop)
    people = knows and "user_id" in shop["orders"].columns
    for name in _SOLD:
        told = people if name in ("buyers", "new_buyers") else knows
        frame[name] = frame[name].astype("Int64").fillna(0) if told else pd.array([pd.NA] * len(frame), "Int64")
    valued = knows and "amount" in shop["orders"].columns
    frame["gmv"] = pd.Series([as_money(value) if valued else None for value in frame["gmv"]], dtype=object)
    return frame


def _added(frame: pd.DataFrame) -> dict[str, Any]:
    row: dict[str, Any] = {"sessions": len(frame)}
    for name in (*_COUNTS, "interactions", *_SOLD):
        row[name] = pd.NA if frame[name].isna().any() else int(frame[name].sum())
    gmv = [value for value in frame["gmv"] if value is not None]
    row["gmv"] = sum(gmv, Decimal("0.00")) if len(gmv) == len(frame) else None
    told = frame[frame["viewers"].notna() & frame["watch_minutes"].notna()]
    people = told["viewers"].astype("float64")
    row["watch_minutes"] = float((told["watch_minutes"] * people).sum() / people.sum()) if people.sum() else np.nan
    row["peak"], row["online"] = frame["peak"].max(), frame["online"].mean()
    row["hours"] = float(frame["minutes"].sum(skipna=False)) / 60
    return row


def _top(comments: pd.Series[Any]) -> dict[str, float]:
    """What the best tenth of shows, rounded up, got."""
    if comments.isna().any() or not comments.sum():
        return {"top_comments": np.nan, "top_rate": np.nan}
    top = float(comments.sort_values(ascending=False).head(-(-len(comments) // 10)).sum())
    return {"top_comments": top, "top_rate": top / float(comments.sum())}


def _rates(frame: pd.DataFrame) -> pd.DataFrame:
    for name in (*_COUNTS, "interactions", *_SOLD):
        frame[name] = frame[name].astype("Int64")
    for prefix, (hits, total) in RATES.items():
        frame = add_rate(frame, hits, total, f"{prefix}_")
    frame["gpm"] = pd.Series([_gpm(row) for row in frame.to_dict("records")], dtype=object, index=frame.index)
    each = [_each_hour(row) for row in frame.to_dict("records")]
    frame["hour_gmv"] = pd.Series(each, dtype=object, index=frame.index)
    people = frame["viewers"].astype("float64")
    frame["interaction_ratio"] = frame["interactions"].astype("float64") / people.where(people > 0)
    return frame


def _each_hour(row: Mapping[Any, Any]) -> Decimal | None:
    if row["gmv"] is None or not row["hours"] > 0:
        return None
    return as_money(row["gmv"] / Decimal(row["hours"]))


def _gpm(row: Mapping[Any, Any]) -> Decimal | None:
    if row["gmv"] is None or pd.isna(row["viewers"]):
        return None
    return per_head(row["gmv"] * 1000, int(row["viewers"]))
