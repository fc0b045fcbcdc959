import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.metrics import traffic, traffic_peak, weekday_hours
from retro.periods import Window

at = dt.datetime.fromisoformat
NIGHT = at("2025-02-28T20:00")  # a Friday

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def views(engine: ibis.BaseBackend) -> ibis.Table:
    """In four weeks before, 1, 2, 3, 4 views at 20:01; in the night 50 at 20:01 in two groups, 10 at 20:03."""
    rows = [(NIGHT - dt.timedelta(weeks=weeks, minutes=-1), views) for weeks, views in ((4, 1), (3, 2), (2, 3), (1, 4))]
    rows += [(NIGHT + dt.timedelta(minutes=1), 20), (NIGHT + dt.timedelta(minutes=1), 30)]
    rows += [(NIGHT + dt.timedelta(minutes=3), 10), (NIGHT + dt.timedelta(hours=5), 7)]
    table = ibis.memtable([{"minute_at": moment, "views": views} for moment, views in rows])
    return engine.create_table(ibis.util.gen_name("views"), table, temp=True)


def test_traffic_has_every_minute_and_its_baseline_band(views: ibis.Table) -> None:
    end = NIGHT + dt.timedelta(minutes=5)
    frame = traffic(views, Window(NIGHT, end, at("2025-04-01")), count="views", smooth_minutes=3)
    assert frame["events"].tolist() == [0, 50, 0, 10, 0]
    assert frame["at"].iloc[0] == NIGHT
    assert frame["smoothed"].tolist() == pytest.approx([25, 50 / 3, 20, 10 / 3, 5])
    assert frame["baseline"].tolist() == [0, 2.5, 0, 0, 0]
    assert frame["baseline_high"].iloc[1] > 4
    peak = traffic_peak(frame).iloc[0]
    assert (peak["peak_at"], peak["peak"]) == (NIGHT + dt.timedelta(minutes=1), 50)
    assert (peak["smoothed_at"], peak["smoothed_peak"]) == (NIGHT, 25)
    assert peak["mean"] == 12


def test_traffic_ends_where_it_was_observed(views: ibis.Table) -> None:
    end = NIGHT + dt.timedelta(hours=24)
    frame = traffic(views, Window(NIGHT, end, NIGHT + dt.timedelta(minutes=2)), count="views")
    assert len(frame) == 2
    none = traffic(views, Window(NIGHT, end, NIGHT), count="views")
    assert none.empty
    assert traffic_peak(none)["peak"].isna().all()


def test_traffic_without_three_weeks_before_has_no_baseline(views: ibis.Table) -> None:
    week = Window(NIGHT - dt.timedelta(weeks=2), NIGHT - dt.timedelta(weeks=2, minutes=-5), at("2025-04-01"))
    frame = traffic(views, week, count="views")
    assert frame["events"].tolist() == [0, 3, 0, 0, 0]
    assert frame["baseline"].isna().all()


def test_traffic_counts_rows(table: MakeTable) -> None:
    orders = table("order_id ordered_at", [("1", "2025-02-28T20:00:59"), ("2", "2025-02-28T20:00:01")])
    end = NIGHT + dt.timedelta(minutes=2)
    frame = traffic(orders, Window(NIGHT, end, at("2025-04-01")), at="ordered_at")
    assert frame["events"].tolist() == [2, 0]


def test_weekday_hours_hold_only_hours_that_were_observed(views: ibis.Table) -> None:
    end = NIGHT + dt.timedelta(hours=2)
    frame = weekday_hours(views, Window(NIGHT, end, at("2025-04-01")), count="views")
    assert frame[["weekday", "hour", "events"]].to_numpy().tolist() == [[5, 20, 60], [5, 21, 0]]
