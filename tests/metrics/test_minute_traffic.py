import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.minute_traffic import minute_traffic, traffic_phases
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
START, END, UNTIL = at("2025-02-28T23:00"), at("2025-03-01T02:00"), at("2025-04-01")


@pytest.fixture
def views(engine: ibis.BaseBackend) -> ibis.Table:
    moments = ["2025-02-28T22:59", "2025-02-28T23:00", "2025-03-01T00:00", "2025-03-01T00:30", "2025-03-01T01:59"]
    rows = {"minute_at": [at(moment) for moment in moments], "views": [5, 300, 40, 10, 60]}
    return engine.create_table(ibis.util.gen_name("views"), ibis.memtable(rows).to_pyarrow(), temp=True)


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    moments = ["2025-02-28T23:00:59", "2025-02-28T23:01", "2025-03-01T00:30", "2025-03-01T02:00"]
    return table("order_id ordered_at", [(str(place), moment) for place, moment in enumerate(moments)])


def test_each_minute_has_its_phase_and_the_first_that_holds_wins(views: ibis.Table, orders: ibis.Table) -> None:
    frame = minute_traffic(views, {"orders": orders}, Window(START, END, UNTIL), preheat_minutes=2, midnight_minutes=30)

    assert len(frame) == 182
    by_minute = frame.set_index("at")["phase"]
    assert by_minute["2025-02-28T22:58"] == "preheat"
    assert by_minute["2025-02-28T23:59"] == "opening"
    assert by_minute["2025-03-01T00:29"] == "midnight"
    assert by_minute["2025-03-01T00:30"] == "long_tail"
    assert by_minute["2025-03-01T01:00"] == "last_hour"
    assert frame["views"].sum() == 415
    assert frame["orders"].sum() == 3
    assert frame["baseline_views"].isna().all()


def test_phases_add_up_to_the_whole(views: ibis.Table, orders: ibis.Table) -> None:
    frame = minute_traffic(views, {"orders": orders}, Window(START, END, UNTIL), preheat_minutes=2)
    phases = traffic_phases(frame).set_index("phase")

    assert phases["views"].sum() == frame["views"].sum()
    assert phases.loc["opening", "peak_views"] == 300
    assert phases.loc["opening", "orders"] == 2
    assert phases.loc["opening", "orders_per_thousand_views"] == pytest.approx(1000 * 2 / 300)
    assert phases["orders_share"].sum() == pytest.approx(1)


def test_an_opening_has_a_length(views: ibis.Table, orders: ibis.Table) -> None:
    with pytest.raises(MetricError, match="opening_minutes must be at least 1, got 0"):
        minute_traffic(views, {"orders": orders}, Window(START, END, UNTIL), opening_minutes=0)
