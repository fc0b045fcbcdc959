"""Quarters of a year beside its plan, from what their own reports recorded."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, PALE, Bar, Chart, Tick, floats, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.campaigns_compared import COUNTED
from retro.metrics.year import AHEAD
from retro.sections.section import Context, Finding, Section, frame_table, records

_MOVED = Decimal("0.005")
"""Late refunds move what was recorded by less than this share."""


def say(frame: pd.DataFrame, totals: pd.DataFrame | None, context: Context) -> Finding:
    """What the recorded quarters sold beside their plan, what is left for those ahead, which are missing and why.

    `frame` is the frame of `metrics.quarters_paced`; `totals` that of `metrics.period_totals`, from the year's own
    orders, None where these are not known.
    """
    text = context.text
    frame = frame.assign(title=_names(frame, text))
    rows = records(frame)
    there = [row for row in rows if row["actual"] is not None]
    gone = [row for row in rows if row["state"] not in {COUNTED, AHEAD}]
    ahead = [row for row in rows if row["state"] == AHEAD]
    missing = [text("quarters_paced.say.one_missing", row) for row in gone]
    warnings: tuple[str, ...] = (text("quarters_paced.say.missing", names=missing),) if gone else ()
    if not there:
        return Finding(text("quarters_paced.say.none"), covered=False, warnings=warnings)
    facts: dict[str, Any] = {"count": len(there), "all": len(rows), "gmv": _sum(there, "actual")}
    sentence = text("quarters_paced.say.summary", facts)
    planned = [row for row in there if row["planned"] is not None]
    if planned:
        facts |= {"planned": _sum(planned, "planned")}
        facts |= {"rate": facts["gmv"] / facts["planned"], "gap": abs(facts["gmv"] - facts["planned"])}
        sentence += text(f"quarters_paced.say.{'ahead' if facts['gmv'] >= facts['planned'] else 'behind'}", facts)
        if ahead and not gone:
            sentence += _left(rows, facts["gmv"], len(ahead), text)
    else:
        sentence += text("quarters_paced.say.no_plan")
    if ahead:
        sentence += text("quarters_paced.say.to_come", names=[row["title"] for row in ahead])
    columns = ("title.", "state.recorded", "planned", "actual", "pace_rate", "change", "net")
    if len(there) == len(rows) and totals is not None:
        warnings += _apart(facts["gmv"], totals, text)
    entries = _entries(facts, context, whole=not gone)
    return Finding(
        sentence, entries, frame_table("quarters_paced", frame, columns, text, folded=False), warnings=warnings
    )


def _names(frame: pd.DataFrame, text: Text) -> list[str]:
    """What each quarter is called: by its place, since one without a report has no title."""
    return [text("quarters_paced.name", number=number) for number in range(1, len(frame) + 1)]


def _left(rows: Sequence[Mapping[str, Any]], gmv: Decimal, ahead: int, text: Text) -> str:
    """What the quarters ahead have to bring; empty where the year's plan is reached."""
    left = _sum(rows, "planned") - gmv
    return text("quarters_paced.say.left", left=left, each=left / ahead, ahead=ahead) if left > 0 else ""


def _apart(recorded: Decimal, totals: pd.DataFrame, text: Text) -> tuple[str, ...]:
    """That the quarters' reports do not add up to the year's own orders; nothing where these are not known."""
    gmv = next(row["gmv"] for row in records(totals) if row["period"] == "current")
    if gmv is None or abs(recorded - gmv) <= _MOVED * gmv:
        return ()
    return (text("quarters_paced.say.apart", sum=recorded, gmv=gmv, gap=abs(recorded - gmv)),)


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> Decimal:
    return sum((row[name] for row in rows), Decimal("0.00"))


def _entries(facts: Mapping[str, Any], context: Context, *, whole: bool) -> tuple[Entry, ...]:
    """The sums; the pace only where no quarter that is over is missing, so that no target is held against a part."""
    recorded = context.entry("quarters_recorded", facts, "count")
    if "rate" not in facts or not whole:
        return (recorded,)
    return recorded, context.entry("quarters_pace_rate", facts, "rate", of=("gmv", "planned"))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per quarter: GMV, with a mark where the plan wanted it."""
    shown = frame.assign(
        label=_names(frame, text),
        plan=floats(frame["planned"]),
        gmv=floats(frame["actual"]),
    )
    marks = (Bar("plan", PALE), Bar("gmv", ACCENT, 0.32, "actual"), Tick("plan", name="planned"))
    return row_chart(shown, text, "quarters_paced.chart", *marks)


section = Section("quarters_paced", say, draw, spared=1)
