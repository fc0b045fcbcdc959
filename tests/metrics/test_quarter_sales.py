from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics.quarter_sales import period_totals, quarter_sales
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    return table(
        "order_id user_id ordered_at status amount",
        [
            ("a", "ann", "2024-01-01T08:00", "paid", "10.00"),
            ("b", "ann", "2024-02-10T12:00", "paid", "20.00"),
            ("c", "ann", "2024-12-31T23:59", "paid", "5.00"),
            ("d", "ann", "2025-01-01T00:00", "paid", "30.00"),
            ("e", "bob", "2025-01-02T10:00", "paid", "15.00"),
            ("f", "bob", "2025-01-02T11:00", "cancelled", "99.00"),
        ],
    )


def campaigns(*spans: tuple[str, str | None, str | None]) -> pd.DataFrame:
    rows = [(name, first and pd.Timestamp(first), last and pd.Timestamp(last)) for name, first, last in spans]
    return pd.DataFrame(rows, columns=["title", "start", "end"])


def test_days_are_named_after_the_campaign_that_touches_them(orders: ibis.Table) -> None:
    spans = campaigns(("Night", "2025-01-02T20:00", "2025-01-03T20:00"), ("Missing", None, None))

    frame = quarter_sales(orders, spans, Window(at("2025-01-01"), at("2025-01-05")))

    assert frame["gmv"].tolist() == [Decimal("30.00"), Decimal("15.00"), Decimal("0.00"), Decimal("0.00")]
    assert frame["campaign"].tolist() == [None, "Night", "Night", None]


def test_whole_months_are_compared_with_whole_months(orders: ibis.Table) -> None:
    frame = period_totals(orders, Window(at("2025-01-01"), at("2025-04-01"))).set_index("period")

    assert frame.loc["year_ago", ["start", "end"]].tolist() == [at("2024-01-01"), at("2024-04-01")]
    assert frame.loc["previous", ["start", "end"]].tolist() == [at("2024-10-01"), at("2025-01-01")]
    assert frame["gmv"].to_dict() == {
        "current": Decimal("45.00"), "previous": Decimal("5.00"), "year_ago": Decimal("30.00"),
    }  # fmt: skip
    assert frame["days"].tolist() == [90, 92, 91]
    assert frame.loc["current", ["orders", "buyers", "order_value"]].tolist() == [2, 2, Decimal("22.50")]
    # Of 30 and 15 squares leave 112.5; the error sqrt(112.5 * 2 / 1) / 2 = 7.5, times t(1) = 12.7062.
    assert frame.loc["current", ["low", "high"]].round(3).tolist() == [-72.797, 117.797]


def test_the_period_before_a_whole_year_is_told_once_as_a_year_ago(orders: ibis.Table) -> None:
    frame = period_totals(orders, Window(at("2025-01-01"), at("2026-01-01"))).set_index("period")

    assert frame["start"].to_dict() == {"current": at("2025-01-01"), "year_ago": at("2024-01-01")}


def test_a_period_before_the_data_is_missing_and_not_zero(orders: ibis.Table) -> None:
    frame = period_totals(orders, Window(at("2024-02-01"), at("2024-03-01"))).set_index("period")

    assert frame.loc["previous", "gmv"] == Decimal("10.00")
    assert frame.loc["year_ago", ["orders", "buyers", "gmv", "order_value"]].tolist() == [None] * 4


def test_other_periods_move_by_whole_weeks(orders: ibis.Table) -> None:
    frame = period_totals(orders, Window(at("2025-01-02"), at("2025-01-04"))).set_index("period")

    assert frame.loc["previous", ["start", "end"]].tolist() == [at("2024-12-26"), at("2024-12-28")]
    assert frame.loc["year_ago", "start"] == at("2024-01-04")


def test_an_empty_period_is_refused(orders: ibis.Table) -> None:
    with pytest.raises(MetricError, match="end must be after start"):
        period_totals(orders, Window(at("2025-01-02"), at("2025-01-02")))


def test_lost_days_are_missing_by_day_and_counted_in_all(table: MakeTable) -> None:
    """Eight orders of 10.00 a day in January and February, two days of February lost."""
    days = [at("2025-01-01T12:00") + dt.timedelta(days=day) for day in range(59) if day not in {40, 41}]
    rows = [(f"o{place}", "ann", day, "paid", "10.00") for place, day in enumerate(days * 8)]
    window, orders = (
        Window(at("2025-02-01"), at("2025-03-01")),
        table("order_id user_id ordered_at status amount", rows),
    )

    frame = quarter_sales(orders, campaigns(), window)
    sums = period_totals(orders, window).set_index("period")

    assert frame.loc[frame["orders"].isna(), "on"].tolist() == [dt.date(2025, 2, 10), dt.date(2025, 2, 11)]
    assert sums["lost_days"].to_dict() == {"current": 2, "previous": 0, "year_ago": 0}
    assert sums.loc["current", "gmv"] == Decimal("2080.00")
    assert sums.loc["previous", "gmv"] == Decimal("2480.00")
