"""Risks: the plan's risks beside the incidents."""

from collections.abc import Mapping
from decimal import Decimal

import pandas as pd

from retro.campaigns.quarter import PlannedRisk
from retro.i18n import Text
from retro.ledger import entry
from retro.metrics.risks import UNPLANNED
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, incidents: pd.DataFrame, plan: Mapping[str, PlannedRisk], context: Context) -> Finding:
    """Which of the plan's risks came true, and what came that nobody had planned for.

    `frame` is the frame of `metrics.risks`; `incidents` that of `metrics.incidents_in`; `plan` the plan's risks by
    name, as `params.risks` has them.
    """
    text, rows = context.text, records(frame)
    named = {name: text.pick(risk.title) for name, risk in plan.items()}
    named[UNPLANNED] = text("risks.say.unplanned_row")
    planned = [row for row in rows if row["risk"] != UNPLANNED]
    came = [row for row in planned if row["incidents"]]
    loose = sum(row["incidents"] for row in rows if row["risk"] == UNPLANNED)
    sentence = text("risks.say.summary", planned=len(planned), came=len(came))
    for row in came:
        key = "one" if pd.isna(row["failure_rate"]) else "failed"
        sentence += text(f"risks.say.{key}", row, risk=named[row["risk"]], lasted=row["minutes"] * 60)
    sentence += text("risks.say.unplanned", count=loose) if loose else ""
    measures = [text.pick(plan[row["risk"]].measure) if row["risk"] in plan else "" for row in rows]
    shown = _timed(frame, text).assign(risk=[named[row["risk"]] for row in rows], measure=measures)
    columns = ("risk.", "measure.", "incidents", "major", "lasted.figure", "requests", "failed", "failure_rate")
    exhibits = [Exhibit(table=frame_table("risks", shown, columns, text, folded=False))]
    if len(incidents):
        listed = _timed(incidents, text).assign(
            began=[text.moment(at) for at in pd.to_datetime(incidents["started_at"])]
        )
        told = ("began.", "system.system", "title.", "lasted.figure", "failed")
        exhibits.append(Exhibit(table=frame_table("risks.incidents", listed, told, text)))
    counts = {"incidents": len(incidents), "unplanned_incidents": int(loose)}
    entries = tuple(entry(name, Decimal(count)) for name, count in counts.items())
    return Finding(sentence, entries, exhibits=tuple(exhibits))


def _timed(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """How long each lasted, in words."""
    return frame.assign(lasted=["" if pd.isna(one) else text.duration(float(one) * 60) for one in frame["minutes"]])


section = Section("risks", say)
