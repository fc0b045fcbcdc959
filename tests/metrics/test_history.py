from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro import metrics
from retro.economics import UnitEconomics
from retro.metrics.baseline import Impact
from retro.metrics.history import (
    History,
    blank_days,
    blank_of,
    history,
    history_of,
    keep_blank,
    missing_days,
    missing_days_of,
)
from retro.metrics.windows import number_of
from retro.periods import Period, Window

MONDAY = number_of(dt.date(2025, 1, 6))
WEEKS = range(MONDAY, MONDAY + 56)
FIRST = dt.date(2025, 1, 6)


def days(*offsets: int) -> frozenset[dt.date]:
    return frozenset(FIRST + dt.timedelta(days=offset) for offset in offsets)


def test_one_moment_of_1970_does_not_move_the_beginning() -> None:
    assert history_of({0: 1} | dict.fromkeys(WEEKS, 10)) == History(FIRST)


def test_missing_days_of_several_tables_are_asked_in_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = ibis.duckdb.connect()
    moments = [dt.datetime(2025, 1, 6) + dt.timedelta(days=day) for day in range(56) for _ in range(20)]
    orders = connection.create_table("orders", pd.DataFrame({"at": [at for at in moments if at.day != 20]}))
    costs = connection.create_table(
        "costs", pd.DataFrame({"on": [at.date() for at in moments if at.day not in {8, 9}]})
    )
    empty = connection.create_table("empty", schema={"at": "timestamp"})
    span = Window(dt.datetime(2024, 12, 30), dt.datetime(2025, 3, 3))
    asked, compiled = [(orders, "at", True), (costs, "on", False), (empty, "at", True)], list[str]()
    alone = tuple(missing_days(table, at, span, steady=steady) for table, at, steady in asked)
    compile_ = connection.compile
    monkeypatch.setattr(connection, "compile", lambda *a, **k: compiled.append(compile_(*a, **k)) or compiled[-1])

    assert missing_days_of(asked, span) == alone == (9, 4, 63)
    assert len(compiled) == 1


def test_lost_weeks_are_no_beginning_and_no_days_without_customers() -> None:
    rows = {day: 10 for day in WEEKS if not 14 <= day - MONDAY < 28}

    assert history_of(rows) == History(FIRST, days(*range(14, 28)))


def test_a_shop_that_is_closed_on_sundays_has_lost_none() -> None:
    assert history_of({day: 50 for day in WEEKS if (day - MONDAY) % 7 != 6}).lost == frozenset()


def test_a_sparse_table_is_judged_at_its_own_rate() -> None:
    """Two refunds a week: ten empty days say nothing, ten empty weeks do."""
    short = {MONDAY + day: 1 for week in range(40) for day in (7 * week, 7 * week + 3) if not 70 <= day < 80}
    long = {day: rows for day, rows in short.items() if not 140 <= day - MONDAY < 210}

    assert history_of(short) == History(FIRST)
    lost = history_of(long).lost
    assert lost == days(*range(137, 210))


