"""RFM: how recently, how often and for how much each buyer bought, in scores that treat equal buyers alike."""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.money import as_money
from retro.metrics.orders import valid_orders
from retro.metrics.windows import check_at_least, day_number, number_of, require

MEASURES = ("recency_days", "orders", "amount")
"""What is scored; few days since the last order are good, many orders and a large amount too."""

_SCORES = {"recency_days": "recency_score", "orders": "frequency_score", "amount": "monetary_score"}


def buyers(orders: ibis.Table, *, observed_until: dt.datetime) -> ibis.Table:
    """What each buyer has bought so far; a lazy table, since there may be millions.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        observed_until: Until when orders were observed, local, exclusive.

    Returns:
        One row per user with a valid order.

        - `user_id`.
        - `recency_days` (int): Local days from the last order to the last day observed.
        - `orders` (int): Valid orders.
        - `amount` (decimal): Their amount.

    Raises:
        MetricError: A column is missing.
    """
    require(orders, "orders", "amount")
    valid = valid_orders(orders)
    valid = valid.filter(valid.ordered_at < observed_until)
    last_day = number_of((observed_until - dt.timedelta(seconds=1)).date())
    return valid.group_by("user_id").aggregate(
        recency_days=last_day - day_number(valid.ordered_at.max()), orders=valid.count(), amount=valid.amount.sum()
    )


def rfm(
    orders: ibis.Table, *, observed_until: dt.datetime, scores: int = 5, thresholds: pd.DataFrame | None = None
) -> pd.DataFrame:
    """How many buyers have which scores of recency, frequency and money, `scores` being best.

    Without thresholds, a score is the share of buyers who are no better, in `scores` steps: equal buyers get equal
    scores, however many they are. With thresholds frozen before a campaign, the campaign cannot move the bounds.

    Args:
        orders: As `buyers`.
        observed_until: As `buyers`.
        scores: How many scores there are.
        thresholds: What `rfm_thresholds` returned, at an earlier day.

    Returns:
        One row per combination that occurs, the best first.

        - `recency_score`, `frequency_score`, `monetary_score` (int): 1 to `scores`.
        - `buyers` (int), `orders` (int), `amount` (Decimal): Who has these scores, and what they bought.

    Raises:
        MetricError: A column is missing, `scores` is below 2, or the thresholds do not fit.
    """
    scored = _scored(buyers(orders, observed_until=observed_until), scores, thresholds)
    names = list(_SCORES.values())
    counted = scored.group_by(*names).aggregate(
        buyers=scored.count(), orders=scored.orders.sum(), amount=scored.amount.sum()
    )
    frame = counted.order_by([ibis.desc(name) for name in names]).execute()
    frame["amount"] = [as_money(amount) for amount in frame["amount"]]
    return frame.astype(dict.fromkeys([*names, "buyers", "orders"], "int64"))  # type: ignore[no-any-return]  # ibis is not typed here


def rfm_thresholds(orders: ibis.Table, *, observed_until: dt.datetime, scores: int = 5) -> pd.DataFrame:
    """The bounds of the scores as they are now, to be kept and used again.

    Args:
        orders: As `buyers`.
        observed_until: As `buyers`.
        scores: How many scores there are.

    Returns:
        One row per measure and score that occurs, the best first.

        - `measure` (str): `recency_days`, `orders` or `amount`.
        - `score` (int): 1 to `scores`.
        - `bound` (Decimal): The score is given from this value on: at most so many days, at least so many orders or so
          large an amount. Whoever fits no bound has score 1.

    Raises:
        MetricError: A column is missing, or `scores` is below 2.
    """
    scored = _scored(buyers(orders, observed_until=observed_until), scores, None)
    frames = []
    for measure, score in _SCORES.items():
        bound = scored[measure].max() if measure == "recency_days" else scored[measure].min()
        own = scored.group_by(score=scored[score]).aggregate(bound=bound).order_by(ibis.desc("score")).execute()
        bounds = [as_money(value) for value in own["bound"]]
        frames.append(pd.DataFrame({"measure": measure, "score": own["score"].astype("int64"), "bound": bounds}))
    return pd.concat(frames, ignore_index=True)


def _scored(table: ibis.Table, scores: int, thresholds: pd.DataFrame | None) -> ibis.Table:
    check_at_least("scores", scores, 2)
    if thresholds is not None:
        return table.mutate(**{score: _by_bounds(table, measure, thresholds) for measure, score in _SCORES.items()})
    everybody = table.count().over(ibis.window())
    given = {}
    for measure, score in _SCORES.items():
        worst_first = table[measure].desc() if measure == "recency_days" else table[measure].asc()
        # Counted and not ranked, since ClickHouse tells equal rows apart when it ranks.
        no_better = table.count().over(ibis.window(order_by=worst_first, range=(None, 0)))
        # Whole numbers: a share such as 3/5 times 5 must be 3, not a hair more and then rounded up to 4.
        given[score] = (no_better * scores + everybody - 1) // everybody
    return table.mutate(**given)


def _by_bounds(table: ibis.Table, measure: str, thresholds: pd.DataFrame) -> ibis.Value:
    missing = {"measure", "score", "bound"} - set(thresholds.columns)
    if missing:
        raise MetricError(f"rfm: thresholds must be what rfm_thresholds returns, got none of {sorted(missing)}.")
    own = thresholds[thresholds["measure"] == measure].sort_values("score", ascending=False)
    value = table[measure]
    cases = []
    for score, bound in zip(own["score"], own["bound"], strict=True):
        limit = ibis.literal(bound, table.schema()[measure])
        cases.append((value <= limit if measure == "recency_days" else value >= limit, score))
    return ibis.cases(*cases, else_=1) if cases else ibis.literal(1)
