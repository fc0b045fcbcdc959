from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import ibis
import pandas as pd

from retro.metrics.risks import incidents_in, risks
from retro.periods import Window

at = dt.datetime.fromisoformat


def frame() -> pd.DataFrame:
    rows = [
        ("payment", "major", at("2024-12-31T23:00"), at("2025-01-01T01:00"), "p", 100, 25),
        ("login", "minor", at("2025-01-05T00:00"), at("2025-01-05T00:30"), "l", None, None),
        ("payment", "minor", at("2025-03-31T23:30"), None, "q", None, None),
        ("payment", "major", at("2025-04-01T00:00"), None, "later", 9, 9),
    ]
    columns = ["system", "severity", "started_at", "ended_at", "title", "requests", "failed_requests"]
    table = ibis.memtable(pd.DataFrame(rows, columns=columns))
    return incidents_in(table, Window(at("2025-01-01"), at("2025-04-01")))


def test_only_the_part_inside_the_period_counts() -> None:
    assert frame()["title"].tolist() == ["p", "l", "q"]
    assert frame()["minutes"].tolist() == [60, 30, 30]


def test_a_plan_is_set_beside_what_happened() -> None:
    plan = {"pay": SimpleNamespace(systems=["payment"]), "late": SimpleNamespace(systems=["logistics"])}

    pay, late, unplanned = risks(frame(), plan).to_dict("records")

    assert (pay["incidents"], pay["major"], pay["failure_rate"]) == (2, 1, 0.25)
    assert (late["incidents"], late["minutes"]) == (0, 0)
    assert (unplanned["risk"], unplanned["incidents"]) == ("unplanned", 1)
    assert pd.isna(unplanned["failure_rate"])
