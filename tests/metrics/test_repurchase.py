import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import pytest

from retro.metrics import repurchase, repurchase_cohorts
from retro.periods import Window
from retro.sources import Tables

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
MakeRows = Callable[..., ibis.Table]

WEEK = Window(at("2025-01-10"), at("2025-01-17"))
LONG_AFTER = at("2025-06-01")


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    def make(*rows: tuple[object, ...]) -> ibis.Table:
        numbered = [(f"o{number}", *row) for number, row in enumerate(rows)]
        return table("order_id user_id ordered_at status", numbered)

    return make


def test_repurchase_counts_orders_of_the_days_after_the_first(orders: MakeRows) -> None:
    frame = repurchase(
        orders(
            ("regular", "2024-12-01T08:00", "paid"),  # orders are known for long enough
            ("same day", "2025-01-10T08:00", "paid"),
            ("same day", "2025-01-10T23:59", "paid"),
            ("next day", "2025-01-10T23:59", "paid"),
            ("next day", "2025-01-11T00:01", "paid"),
            ("last day", "2025-01-10T08:00", "paid"),
            ("last day", "2025-02-07T23:59", "paid"),
            ("too late", "2025-01-10T08:00", "paid"),
            ("too late", "2025-02-08T00:00", "paid"),
            ("cancels", "2025-01-10T08:00", "paid"),
            ("cancels", "2025-01-12T08:00", "cancelled"),
        ),
        replace(WEEK, observed_until=LONG_AFTER),
    )
    row = frame.iloc[0]
    assert (row["cohort"], row["buyers"], row["repurchasers"], row["rate"]) == ("campaign", 5, 2, 0.4)
    assert row["state"] == "observed"
    assert frame.iloc[1]["buyers"] == 0


@pytest.mark.parametrize("status", ["pending", "cancelled", "refunded", "fraudulent"])
def test_repurchase_first_order_is_the_first_valid_one(orders: MakeRows, status: str) -> None:
    rows = orders(
        ("u", "2025-01-01T08:00", status),
        ("u", "2025-01-10T08:00", "paid"),
        ("known", "2024-01-01T08:00", "paid"),  # bought a year ago: not a first-time buyer
        ("known", "2025-01-10T08:00", "paid"),
        (None, "2025-01-10T08:00", "paid"),
    )
    frame = repurchase(rows, replace(WEEK, observed_until=LONG_AFTER)).set_index("cohort")
    assert frame["buyers"].to_dict() == {"campaign": 1, "baseline": 0}


def test_repurchase_waits_for_the_last_day(orders: MakeRows) -> None:
    rows = orders(
        ("ripe", "2025-01-10T08:00", "paid"),
        ("ripe", "2025-01-12T08:00", "paid"),
        ("open", "2025-01-11T08:00", "paid"),
        ("open", "2025-01-12T08:00", "paid"),
        ("baseline", "2025-01-09T23:59", "paid"),
        ("old", "2024-10-01T08:00", "paid"),
    )
    frame = repurchase(rows, replace(WEEK, observed_until=at("2025-02-08"))).set_index("cohort")
    assert frame.loc["campaign", ["buyers", "repurchasers", "state"]].tolist() == [1, 1, "partial"]
    assert frame.loc["baseline", ["buyers", "repurchasers", "state"]].tolist() == [1, 0, "observed"]
    unripe = repurchase(rows, replace(WEEK, observed_until=at("2025-01-20")))
    assert unripe["state"].tolist() == ["unobserved", "unobserved"]
    assert unripe["repurchasers"].isna().all()
    assert unripe["rate"].isna().all()


def test_repurchase_takes_nobody_for_new_in_the_first_days_of_the_table(orders: MakeRows) -> None:
    rows = orders(
        ("regular", "2024-12-10T08:00", "paid"),  # the table begins; who knows what regular bought before
        ("regular", "2024-12-12T08:00", "paid"),
        ("late regular", "2025-01-06T23:59", "paid"),  # 27 days later
        ("new", "2025-01-07T00:00", "paid"),
        ("ripe", "2025-01-10T08:00", "paid"),
    )
    frame = repurchase(rows, replace(WEEK, observed_until=at("2025-02-20"))).set_index("cohort")
    assert frame["buyers"].to_dict() == {"campaign": 1, "baseline": 1}


def test_repurchase_of_a_table_that_begins_shortly_before_the_campaign_is_missing(orders: MakeRows) -> None:
    rows = orders(("first", "2025-01-08T08:00", "paid"), ("ripe", "2025-01-10T08:00", "paid"))
    frame = repurchase(rows, replace(WEEK, observed_until=LONG_AFTER)).set_index("cohort")
    assert frame["buyers"].to_dict() == {"campaign": 0, "baseline": 0}
    assert frame["rate"].isna().all()
    assert frame["repurchasers"].isna()["campaign"]
    assert frame["state"].to_dict() == {"campaign": "early", "baseline": "empty"}


