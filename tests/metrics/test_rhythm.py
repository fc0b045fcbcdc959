from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics import month_figures, monthly_trend, pacing, weekly_chain
from retro.metrics.comparison import comparison
from retro.periods import Period, Window

MARCH, APRIL = dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1)


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2025-{day}")


def shop() -> dict[str, ibis.Table]:
    rows = [
        ("o1", "ann", at("01-05"), at("01-05"), "paid", "20.00"),
        ("o2", "ann", at("03-03"), at("03-03"), "paid", "40.00"),
        ("o3", "bob", at("03-10"), at("03-10"), "paid", "60.00"),
        ("o4", "bob", at("03-11"), None, "cancelled", "99.00"),
    ]
    orders = pd.DataFrame(rows, columns=["order_id", "user_id", "ordered_at", "paid_at", "status", "amount"])
    schema = {**dict.fromkeys(("order_id", "user_id", "status"), "string"),
              **dict.fromkeys(("ordered_at", "paid_at"), "timestamp"), "amount": "decimal(12, 2)"}  # fmt: skip
    seen = [("ann", at("02-10")), ("ann", at("02-12")), ("ann", at("03-03")), ("bob", at("03-03")),
            ("bob", at("03-04")), ("ann", at("03-10")), ("bob", at("03-18T12:00")), ("eve", at("03-10"))]  # fmt: skip
    people = [("ann", at("01-01")), ("bob", at("03-02")), ("eve", at("03-09"))]
    return {
        "orders": ibis.memtable(orders.assign(amount=orders["amount"].map(Decimal)), schema=schema),
        "events": ibis.memtable(pd.DataFrame(seen, columns=["user_id", "occurred_at"])),
        "users": ibis.memtable(pd.DataFrame(people, columns=["user_id", "registered_at"])),
    }


def test_months_without_orders_are_0_and_visits_before_the_events_are_missing() -> None:
    frame = monthly_trend(shop(), Window(MARCH, APRIL), months=3)

    assert frame["month"].tolist() == [dt.date(2025, 1, 1), dt.date(2025, 2, 1), dt.date(2025, 3, 1)]
    assert frame["gmv"].tolist() == [Decimal("20.00"), Decimal("0.00"), Decimal("100.00")]
    assert frame["orders"].tolist() == [1, 0, 2]
    assert frame["visits"].isna().tolist() == [True, True, False]  # events begin within February
    assert (frame["visits"].iloc[2], frame["new_users"].tolist()) == (6, [1, 0, 2])
    assert frame["conversion"].iloc[2] == pytest.approx(2 / 6)
    assert frame["order_value"].tolist() == [Decimal("20.00"), None, Decimal("50.00")]


def test_a_trend_of_no_months_is_refused() -> None:
    with pytest.raises(MetricError, match="months must be at least 1, got 0"):
        monthly_trend(shop(), Window(MARCH, APRIL), months=0)


def test_a_week_is_followed_to_its_orders_and_to_the_week_after() -> None:
    tables = shop()

    frame = weekly_chain(tables["events"], tables["orders"], Window(at("03-01"), at("03-24"), at("03-24")), weeks=3)

    assert frame["week"].tolist() == [dt.date(2025, 3, 3), dt.date(2025, 3, 10), dt.date(2025, 3, 17)]
    assert frame["visitors"].tolist() == [2, 2, 1]
    assert frame["visits"].tolist() == [3, 2, 1]
    # Bob's order of the 10th counts for no visitor of that week: he was not seen in it.
    assert frame["buyers"].tolist() == [1, 0, 0]
    assert frame["returned"].tolist() == [1, 0, pd.NA]
    assert frame["rate"].iloc[0] == 0.5
    assert frame["rate"].isna().tolist() == [False, False, True]


def figures() -> dict[str, dict[str, Any]]:
    tables = shop()
    frame = month_figures(tables, monthly_trend(tables, Window(MARCH, APRIL)), Window(MARCH, APRIL))
    return {row["figure"]: row for row in frame.to_dict("records")}


def test_the_figures_of_a_month_with_what_they_divide() -> None:
    found = figures()

    assert (found["gmv"]["value"], found["orders"]["value"], found["order_value"]["value"]) == (100, 2, 50)
    assert found["payment_rate"]["value"] == Decimal(2) / 3
    assert (found["payment_rate"]["numerator"], found["payment_rate"]["denominator"]) == (2, 3)
    assert 0.2 < found["payment_rate"]["low"] < 0.3
    assert found["new_customer_gmv_rate"]["value"] == Decimal("0.6")
    assert (found["new_users"]["value"], found["visits"]["value"]) == (2, 6)


