"""What the section `risks` says."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from retro.campaigns.quarter import PlannedRisk
from telling import finder, quarter, words_of

find = finder(quarter)


PLAN = {
    "payment": PlannedRisk.model_validate({"title": "Congested", "systems": ["payment"], "measure": "Second channel"})
}


def test_risks_say_what_came_and_what_nobody_planned_for() -> None:
    given = pd.DataFrame(
        [
            ("payment", 2, 1, 90.0, 100.0, 20.0, 0.2),
            ("unplanned", 1, 0, 30.0, *[float("nan")] * 3),
        ],
        columns=["risk", "incidents", "major", "minutes", "requests", "failed", "failure_rate"],
    )
    incidents = pd.DataFrame(
        [("login", "minor", "Slow codes", dt.datetime(2025, 1, 12, 10), 30.0, float("nan"), float("nan"))],
        columns=["system", "severity", "title", "started_at", "minutes", "requests", "failed"],
    )

    assert words_of(find, "risks", given, incidents, PLAN) == (
        (
            "The plan named 1 risk; **1 came true**. Congested: 2 incidents, 90 min in all, **20 of 100 requests "
            "failed (20.0%)**. **1 incident was in no plan**."
        ),
        (
            "预案列了 1 项风险，**1 项发生**。“Congested”发生 2 起，共 90 分钟，**100 次请求失败 20 次（20.0%）**。"
            "另有 **1 起不在预案之内**。"
        ),
    )
    quiet = find("risks", given.iloc[:1].assign(incidents=0), incidents.iloc[:0], PLAN)
    assert quiet.sentence == "The plan named 1 risk; **0 came true**."
    assert [entry.value for entry in quiet.entries] == [0, 0]