def test_repurchase_cohorts_of_the_tables_first_days_are_missing(online_retail: Tables) -> None:
    window = Window(at("2011-01-01"), at("2011-12-01"), online_retail.observed_until("orders"))
    frame = repurchase_cohorts(online_retail.orders, window, months=12)
    december = frame[frame["cohort_month"] == dt.date(2010, 12, 1)]
    assert set(december["state"]) == {"early"}
    assert set(december["buyers"]) == {0}
    assert december["repurchasers"].isna().all()


def test_repurchase_cohorts_follow_each_month(orders: MakeRows) -> None:
    rows = orders(
        ("a", "2025-01-31T23:59", "paid"),
        ("a", "2025-02-01T00:00", "paid"),
        ("a", "2025-02-02T00:00", "paid"),
        ("b", "2025-01-01T00:00", "paid"),
        ("b", "2025-01-20T00:00", "paid"),
        ("c", "2025-02-01T00:00", "paid"),
        ("c", "2025-02-01T10:00", "paid"),
        ("c", "2025-03-05T10:00", "paid"),
        ("old", "2024-12-01T23:59", "paid"),
        ("old", "2024-12-31T23:59", "paid"),
        ("old", "2025-01-05T23:59", "paid"),
    )
    frame = repurchase_cohorts(rows, Window(at("2024-12-01"), at("2025-03-01"), at("2025-03-10")), months=2).set_index(
        ["cohort_month", "months_after"]
    )
    january, february = dt.date(2025, 1, 1), dt.date(2025, 2, 1)
    assert frame["buyers"].to_dict() == {(january, 0): 2, (january, 1): 2, (february, 0): 1, (february, 1): 1}
    assert frame["repurchasers"].to_dict() == {(january, 0): 1, (january, 1): 1, (february, 0): 0, (february, 1): 1}
    assert frame["state"].to_dict()[(february, 1)] == "partial"
    assert frame["state"].to_dict()[(january, 1)] == "observed"


def test_repurchase_cohorts_of_months_to_come_are_missing(orders: MakeRows) -> None:
    rows = orders(("a", "2025-01-31T23:59", "paid"), ("old", "2024-12-01T08:00", "paid"))
    frame = repurchase_cohorts(rows, Window(at("2024-12-01"), at("2025-02-01"), at("2025-02-01")), months=3)
    last = frame[frame["cohort_month"] == dt.date(2025, 1, 1)]
    assert last["state"].tolist() == ["observed", "unobserved", "unobserved"]
    assert last["repurchasers"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("monday", "buyers", "again"), [("09-19", 94, 13), ("10-03", 100, 14), ("10-10", 73, 20), ("10-17", 90, 14)]
)
def test_repurchase_of_a_real_shop(online_retail: Tables, monday: str, buyers: int, again: int) -> None:
    start = at(f"2011-{monday}")
    frame = repurchase(
        online_retail.orders, Window(start, start + dt.timedelta(weeks=1), online_retail.observed_until("orders"))
    )
    assert frame.loc[0, ["buyers", "repurchasers"]].tolist() == [buyers, again]


@pytest.mark.parametrize(
    ("month", "buyers", "again"),
    [
        ("2011-01", 417, 92),
        ("2011-02", 380, 71),
        ("2011-09", 299, 70),
        ("2011-10", 358, 86),
    ],
)
def test_repurchase_cohorts_of_a_real_shop(online_retail: Tables, month: str, buyers: int, again: int) -> None:
    frame = repurchase_cohorts(
        online_retail.orders,
        Window(at("2011-01-01"), at("2011-12-01"), online_retail.observed_until("orders")),
        months=12,
    ).set_index(["cohort_month", "months_after"])
    cell = frame.loc[(dt.date.fromisoformat(f"{month}-01"), 1)]
    assert (cell["buyers"], cell["repurchasers"], cell["state"]) == (buyers, again, "observed")


def test_a_month_with_days_without_any_order_holds_no_repurchase_of_a_real_shop(online_retail: Tables) -> None:
    """From Good Friday to Easter Monday of 2011 the data has no rows."""
    window = Window(at("2011-01-01"), at("2011-06-01"), at("2011-06-01"))
    frame = repurchase_cohorts(online_retail.orders, window, months=3).set_index(["cohort_month", "months_after"])
    assert frame.loc[(dt.date(2011, 3, 1), 1), "state"] == "lost"
    assert frame.loc[(dt.date(2011, 3, 1), 1), ["repurchasers", "rate"]].isna().all()


def test_repurchase_cohorts_show_what_a_running_month_has_reached(online_retail: Tables) -> None:
    frame = repurchase_cohorts(
        online_retail.orders, Window(at("2011-01-01"), at("2011-12-01"), at("2011-12-09T13:00")), months=2
    ).set_index(["cohort_month", "months_after"])
    cell = frame.loc[(dt.date(2011, 11, 1), 1)]
    assert (cell["buyers"], cell["repurchasers"], cell["state"]) == (324, 36, "partial")
