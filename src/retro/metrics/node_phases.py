"""Node phases: pre-heat, burst and return of a promotion node beside the weeks before it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median

import ibis
import numpy as np
import pandas as pd

from retro.metrics.history import History, history
from retro.metrics.money import as_money
from retro.metrics.orders import valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, WEEK, require
from retro.periods import Window

PHASES = ("preheat", "burst", "return")

_LEAST_WEEKS = 3
"""With fewer weeks nobody knows what they bring."""

Sums = Mapping[str, Decimal]
"""Orders and, where they have amounts, GMV of a span."""


def node_phases(
    shop: Shop,
    window: Window,
    *,
    preheat_days: int = 45,
    after_days: int = 7,
    others: Sequence[Window] = (),
) -> pd.DataFrame:
    """Sum orders and GMV of each phase of a node, beside what as many days of the weeks before the pre-heat brought.

    The baseline is the median of those weeks, and its range runs from the lowest to the highest of them: it tells
    which phases lie outside all that was seen, not what the campaign caused (`impact` does).

    Args:
        shop: `orders`: `order_id`, `ordered_at` (local), `status`, optionally `amount`; else `shop_sales`, of which a
            week counts where its first day lies.
        window: The burst; its `baseline_weeks` are counted back from the start of the pre-heat.
        preheat_days: Days before the burst; 0 for a node without a pre-heat.
        after_days: Days after it; 0 for none.
        others: Other campaigns and unusual days; weeks that one of them touches are no baseline.

    Returns:
        One row per phase, in order; without `amount` no columns of GMV, and of `shop_sales` none of orders.
        - `phase` (str): `preheat`, `burst` or `return`.
        - `since`, `until` (datetime): Begin and end, local, exclusive.
        - `days` (float): Of these, the days that were observed. NaN where the table lacks some of them.
        - `weeks` (int): Baseline weeks that are known.
        - `state` (str): `observed`, `partial` while the phase goes on, `open` before it, `lacking` where the table
          lacks days of it.
        - `orders`, `gmv` (Decimal): Valid orders and their amounts so far; missing before the phase begins.
        - `share_orders`, `share_gmv` (float): Of all phases. NaN while one of them is not over, and where the sum is 0.
        - `baseline_orders`, `baseline_gmv` (Decimal): What the median of the baseline weeks brings in so many days;
          `low_orders`, `low_gmv`, `high_orders`, `high_gmv`: the lowest and the highest. Missing where fewer than
          three whole weeks are known.
        - `gain_orders`, `gain_gmv` (Decimal): `orders` and `gmv` less the baseline; below 0 where a phase brought less.
        - `rate_orders`, `rate_gmv` (float): The gain over the baseline. NaN where that is 0 or missing.

    Examples:
        >>> at = dt.datetime(2025, 6, 1)
        >>> sold = [(f"o{day}", at - DAY * day, "paid", 30.0 if day < 7 else 10.0) for day in range(1, 43)]
        >>> orders = ibis.memtable(pd.DataFrame(sold, columns=["order_id", "ordered_at", "status", "amount"]))
        >>> burst = Window(at - DAY * 6, at, at, baseline_weeks=3)
        >>> phases = node_phases({"orders": orders}, burst, preheat_days=7, after_days=0)
        >>> phases[["phase", "gmv", "baseline_gmv", "rate_gmv"]]
             phase     gmv baseline_gmv  rate_gmv
        0  preheat   70.00        70.00       0.0
        1    burst  180.00        60.00       2.0
    """
    valid = _sales(shop, window.observed)
    names, spans = _spans(window, preheat_days, after_days)
    past = history(valid, "ordered_at", until=window.observed)
    weeks = [spans[0].before(WEEK).earlier(back * WEEK) for back in range(window.baseline_weeks)]
    touched = [week for week in weeks if any(week.touches(other.start, other.end) for other in others)]
    known = [week for week in weeks if week not in touched and past.knows(week)]
    sums = _sums(valid, [*spans, *known])
    measures = tuple(sums[0])
    base = sums[len(spans) :]
    rows = []
    for name, span, sold in zip(names, spans, sums[: len(spans)], strict=True):
        state, seen = _state(span, past, window.observed)
        row: dict[str, object] = {
            "phase": name,
            "since": span.start,
            "until": span.end,
            "days": np.nan if state == "lacking" else seen / DAY,
        }
        row |= {"weeks": len(known), "state": state}
        for measure in measures:
            row |= _beside(measure, sold, [] if state in ("open", "lacking") else base, seen, known=state != "open")
        rows.append(row)
    frame = pd.DataFrame(rows)
    for measure in measures:
        frame[f"share_{measure}"] = _shares(frame, measure)
    return frame


def _sales(shop: Shop, until: dt.datetime) -> ibis.Table:
    """Valid orders before a moment; of a shop that holds none, what its shops took, at `ordered_at` too."""
    if "orders" in shop or "shop_sales" not in shop:
        return valid_orders(shop["orders"], until=until)
    sales = shop["shop_sales"]
    require(sales, "shop_sales", "sold_on", "amount")
    known = sales.select("amount", ordered_at=sales.sold_on.cast("timestamp"))
    return known.filter(known.ordered_at < until)


def _spans(window: Window, preheat_days: int, after_days: int) -> tuple[list[str], list[Window]]:
    burst = Window(window.start, window.end)
    after = Window(window.end, window.end + max(after_days, 1) * DAY)
    spans = {"preheat": burst.before(max(preheat_days, 1) * DAY), "burst": burst, "return": after}
    chosen = [name for name in PHASES if {"preheat": preheat_days, "return": after_days}.get(name, 1)]
    return chosen, [spans[name] for name in chosen]


def _sums(valid: ibis.Table, spans: Sequence[Window]) -> list[Sums]:
    """Orders and GMV of several spans, in one query."""
    asked: dict[str, ibis.Value] = {}
    for place, span in enumerate(spans):
        inside = span.holds(valid.ordered_at)
        if "order_id" in valid.columns:
            asked[f"orders {place}"] = inside.sum()
        if "amount" in valid.columns:
            asked[f"gmv {place}"] = valid.amount.sum(where=inside)
    (row,) = valid.aggregate(**asked).execute().to_dict("records")
    found: list[Sums] = [
        {name.split()[0]: as_money(row[name]) for name in asked if name.endswith(f" {place}")}
        for place in range(len(spans))
    ]
    return found


def _state(span: Window, past: History, until: dt.datetime) -> tuple[str, dt.timedelta]:
    """Whether a phase is over, and how much of it was observed."""
    seen = max(min(span.end, until) - span.start, dt.timedelta(0))
    if not seen:
        return "open", seen
    if not past.knows(Window(span.start, span.start + seen)):
        return "lacking", seen
    return "observed" if until >= span.end else "partial", seen


def _beside(measure: str, sold: Sums, base: Sequence[Sums], seen: dt.timedelta, *, known: bool) -> dict[str, object]:
    """What a phase sold of a measure, beside the median, the lowest and the highest week for as many days."""
    value = sold[measure] if known else None
    baseline = low = high = None
    if len(base) >= _LEAST_WEEKS:
        part = Decimal(int(seen.total_seconds())) / Decimal(int(WEEK.total_seconds()))
        weeks = sorted(week[measure] for week in base)
        baseline, low, high = (as_money(one * part) for one in (median(weeks), weeks[0], weeks[-1]))
    gain = None if value is None or baseline is None else value - baseline
    return {
        measure: value,
        f"baseline_{measure}": baseline,
        f"low_{measure}": low,
        f"high_{measure}": high,
        f"gain_{measure}": gain,
        f"rate_{measure}": float(gain / baseline) if gain is not None and baseline else np.nan,
    }


def _shares(frame: pd.DataFrame, measure: str) -> list[float]:
    whole = sum((value for value in frame[measure] if value is not None), Decimal(0))
    over = set(frame["state"]) == {"observed"} and whole
    return [float(value / whole) if over else np.nan for value in frame[measure]]