def test_what_another_month_lacks_is_missing() -> None:
    found = figures()

    assert found["visits"]["previous"] is None
    assert found["gmv"]["year_ago"] is None
    assert found["gmv"]["change"] != found["gmv"]["change"]  # NaN: nothing was sold in February


PLAN: dict[str, Any] = {
    "year": Decimal(1000),
    "quarters": [Decimal(part) for part in ("0.2", "0.2", "0.2", "0.4")],
    "months": [Decimal(part) for part in ("0.25", "0.25", "0.5")],
}


def test_a_quarter_is_paced_by_its_months() -> None:
    frame = pacing(monthly_trend(shop(), Window(MARCH, APRIL), months=3), Window(MARCH, APRIL), **PLAN).set_index(
        "span"
    )

    assert frame["actual"].tolist() == [Decimal("100.00"), Decimal("120.00"), Decimal("120.00")]
    assert frame["planned"].tolist() == [Decimal("100.00"), Decimal("200.00"), Decimal("200.00")]
    assert frame["target"].tolist() == [Decimal("100.00"), Decimal("200.00"), Decimal("1000.00")]
    assert frame.loc["year", "left"] == Decimal("880.00")
    assert frame["left_months"].tolist() == [0, 0, 9]
    assert frame.loc["quarter", "pace_rate"] == pytest.approx(0.6)


def test_a_split_that_does_not_add_up_is_refused() -> None:
    trend = monthly_trend(shop(), Window(MARCH, APRIL), months=3)
    uneven = [Decimal(part) for part in ("0.20", "0.35", "0.25", "0.30")]

    with pytest.raises(MetricError, match=r"quarters must be 4 shares that add up to 1, got .*, which add up to 1.10"):
        pacing(trend, Window(MARCH, APRIL), **{**PLAN, "quarters": uneven})


def test_a_trend_that_is_too_short_is_refused() -> None:
    with pytest.raises(MetricError, match=r"trend must hold 2025-01, got none\. Ask for more months"):
        pacing(monthly_trend(shop(), Window(MARCH, APRIL), months=2), Window(MARCH, APRIL), **PLAN)


def test_without_a_plan_there_is_no_pace() -> None:
    assert pacing(monthly_trend(shop(), Window(MARCH, APRIL), months=3), Window(MARCH, APRIL)).empty


def test_periods_are_laid_over_each_other_from_their_begin() -> None:
    bases = [
        Period("target", at("02-01"), MARCH, amount=Decimal(10)),
        Period("dates", at("01-04"), at("01-08")),
        Period("year_ago", dt.datetime(2024, 3, 1), dt.datetime(2024, 4, 1)),
    ]

    periods, course = comparison(shop(), bases, Window(MARCH, at("03-11")))

    assert periods["base"].tolist() == [-1, 1, 2]
    assert periods["days"].tolist() == [10.0, 4.0, 31.0]
    assert periods["weekend_days"].tolist() == [4, 2, 10]
    assert periods["daily_gmv"].tolist() == [Decimal("10.00"), Decimal("5.00"), Decimal("0.00")]
    assert periods["daily_change"].tolist()[1] == 1.0
    assert periods["gmv_change"].isna().tolist() == [True, False, True]
    own = course[course["base"] == -1]
    assert own["total"].tolist() == [Decimal(0)] * 3 + [Decimal(40)] * 7 + [Decimal(100)]
    assert course.loc[course["base"] == 1, "elapsed"].tolist() == [0, 1, 2, 3, 4]


def test_a_night_is_followed_by_the_hour() -> None:
    _, course = comparison(shop(), [], Window(at("03-02T20:00"), at("03-03T20:00")))

    assert course["elapsed"].tolist() == list(range(25))
    assert course["total"].tolist() == [Decimal(0)] * 5 + [Decimal(40)] * 20
    assert course.attrs["elapsed"] == "hours"


def test_two_days_whose_orders_know_only_days_have_no_course_by_the_hour() -> None:
    days = [at("03-01") + dt.timedelta(days=number % 4) for number in range(120)]
    orders = [(f"o{number}", "u", day, "paid", Decimal(1)) for number, day in enumerate(days)]
    frame = pd.DataFrame(orders, columns=["order_id", "user_id", "ordered_at", "status", "amount"])

    _, course = comparison({"orders": ibis.memtable(frame)}, [], Window(at("03-02"), at("03-04")))

    assert course.attrs["elapsed"] == "days"
    assert course["total"].tolist() == [Decimal(0), Decimal(30), Decimal(60)]