def months(*left_out: int) -> dict[int, int]:
    """Fifty rows on the first of each month of two years."""
    return {number_of(dt.date(2024 + n // 12, n % 12 + 1, 1)): 50 for n in range(24) if n not in left_out}


def test_a_table_of_a_coarser_grain_is_judged_by_its_own() -> None:
    april = frozenset(dt.date(2024, 4, day) for day in range(1, 31))

    assert history_of(months()) == History(dt.date(2024, 1, 1))
    assert history_of(months(), number_of(dt.date(2025, 12, 30))) == History(dt.date(2024, 1, 1))
    assert history_of(months(3)) == History(dt.date(2024, 1, 1), april)
    fortnights = dict.fromkeys(range(MONDAY, MONDAY + 14 * 20, 14), 30)
    assert history_of(fortnights) == History(FIRST)


def test_a_shop_that_grew_has_lost_no_days_of_its_first_weeks() -> None:
    """One order a week, then twenty a day: the empty days before are those of a small shop."""
    small = dict.fromkeys(range(MONDAY, MONDAY + 140, 7), 1)
    grown = dict.fromkeys(range(MONDAY + 140, MONDAY + 280), 20)
    hole = MONDAY + 200

    assert history_of(small | grown).lost == frozenset()
    assert history_of({day: rows for day, rows in (small | grown).items() if day != hole}).lost == days(200)


def test_a_shop_that_lost_whole_months_is_still_one_of_days() -> None:
    rows = {day: 10 for day in range(MONDAY, MONDAY + 280) if not 70 <= day - MONDAY < 200}

    assert history_of(rows) == History(FIRST, days(*range(70, 200)))


def test_a_rate_of_eight_a_day_is_needed_to_miss_a_single_day() -> None:
    """On seven others of its weekday: (7/8) to the power of 56 is 0.0006, of 49 is 0.0014."""
    hole = MONDAY + 30

    assert history_of({day: 8 for day in WEEKS if day != hole}).lost == days(30)
    assert history_of({day: 7 for day in WEEKS if day != hole}).lost == frozenset()


def rows_of(at: str, per_day: int, *, without: tuple[int, ...] = (), days: range = range(56)) -> ibis.Table:
    moments = [
        dt.datetime(2025, 1, 6, 9) + day * dt.timedelta(days=1)
        for day in days
        for _ in range(per_day * (day not in without))
    ]
    return ibis.memtable(pd.DataFrame({at: moments}))


def test_a_day_without_rows_in_any_table_is_lost_in_each() -> None:
    """Three orders and three visits a day: alone each may be empty by chance, together hardly ever: (7/8)^(6 * 7)."""
    shop = {"orders": rows_of("ordered_at", 3, without=(30,)), "events": rows_of("occurred_at", 3, without=(30,))}
    spare = {"orders": shop["orders"], "events": rows_of("occurred_at", 3)}

    assert history(shop["orders"], "ordered_at").lost == frozenset()
    assert blank_days(shop) == tuple(days(30))
    assert blank_days(spare) == ()
    assert blank_days({"orders": shop["orders"]}) == ()
    booked = spare["events"].rename(incurred_on="occurred_at")
    assert blank_days(shop | {"campaign_costs": booked}) == tuple(days(30))


def test_a_day_off_and_days_before_a_second_table_are_not_blank() -> None:
    sundays = tuple(range(6, 56, 7))
    orders = rows_of("ordered_at", 3, without=(3, 30, *sundays))
    events = rows_of("occurred_at", 3, without=(30, *sundays), days=range(14, 56))

    assert blank_days({"orders": orders, "events": events}) == tuple(days(30))


def test_every_history_of_a_connection_knows_its_blank_days() -> None:
    connection = ibis.duckdb.connect()
    orders = connection.create_table("orders", rows_of("ordered_at", 1, without=(30, 31)).to_pyarrow())
    monthly = history_of(months(), blank=[dt.date(2024, 4, 9)])
    before = history(orders, "ordered_at")
    keep_blank(connection, [*days(30), dt.date(2024, 1, 1)])

    assert (before.lost, history(orders, "ordered_at").lost) == (frozenset(), days(30))
    assert history(orders.filter(orders.ordered_at.hour() == 9), "ordered_at").lost == days(30)
    assert blank_of(orders) == blank_of(connection)
    assert monthly.lost == frozenset()


def test_campaign_days_do_not_make_an_empty_day_implausible() -> None:
    rows = {day: 3 for day in WEEKS if day != MONDAY + 30} | dict.fromkeys(range(MONDAY + 40, MONDAY + 44), 5000)

    assert history_of(rows).lost == frozenset()


def test_a_span_is_known_from_the_first_day_on_without_lost_days() -> None:
    known = History(FIRST, days(20))
    at = dt.datetime.fromisoformat

    assert known.knows(Window(at("2025-01-06T08:00"), at("2025-01-26T00:00")))
    assert not known.knows(Window(at("2025-01-05T08:00"), at("2025-01-07T00:00")))
    assert not known.knows(Window(at("2025-01-26T23:00"), at("2025-01-28T00:00")))
    assert not History(None).knows(Window(at("2025-01-06"), at("2025-01-07")))


def test_compared_periods_look_equally_far_back() -> None:
    known = History(FIRST)
    february, march = (Window(dt.datetime(2025, month, 10), dt.datetime(2025, month, 20)) for month in (2, 3))

    assert known.look_back(march) == dt.timedelta(days=63)
    assert known.look_back(march, february) == dt.timedelta(days=35)
    assert known.look_back(february.earlier(dt.timedelta(days=8))) is None


def test_a_table_without_rows_knows_nothing() -> None:
    assert history_of({}) == History(None)


START = dt.datetime(2025, 3, 3)
WEEK = Window(START, START + dt.timedelta(days=7), dt.datetime(2025, 4, 1))
DAY = dt.timedelta(days=1)


def arrivals(weeks: int, *, without: range = range(0), old: bool = False) -> ibis.Table:
    """Ten users a day for so many weeks, then twenty a day for one; some days lost, one user of 1970."""
    moments = [
        START + place * DAY + dt.timedelta(hours=9, minutes=number)
        for place in range(-7 * weeks, 7)
        if place not in without
        for number in range(20 if place >= 0 else 10)
    ]
    moments += [dt.datetime(1970, 1, 1, 8)] if old else []
    return ibis.memtable(
        pd.DataFrame({"user_id": [f"u{place}" for place in range(len(moments))], "registered_at": moments})
    )


def test_one_user_of_1970_does_not_make_weeks_without_a_shop_weeks_without_users() -> None:
    """Case 02: the shop opened five weeks before its campaign, in which arrivals doubled."""
    (lift,) = metrics.registration_lift(arrivals(5, old=True), WEEK).itertuples()

    assert (lift.baseline, lift.lift_rate, lift.baseline_windows) == (70, 1.0, 5)


def test_lost_weeks_are_left_out_of_a_baseline() -> None:
    """Case 07: two of the eight weeks before were not exported."""
    users = arrivals(8, without=range(-42, -28))
    (lift,) = metrics.registration_lift(users, WEEK).itertuples()
    daily = metrics.registrations(users, WEEK)
    channels = metrics.reach(users, {}, WEEK, within=DAY, touches=())

    assert (lift.baseline, lift.lift_rate, lift.baseline_windows) == (70, 1.0, 6)
    assert daily["baseline"].tolist() == [10] * 7
    assert channels["baseline"].tolist() == [70]


def test_lost_days_of_a_campaign_are_no_days_on_which_nobody_registered() -> None:
    """Twenty a day on four of seven days, ten a day on the same days of eight weeks before."""
    users = arrivals(8, without=range(2, 5))
    (lift,) = metrics.registration_lift(users, WEEK).itertuples()
    tickets = users.rename(ticket_id="user_id", opened_at="registered_at")
    (load,) = metrics.support_lift(tickets, WEEK).itertuples()

    assert (lift.registrations, lift.baseline, lift.lift_rate, lift.lost_days) == (80, 40, 1.0, 3)
    assert metrics.registrations(users, WEEK)["registrations"].isna().tolist() == [False] * 2 + [True] * 3 + [False] * 2
    assert (load.tickets, load.baseline, load.lost_days) == (80, 40, 3)


def test_lost_days_of_events_are_no_days_on_which_nobody_came_back() -> None:
    """Everybody is back the day after; the events of one Wednesday are lost."""
    users = arrivals(4)
    seen = users.mutate(event=ibis.literal("log_in"), occurred_at=users.registered_at + ibis.interval(days=1))
    lost = ibis.timestamp("2025-03-05"), ibis.timestamp("2025-03-06")
    events = seen.filter((seen.occurred_at < lost[0]) | (seen.occurred_at >= lost[1]))

    campaign = metrics.retention(users, events, WEEK, days=[1]).iloc[0]

    assert (campaign.eligible, campaign.retained, campaign.state) == (120, 120, "partial")


def sales(without: range) -> ibis.Table:
    """Fifteen weeks of ten orders a day of 10.00, more at weekends, then a week of twenty; some days lost."""
    rows = [
        (
            f"{place}-{number}",
            f"u{place}-{number}",
            START + place * DAY + dt.timedelta(hours=9),
            "paid",
            Decimal("10.00"),
        )
        for place in range(-105, 21)
        if place not in without
        for number in range((20 if 0 <= place < 7 else 10) + (place % 7 > 4))
    ]
    return ibis.memtable(pd.DataFrame(rows, columns=["order_id", "user_id", "ordered_at", "status", "amount"]))


def test_lost_days_are_no_days_without_sales_in_an_impact() -> None:
    economics, until = UnitEconomics(), START + 21 * DAY
    phases = metrics.phases_of(Window(START, START + 7 * DAY, until))

    def found(without: range) -> Impact:
        return metrics.impacts(sales(without), {}, phases, economics=economics, observed_until=until).gmv

    whole, holed, short = found(range(0)), found(range(-30, -18)), found(range(2, 4))

    assert whole.effects["effect"].iloc[-1] == pytest.approx(700, abs=10)
    assert holed.effects["effect"].iloc[-1] == pytest.approx(700, abs=10)
    assert (whole.masked_days, holed.masked_days, short.masked_days) == (0, 12, 0)
    assert (whole.baseline_days, holed.baseline_days) == (105, 93)
    assert (short.unseen_days, short.effects["days"].iloc[-1]) == (2, 5)
    assert short.effects["effect"].iloc[-1] == pytest.approx(500, abs=10)
    assert short.days.loc[short.days["on"] == dt.date(2025, 3, 5), ["phase"]].values.tolist() == [["masked"]]


def test_sales_of_a_period_with_lost_days_are_no_base_of_comparison() -> None:
    march = Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 24))
    known = metrics.period_totals(sales(range(0)), march).set_index("period")
    lost = metrics.period_totals(sales(range(-20, -18)), march).set_index("period")

    assert known["orders"]["previous"] > 0
    assert lost["orders"]["previous"] is None
    assert lost["orders"]["current"] == known["orders"]["current"]


def buyers(*months: tuple[int, int, int]) -> ibis.Table:
    """On each day of these months an order of 10.00 of a regular and one of somebody new."""
    rows = []
    for year, month, _ in months:
        for day in range(1, 29):
            at = dt.datetime(year, month, day, 9)
            rows += [(f"r{at}", f"regular {day}", at, "paid", Decimal("10.00"))]
            rows += [(f"n{at}", f"new {at}", at, "paid", Decimal("10.00"))]
    return ibis.memtable(pd.DataFrame(rows, columns=["order_id", "user_id", "ordered_at", "status", "amount"]))


MONTHS = [(2024 + number // 12, number % 12 + 1, 0) for number in range(15)]
MARCH_2025 = Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1), dt.datetime(2025, 4, 1))


def new_share(first: int) -> dict[str, Any]:
    shop = {"orders": buyers(*MONTHS[first:])}
    figures = metrics.month_figures(shop, metrics.monthly_trend(shop, MARCH_2025), MARCH_2025).set_index("figure")
    return dict(figures.loc["new_customer_gmv_rate"])


def test_new_customers_of_two_months_are_told_with_the_same_look_back() -> None:
    """Half of each month's GMV is of regulars; without equal look-back the first months would look newer."""
    told = new_share(0)

    assert (told["value"], told["previous"], told["year_ago"]) == (Decimal("0.5"),) * 3
    assert (told["change"], told["year_change"]) == (0, 0)


def test_a_month_at_the_begin_of_history_does_not_tell_new_customers_from_old() -> None:
    told = new_share(2)

    assert (told["value"], told["previous"], told["year_ago"]) == (Decimal("0.5"), Decimal("0.5"), None)
    assert pd.isna(told["year_change"])


@pytest.mark.parametrize(("first", "untold"), [(0, ()), (2, ("customer",))])
def test_a_bridge_says_which_dimensions_it_cannot_tell(first: int, untold: tuple[str, ...]) -> None:
    year_ago = Period("year_ago", dt.datetime(2024, 3, 1), dt.datetime(2024, 4, 1))
    (found,) = metrics.bridge({"orders": buyers(*MONTHS[first:])}, [year_ago], MARCH_2025)

    assert found.untold == untold
    assert set(found.segments) == {"customer"} - set(untold)


LATER = START + 60 * DAY
WATCHED = Window(START, START + 2 * DAY, LATER, baseline_weeks=4)


def busy(lost: range, *bought: tuple[str, int]) -> ibis.Table:
    """Twenty orders a day of one regular since twelve weeks before, some days lost; orders of others by day."""
    own = [("regular", place) for place in range(-84, 60) for _ in range(20)] + list(bought)
    rows = [
        (f"o{number}", user, START + place * DAY + dt.timedelta(hours=9), "paid", Decimal("10.00"))
        for number, (user, place) in enumerate(own)
        if place not in lost
    ]
    return ibis.memtable(pd.DataFrame(rows, columns=["order_id", "user_id", "ordered_at", "status", "amount"]))


BOUGHT = (
    ("early", -20), ("early", -15),
    *((user, 0) for user in ("a", "b", "c")), ("a", 3), ("b", 12),
    ("late", 1), ("late", 11),
)  # fmt: skip


def test_lost_days_of_orders_are_no_days_on_which_nobody_bought_again() -> None:
    """Within 10 days of their first order 2 of 4 bought again; with day 11 lost, who began on day 1 does not count."""
    whole, partly, lost, before = (
        metrics.repurchase(busy(days, *BOUGHT), WATCHED, days=10).set_index("cohort")
        for days in (range(0), range(11, 12), range(5, 7), range(-18, -16))
    )

    facts = ["buyers", "repurchasers", "state", "lost_days"]
    assert whole.loc["campaign", facts].tolist() == [4, 2, "observed", 0]
    assert partly.loc["campaign", facts].tolist() == [3, 1, "partial", 1]
    assert lost.loc["campaign", facts].fillna(-1).tolist() == [0, -1, "lost", 2]
    assert lost.loc["baseline", facts].tolist() == [1, 1, "observed", 0]
    assert before.loc["baseline", facts].fillna(-1).tolist() == [0, -1, "lost", 2]
    assert before.loc["campaign", facts].tolist() == [4, 2, "observed", 0]


def test_months_with_lost_days_hold_no_repurchase_rate() -> None:
    """The campaign is on 3 and 4 March; a day of April is lost."""
    window = Window(START, dt.datetime(2025, 5, 1), LATER)
    cells = metrics.repurchase_cohorts(busy(range(40, 41), *BOUGHT), window, months=3)
    march = cells[cells["cohort_month"] == dt.date(2025, 3, 1)].set_index("months_after")

    assert march["state"].tolist() == ["observed", "lost", "partial"]
    assert (march["repurchasers"][0], pd.isna(march["repurchasers"][1]), pd.isna(march["rate"][1])) == (3, True, True)


def test_buyers_are_watched_until_the_day_before_a_lost_one() -> None:
    """Day 5 is lost: `a` bought on day 3, the others are watched for 4 days and 3."""
    orders = busy(range(5, 7), *BOUGHT)
    curve = metrics.second_order(orders, WATCHED)
    own = curve[curve["cohort"] == "campaign"]
    (test,) = metrics.second_order_test(orders, WATCHED).to_dict("records")

    assert own[["days", "at_risk", "repurchased", "rate"]].to_numpy().tolist() == [[3, 4, 1, 0.25]]
    assert (test["campaign_buyers"], test["baseline_buyers"], test["lost_days"]) == (4, 1, 2)


def test_users_whose_days_hold_lost_orders_have_no_value() -> None:
    people = [("a", 0), ("b", 0), ("c", 0), ("late", 1), ("early", -20)]
    users = ibis.memtable(
        pd.DataFrame([(user, START + day * DAY) for user, day in people], columns=["user_id", "registered_at"])
    )
    half = UnitEconomics(margin_rate=Decimal("0.5"))

    def worth(lost: range) -> list[list[object]]:
        orders = busy(lost, *BOUGHT).mutate(list_amount=ibis.literal(Decimal("10.00")))
        frame = metrics.cohort_value(users, orders, {}, WATCHED, economics=half, days=11)
        facts = frame[["eligible", "buyers", "contribution", "state", "lost_days"]]
        return facts.astype(object).where(facts.notna(), None).to_numpy().tolist()

    bought = [1, 1, Decimal("10.00"), "observed", 0]
    assert worth(range(0)) == [[4, 4, Decimal("30.00"), "observed", 0], bought]
    assert worth(range(11, 12)) == [[3, 3, Decimal("20.00"), "partial", 1], bought]
    assert worth(range(5, 7)) == [[0, 0, None, "lost", 2], bought]
