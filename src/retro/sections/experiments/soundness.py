"""Whether an experiment was sound: each check in a table, and in words where it failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.metrics.windows import day_of
from retro.sections.experiments.words import Reader
from retro.sections.finding import records


def warnings(reader: Reader) -> tuple[str, ...]:
    """A sentence for each check that did not pass, the gravest first."""
    rows = [row for row in records(reader.result.checks) if row["state"] in {"warn", "stop"}]
    return tuple(_warning(reader, row) for row in sorted(rows, key=lambda row: row["state"] != "stop"))


def _warning(reader: Reader, row: Mapping[str, Any]) -> str:
    text, arms = reader.text, reader.result.arms
    counts = [
        text("experiment.arm_count", arm=reader.arm(arm), units=text.exact(units, 0))
        for arm, units in zip(arms["arm"], arms["units"], strict=True)
    ]
    return reader.check(
        row["check"],
        "warning",
        scope=_scope(reader, row),
        metric=_scope(reader, row),
        counts=text.join(counts),
        planned=" : ".join(text.rate(share) for share in arms["planned_share"]),
        p=reader.p_value(row["p_value"]),
        units="" if pd.isna(row["units"]) else text.count(int(row["units"])),
        unit=text(f"experiment.unit.{reader.result.design.unit}"),
        share="" if pd.isna(row["share"]) else text.rate(row["share"]),
    )


def _scope(reader: Reader, row: Mapping[str, Any]) -> str:
    """What a check was made on, by its own name."""
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
    rows = records(reader.result.checks)
    lines = [
        (
            reader.check(row["check"], "check", scope=_scope(reader, row)),
            reader.text(f"experiment.state.{row['state']}"),
            "" if pd.isna(row["units"]) else reader.text.exact(int(row["units"]), 0),
            reader.p_value(row["p_value"]),
        )
        for row in rows
    ]
    columns = {"check": False, "state": False, "units": True, "p": True}
    return reader.table("experiments.checks", columns, lines)