def test_weeks_and_months_with_lost_days_of_visits_are_missing() -> None:
    """Twenty regulars come and buy every day; the visits of Wednesday 19 March were not exported."""
    days = [at("01-06") + dt.timedelta(days=day) for day in range(84)]
    people = [f"u{number}" for number in range(20)]
    bought = [(f"{day}{one}", one, day, "paid", Decimal("1.00")) for day in days for one in people]
    orders = pd.DataFrame(bought, columns=["order_id", "user_id", "ordered_at", "status", "amount"])
    came = [(one, day) for day in days if day != at("03-19") for one in people]
    events = pd.DataFrame(came, columns=["user_id", "occurred_at"])
    tables = {"orders": ibis.memtable(orders), "events": ibis.memtable(events)}

    chain = weekly_chain(tables["events"], tables["orders"], Window(at("03-01"), at("03-31"), at("03-31")), weeks=4)
    trend = monthly_trend(tables, Window(MARCH, dt.datetime(2025, 4, 1)), months=2).set_index("month")

    assert chain["week"].tolist() == [dt.date(2025, 3, 3), dt.date(2025, 3, 10), dt.date(2025, 3, 24)]
    assert chain["visitors"].tolist() == [20, 20, 20]
    assert chain["returned"].isna().tolist() == [False, True, True]
    assert trend.loc[dt.date(2025, 2, 1), "visits"] == 28 * 20
    assert pd.isna(trend.loc[dt.date(2025, 3, 1), "visits"])
    assert pd.isna(trend.loc[dt.date(2025, 3, 1), "conversion"])


def steady(lost: range) -> dict[str, ibis.Table]:
    """Twenty orders of 1.00 a day in 2024's December and 2025's first quarter, without some days of March."""
    days = [dt.datetime(2024, 12, 1, 9) + dt.timedelta(days=day) for day in range(121)]
    bought = [
        (f"{day}{one}", f"u{one}", day, day, "paid", Decimal("1.00"))
        for day in days
        for one in range(20)
        if (day.month, day.day) not in {(3, number) for number in lost}
    ]
    columns = ["order_id", "user_id", "ordered_at", "paid_at", "status", "amount"]
    return {"orders": ibis.memtable(pd.DataFrame(bought, columns=columns))}


def test_months_with_lost_days_and_before_orders_begin_have_no_sales_in_the_trend() -> None:
    window = Window(MARCH, dt.datetime(2025, 4, 1), dt.datetime(2025, 4, 1))
    whole, holed = (monthly_trend(steady(lost), window, months=5) for lost in (range(0), range(10, 12)))

    assert whole["gmv"].tolist() == [None, Decimal(620), Decimal(620), Decimal(560), Decimal(620)]
    assert holed["gmv"].tolist() == [None, Decimal(620), Decimal(620), Decimal(560), None]
    assert holed["orders"].isna().tolist() == [True, False, False, False, True]


def test_a_span_with_lost_days_has_no_pace() -> None:
    trend = monthly_trend(steady(range(10, 12)), Window(MARCH, dt.datetime(2025, 4, 1)), months=3)

    april = pacing(trend, Window(MARCH, dt.datetime(2025, 4, 1)), **PLAN).set_index("span")

    assert april["actual"].tolist() == [None, None, None]
    assert april[["pace_rate", "reached_rate", "left"]].isna().all(axis=None)
    february = pacing(trend, Window(dt.datetime(2025, 2, 1), MARCH), **PLAN).set_index("span")
    assert february.loc["quarter", "actual"] == Decimal(1180)


def test_sums_of_a_month_with_lost_days_are_not_compared() -> None:
    window = Window(MARCH, dt.datetime(2025, 4, 1), dt.datetime(2025, 4, 1))
    tables = steady(range(10, 12))

    frame = month_figures(tables, monthly_trend(tables, window), window).set_index("figure")

    assert (frame.loc["gmv", "value"], frame.loc["gmv", "previous"]) == (Decimal(580), Decimal(560))
    assert frame.loc[["gmv", "orders"], "change"].isna().all()
    assert (frame.loc["order_value", "change"], frame.loc["payment_rate", "change"]) == (0, 0)
    assert frame["lost_days"].tolist() == [2] * len(frame)
