"""What the plan was prepared for, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.campaigns.quarter import PlannedRisk
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.risks import UNPLANNED
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, records


def risks(frame: pd.DataFrame, incidents: pd.DataFrame, plan: Mapping[str, PlannedRisk], context: Context) -> Finding:
    """Which of the plan's risks came true, and what came that nobody had planned for.

    Args:
        frame: The frame of `metrics.risks`.
        incidents: The frame of `metrics.incidents_in`.
        plan: The plan's risks by name, as `params.risks` has them.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    planned = [row for row in rows if row["risk"] != UNPLANNED]
    came = [row for row in planned if row["incidents"]]
    named = {name: text.pick(risk.title) for name, risk in plan.items()}
    named[UNPLANNED] = text("risks.say.unplanned_row")
    sentence = text("risks.say.summary", planned=len(planned), came=len(came))
    sentence += "".join(_came(row, named, text) for row in came)
    loose = next((row for row in rows if row["risk"] == UNPLANNED), None)
    sentence += text("risks.say.unplanned", count=loose["incidents"]) if loose else ""
    measures = [text.pick(plan[row["risk"]].measure) if row["risk"] in plan else "" for row in rows]
    shown = frame.assign(risk=[named[row["risk"]] for row in rows], measure=measures)
    units = {"risk": "name.", "measure": "name.", "incidents": "count", "major": "count", "minutes": "number"}
    units |= {"requests": "count", "failed": "count", "failure_rate": "rate"}
    listed = incidents.assign(began=[text.moment(at) for at in pd.to_datetime(incidents["started_at"])])
    list_units = {"began": "name.", "system": "name.system", "title": "name.", "minutes": "number", "failed": "count"}
    entries = (
        Entry(name="incidents", value=number(len(incidents)), unit="events", tables=("incidents",), definition="risks"),
        Entry(
            name="unplanned_incidents",
            value=number(loose["incidents"] if loose else 0),
            unit="events",
            tables=("incidents",),
            definition="risks",
        ),
    )
    exhibits = [Exhibit(table=frame_table("risks", shown, units, text, folded=False))]
    exhibits += [Exhibit(table=frame_table("risks.incidents", listed, list_units, text))] if len(incidents) else []
    return Finding(sentence, entries, exhibits=tuple(exhibits))


def _came(row: Mapping[str, Any], named: Mapping[str, str], text: Text) -> str:
    """A risk that came true, with what failed where that is known."""
    key = "one" if pd.isna(row["failure_rate"]) else "failed"
    return text(
        f"risks.say.{key}",
        risk=named[row["risk"]],
        incidents=row["incidents"],
        hours=text.exact(row["minutes"] / 60, 1),
        failed="" if pd.isna(row["failed"]) else text.count(row["failed"]),
        requests="" if pd.isna(row["requests"]) else text.count(row["requests"]),
        rate="" if pd.isna(row["failure_rate"]) else text.rate(row["failure_rate"]),
    )
