"""Pacing: GMV of month, quarter and year so far, beside the plan to date."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pandas as pd

from retro.errors import MetricError, MissingColumn
from retro.metrics.money import as_money
from retro.periods import Window

QUARTERS, MONTHS = 4, 3

COLUMNS = (
    "span", "first", "actual", "planned", "target", "pace_rate", "reached_rate", "left", "left_months",
)  # fmt: skip


def pacing(
    trend: pd.DataFrame,
    window: Window,
    *,
    year: Decimal | None = None,
    quarters: Sequence[Decimal] = (),
    months: Sequence[Decimal] = (),
) -> pd.DataFrame:
    """Compare GMV of month, quarter and year so far with the plan to the same day.

    Args:
        trend: What `monthly_trend` returns, back to January of the year of the month.
        window: The campaign or period.
        year: What the year aims at; None where nothing was planned.
        quarters: The year's split over its quarters; adds up to 1.
        months: The split of each quarter over its months; adds up to 1.

    Returns:
        One row per span, in order; none without a plan.
        - `span` (str): `month`, `quarter`, `year`.
        - `first` (date): Its first day.
        - `actual` (Decimal): GMV from its begin to the end. None where that of a month is not known; what is made from
          it is missing then.
        - `planned` (Decimal): What the plan has by the end. `target` (Decimal): What it has for the whole span.
        - `pace_rate` (float): `actual` over `planned`.
        - `reached_rate` (float): `actual` over `target`.
        - `left` (Decimal): What is still to come, 0 once the target is reached; `left_months` (int): months for it.

    Raises:
        MetricError: A split does not add up to 1 or has a wrong number of parts, or the trend lacks a month.
        MissingColumn: Orders hold no money.
    """
    if year is None:
        return pd.DataFrame(columns=list(COLUMNS))
    _check_split("quarters", quarters, QUARTERS)
    _check_split("months", months, MONTHS)
    last = (window.end - dt.timedelta(days=1)).date().replace(day=1)
    sold: Mapping[dt.date, Decimal] = dict(zip(trend["month"], trend["gmv"], strict=True))
    if trend["gmv"].isna().all():
        raise MissingColumn("pacing: orders must have the column 'amount', got none.", "orders", "amount")
    plan = [year * quarter * month for quarter in quarters for month in months]
    place, quarter = last.month - 1, (last.month - 1) // MONTHS
    spans = {"month": (place, place + 1), "quarter": (quarter * MONTHS, quarter * MONTHS + MONTHS), "year": (0, 12)}
    rows = []
    for span, (begin, finish) in spans.items():
        wanted = [last.replace(month=number + 1) for number in range(begin, place + 1)]
        if missing := [month for month in wanted if month not in sold]:
            raise MetricError(f"pacing: trend must hold {missing[0]:%Y-%m}, got none. Ask for more months.")
        amounts = [sold[month] for month in wanted]
        actual = None if any(amount is None for amount in amounts) else sum(amounts, Decimal(0))
        planned, target = as_money(sum(plan[begin : place + 1])), as_money(sum(plan[begin:finish]))
        rows.append(
            {
                "span": span,
                "first": wanted[0],
                "actual": actual,
                "planned": planned,
                "target": target,
                "pace_rate": float(actual / planned) if actual is not None and planned else float("nan"),
                "reached_rate": float(actual / target) if actual is not None and target else float("nan"),
                "left": None if actual is None else max(target - actual, Decimal("0.00")),
                "left_months": finish - place - 1,
            }
        )
    return pd.DataFrame(rows)


def _check_split(name: str, parts: Sequence[Decimal], count: int) -> None:
    if len(parts) != count or sum(parts) != 1:
        given = ", ".join(f"{part:f}" for part in parts)
        raise MetricError(
            f"pacing: {name} must be {count} shares that add up to 1, got {given}, which add up to {sum(parts):f}."
        )
