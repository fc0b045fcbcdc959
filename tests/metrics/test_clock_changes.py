"""Durations are counted on instants where clocks are put forward or back; days and hours stay the wall clock's."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retro import metrics
from retro.clocks import changes, seconds_between, zone_of
from retro.metrics.funnel import FunnelPath
from retro.periods import Window
from retro.sources import Source, Tables, open_tables

at = dt.datetime.fromisoformat
FORWARD = {"America/New_York": "2025-03-09", "Europe/Berlin": "2025-03-30"}
BACK = {"America/New_York": "2025-11-02", "Europe/Berlin": "2025-10-26"}


def opened(folder: Path, zone: str, **texts: str) -> Tables:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    tables = {name: {"path": f"{name}.csv"} for name in texts}
    source = {"folder": str(folder), "timezone": zone, "currency": "USD", "tables": tables}
    return open_tables(Source.model_validate(source), "source.yaml")


def eves(day: str) -> tuple[dt.datetime, Window]:
    """23:00 of the evening before, and a window round it."""
    noon = at(f"{day} 12:00")
    return noon - dt.timedelta(hours=13), Window(noon - dt.timedelta(days=2), noon, noon + dt.timedelta(days=3))


@pytest.mark.parametrize("zone", FORWARD)
def test_a_time_that_clocks_skip_keeps_its_hour_and_lasts_as_one_later(tmp_path: Path, zone: str) -> None:
    day = FORWARD[zone]
    rows = f"1,u,visit,{day} 01:30:00\n2,u,buy,{day} 02:30:00\n3,u,pay,{day} 03:30:00\n"
    events = opened(tmp_path, zone, events=f"event_id,user_id,event,occurred_at\n{rows}").events
    first = events.occurred_at.min().as_scalar()
    found = events.mutate(passed=seconds_between(first, events.occurred_at)).order_by("event_id").execute()

    assert found["occurred_at"].dt.hour.tolist() == [1, 2, 3]
    assert found["passed"].tolist() == [0, 3600, 3600]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [(zone, day, 23.0) for zone, day in FORWARD.items()] + [(zone, day, 25.0) for zone, day in BACK.items()],
)
@pytest.mark.parametrize("count", ["users", "entries"])
def test_a_funnel_counts_the_hours_that_passed(tmp_path: Path, zone: str, day: str, hours: float, count: str) -> None:
    entered, window = eves(day)
    done = entered + dt.timedelta(days=1)
    events = opened(
        tmp_path, zone, events=f"event_id,user_id,event,occurred_at\n1,u,visit,{entered}\n2,u,buy,{done}\n"
    ).events
    rules = {"rules": metrics.FunnelRules(count=count)}

    def took(within: float) -> list[float]:
        path = FunnelPath(["visit", "buy"], dt.timedelta(hours=within), **rules)
        return metrics.funnel(events, path, window)[["users", "median_hours"]].iloc[-1].tolist()

    assert took(hours) == [1, hours]
    assert took(hours - 0.01)[0] == 0


@pytest.mark.parametrize(("zone", "day"), [*FORWARD.items(), *BACK.items()])
def test_an_answer_within_minutes_is_one_across_the_change(tmp_path: Path, zone: str, day: str) -> None:
    begin, end = at(f"{day} 00:55"), at(f"{day} 03:05")
    passed = {"America/New_York": 130, "Europe/Berlin": 130}[zone] + (60 if day in BACK.values() else -60)
    text = f"ticket_id,user_id,opened_at,first_answered_at\nt,u,{begin},{end}\n"
    table = opened(tmp_path, zone, support_tickets=text).support_tickets
    window = Window(begin - dt.timedelta(days=1), begin + dt.timedelta(days=1))

    for seconds, found in ((passed * 60, 1), (passed * 60 - 1, 0)):
        assert metrics.support_answers(table, window, within_seconds=seconds)["within"].iloc[0] == found
    assert metrics.support_answers(table, window)["median_seconds"].iloc[0] == passed * 60
    assert metrics.support(table, window)["tickets"].tolist() == [0, 1, 0]  # days stay those of the wall clock


def test_an_entry_is_ripe_once_its_hours_have_passed(tmp_path: Path) -> None:
    """Observed until noon of the day on which an hour is skipped: noon the day before was 23 hours ago."""
    rows = "".join(f"{n},u{n},visit,2025-03-08 {hour}:30\n" for n, hour in enumerate((10, 11)))
    events = opened(tmp_path, "America/New_York", events=f"event_id,user_id,event,occurred_at\n{rows}").events
    window = Window(at("2025-03-08"), at("2025-03-09"), at("2025-03-09 12:00"))

    found = metrics.funnel(events, FunnelPath(["visit", "buy"], dt.timedelta(hours=24)), window)

    assert (found["users"].iloc[0], found.attrs["immature"]) == (1, 1)


@pytest.mark.parametrize(("zone", "day"), [*FORWARD.items(), *BACK.items()])
def test_days_of_a_path_are_24_hours_each(tmp_path: Path, zone: str, day: str) -> None:
    """From 12:00 to 11:30 or 12:30 two days later, across the change: less than 48 hours where an hour is skipped."""
    noon = at(f"{day} 12:00") - dt.timedelta(days=1)
    entries = "".join(
        f"{user}{kind},{user},{kind},{moment},1,1\n"
        for user, late in (("a", -30), ("b", 30))
        for kind, moment in (("sign_in", noon), ("redeem", noon + dt.timedelta(days=2, minutes=late)))
    )
    order = f"o,a,{noon + dt.timedelta(days=2)},paid,1\np,b,{noon + dt.timedelta(days=3)},paid,1\n"
    tables = opened(
        tmp_path,
        zone,
        points_ledger=f"entry_id,user_id,kind,occurred_at,points,balance_after\n{entries}",
        orders=f"order_id,user_id,ordered_at,status,amount\n{order}",
    )
    window = Window(noon, noon + dt.timedelta(hours=1), noon + dt.timedelta(days=4, minutes=30))

    skipped = day in FORWARD.values()
    found = metrics.points_path(tables.points_ledger, tables.orders, window, days=2)
    assert found["users"].tolist() == ([0, 0, 0] if skipped else [2, 0, 0])

    later = Window(window.start, window.end, noon + dt.timedelta(days=8))
    found = metrics.points_path(tables.points_ledger, tables.orders, later, days=2)
    assert found["users"].tolist() == ([2, 2, 2] if skipped else [2, 0, 0])


def test_clocks_that_never_change_cost_nothing(tmp_path: Path) -> None:
    events = opened(tmp_path, "Asia/Shanghai", events="event_id,user_id,event,occurred_at\n1,u,a,2025-03-09\n").events

    assert not changes("Asia/Shanghai")
    assert zone_of(events) == ""
    assert "timezone" not in str(events.get_backend().compile(seconds_between(events.occurred_at, events.occurred_at)))
