"""Abuse: one who shares too fast, four on one device, and honest people; on the demo shop, those planted."""

import datetime as dt
import json

import ibis
import pytest
from tests.metrics.conftest import MakeTable
from tests.metrics.test_points_balance import made

from retro.errors import MetricError
from retro.files import project_root
from retro.metrics import abuse, abuse_flags, participants
from retro.periods import Window

START, END, UNTIL = dt.datetime(2025, 1, 17), dt.datetime(2025, 1, 24), dt.datetime(2025, 4, 1)


@pytest.fixture
def events(table: MakeTable) -> ibis.Table:
    rows = [("fast", "share", f"2025-01-18T09:00:{second:02d}", "d-fast") for second in range(6)]
    rows += [("slow", "share", f"2025-01-18T09:{minute:02d}:00", "d-slow") for minute in range(6)]
    rows += [(f"farm-{one}", "sign_in", f"2025-01-19T04:0{one}:00", "d-farm") for one in range(4)]
    rows += [(f"home-{one}", "sign_in", f"2025-01-19T2{one}:00:00", "d-home") for one in range(3)]
    rows += [("late", "share", f"2025-01-24T00:00:0{second}", "d-late") for second in range(6)]
    rows += [(f"blank-{one}", "sign_in", "2025-01-19T04:00:00", None) for one in range(4)]
    return table("user_id event occurred_at device_id", rows)


def flagged(flags: ibis.Table, rule: str) -> list[str]:
    return sorted(flags.filter(flags.rule == rule).execute()["user_id"])


def test_each_rule_flags_what_it_is_about(events: ibis.Table) -> None:
    flags = abuse_flags(events, Window(START, END))

    farm = [f"farm-{one}" for one in range(4)]
    assert flagged(flags, "velocity") == ["fast"]
    assert flagged(flags, "shared_device") == farm
    assert flagged(flags, "sign_in_burst") == farm


def test_members_who_sign_in_hours_apart_are_no_burst(events: ibis.Table) -> None:
    flags = abuse_flags(events, Window(START, END), users_per_device=3, sign_ins_per_hour=3)

    assert "home-0" in flagged(flags, "shared_device")
    assert "home-0" not in flagged(flags, "sign_in_burst")


def test_flags_are_held_against_what_was_clawed_back(
    engine: ibis.BaseBackend, table: MakeTable, events: ibis.Table
) -> None:
    ledger = made(
        engine,
        [
            ("e1", "fast", "2025-01-18T09:00:00", "share", 180, 180, None, "c"),
            ("e2", "fast", "2025-01-26T09:00:00", "claw_back", -180, 0, None, "c"),
            ("e3", "farm-0", "2025-01-19T04:00:00", "sign_in", 20, 20, None, "c"),
            ("e4", "slow", "2025-01-26T09:00:00", "claw_back", -180, 0, None, "c"),
            ("e5", "out", "2025-01-26T09:00:00", "claw_back", -180, 0, None, "c"),  # took no part
        ],
    )
    joined = table("user_id", [("fast",), ("slow",), ("farm-0",), ("farm-1",), ("honest",)])

    frame = abuse(
        abuse_flags(events, Window(START, END)), ledger, joined, campaign_id="c", observed_until=UNTIL
    ).set_index("rule")

    assert frame["flagged"].to_dict() == {"velocity": 1, "shared_device": 2, "sign_in_burst": 2, "any": 3}
    whole = frame.loc["any"]
    assert (whole["participants"], whole["confirmed"], whole["clawed_back"]) == (5, 1, 2)
    assert (whole["abuse_precision"], whole["abuse_recall"]) == (pytest.approx(1 / 3), 0.5)
    assert whole["points_kept"] == 20


def test_nobody_flagged_has_no_precision(engine: ibis.BaseBackend, table: MakeTable, events: ibis.Table) -> None:
    ledger = made(engine, [("e1", "ann", "2025-01-18T09:00:00", "share", 30, 30, None, "c")])
    flags = abuse_flags(events.filter(events.user_id == "slow"), Window(START, END))

    row = abuse(flags, ledger, table("user_id", [("slow",)]), campaign_id="c", observed_until=UNTIL).iloc[-1]

    assert (row["rule"], row["flagged"]) == ("any", 0)
    assert row.isna()[["abuse_precision", "abuse_recall"]].all()


def test_a_limit_that_everybody_breaks_is_refused(events: ibis.Table) -> None:
    with pytest.raises(MetricError, match=r"^metrics: users_per_device must be at least 2, got 1\.$"):
        abuse_flags(events, Window(START, END), users_per_device=1)


def test_the_planted_abusers_are_found_as_far_as_rules_can() -> None:
    """Bursts and device farms are found to the last; slow rings keep a pace that no rule knows."""
    demo = project_root() / "data" / "demo"
    if not (demo / "truth.json").is_file():
        pytest.skip("needs the demo shop: `make demo`")
    planted = json.loads((demo / "truth.json").read_text())["points_contest"]["abusers"]
    events = ibis.duckdb.connect().read_parquet(demo / "events.parquet")
    flags = abuse_flags(events, Window(START, END))
    joined = participants(events, Window(START, END), event="join")

    found = set(flags.semi_join(joined, "user_id").execute()["user_id"])

    assert found == {*planted["burst"], *planted["device_farm"]}
    precision = len(found & {user for users in planted.values() for user in users}) / len(found)
    recall = len(found) / sum(len(users) for users in planted.values())
    assert precision == 1
    assert recall == pytest.approx(108 / 144)
