"""Validity of an experiment: a table of checks, and a sentence for each failed one."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.metrics.windows import day_of
from retro.privacy import FEW
from retro.sections.experiments.words import Reader
from retro.sections.section import records


def warnings(reader: Reader) -> tuple[str, ...]:
    """A sentence for each check that did not pass, the gravest first."""
    rows = [row for row in records(reader.result.checks) if row["state"] in {"warn", "stop"}]
    return tuple(_warning(reader, row) for row in sorted(rows, key=lambda row: row["state"] != "stop"))


def _warning(reader: Reader, row: Mapping[str, Any]) -> str:
    arms, name = records(reader.result.arms), row["check"]
    if name == "arms" and row["state"] != "stop":
        name = "arms_unplanned"
    if name == "missing" and reader.result.design.nulls == "refuse":
        name = "missing_refused"
    return reader.check(
        name,
        "warning",
        scope=_scope(reader, row),
        counts=[reader.say("arm_count", arm) for arm in arms],
        planned=" : ".join(reader.text.rate(arm["planned_share"]) for arm in arms),
        p=reader.text.p_value(row["p_value"], sign=True),
        units=row["units"],
        unit=reader.result.design.unit,
        share=FEW if row["units"] is FEW else row["share"],
    )


def _scope(reader: Reader, row: Mapping[str, Any]) -> str:
    scope = str(row["scope"])
    match row["check"]:
        case "split_by_day":
            return reader.text.day(day_of(int(scope))) if scope else ""
        case "missing" | "unobserved" | "placebo":
            return reader.name(reader.metric(scope))
        case "arms":
            return reader.arm(scope)
        case _:
            return scope


def check_table(reader: Reader) -> Table:
    """All checks with their result."""
    lines = [
        (
            reader.check(row["check"], "check", scope=_scope(reader, row)),
            reader.say(f"state.{row['state']}"),
            "" if pd.isna(row["units"]) else reader.text.written(row["units"], "exact.0"),
            reader.text.p_value(row["p_value"]),
        )
        for row in records(reader.result.checks)
    ]
    columns = {"check": False, "state": False, "units": True, "p": True}
    return reader.table("experiments.checks", columns, lines)
