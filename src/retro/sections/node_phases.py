"""Node phases: what pre-heat, burst and return of a node brought beside the weeks before."""

from typing import Any

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, Span, Tick, row_chart
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, records

_MEASURES = {"gmv": "money", "orders": "count"}
"""In what a node is told: in money, where orders have amounts, and else in orders."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What each phase brought, and which lie above or below every week before."""
    text, measure = context.text, _measure(frame)
    if any(map(hidden, frame.get("orders", ()))):  # phases add up to the node, so one of few gives itself away
        return Finding(text("privacy.few"), covered=False)
    rows = {row["phase"]: row for row in records(_short(frame, measure))}
    table = _table(frame, measure, text)
    if pd.isna(rows["burst"]["sold"]):
        return Finding(text("node_phases.say.open"), (), table, covered=False)
    told = {name: _told(name, row, measure, text) for name, row in rows.items() if not pd.isna(row["sold"])}
    sentence = "".join(told.values())
    if pd.isna(rows["burst"]["baseline"]):
        sentence += text("node_phases.say.unknown", rows["burst"])
    node = sum(row["sold"] for row in rows.values() if not pd.isna(row["sold"]))
    entries = [
        context.entry(f"{name}_phase_{figure}", row | {"node": node}, column, of=of)
        for name, row in rows.items()
        for figure, column, of in (
            (measure, "sold", None),
            (f"{measure}_share", "share", ("sold", "node")),
            (f"{measure}_gain", "gain", None),
        )
    ]
    return Finding(sentence, tuple(entries), table, headline=(told["burst"],))


def _measure(frame: pd.DataFrame) -> str:
    return next(measure for measure in _MEASURES if measure in frame.columns)


def _short(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A frame with the columns of one measure by short names."""
    columns = {f"{name}_{measure}": name for name in ("baseline", "low", "high", "gain", "rate", "share")}
    return frame.rename(columns=columns | {measure: "sold"})


def _table(frame: pd.DataFrame, measure: str, text: Text) -> Any:  # noqa: ANN401 - as `frame_table`
    own = [f"{name}_{measure}" for name in ("share", "baseline", "gain", "rate")]
    sold = [name for name in dict.fromkeys(("orders", measure)) if name in frame.columns]
    return frame_table("node_phases", frame, ("phase.node_phases", "since", "days", *sold, *own, "state"), text)


def _told(name: str, row: dict[str, Any], measure: str, text: Text) -> str:
    """A phase in words: beside the weeks before where they are known, and whether it is over."""
    phase = text(f"node_phases.{name}")
    sold = text(f"node_phases.amount.{measure}", value=row["sold"])
    if row["state"] == "lacking":
        return text("node_phases.say.lacking", phase=phase, sold=sold)
    if row["state"] == "partial":
        phase = text("node_phases.so_far", phase=phase)
    share = "" if pd.isna(row["share"]) else text("node_phases.say.share", row)
    if pd.isna(row["baseline"]):
        return text("node_phases.say.alone", phase=phase, sold=sold, share=share)
    side = "above" if row["sold"] > row["high"] else "below" if row["sold"] < row["low"] else "within"
    return text(f"node_phases.say.{side}", phase=phase, sold=sold, share=share)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per phase: what a day brought, and the range of the weeks before."""
    measure = _measure(frame)
    seen = _short(frame, measure)[frame[measure].notna()]
    daily = {name: seen[name].astype("float64") / seen["days"] for name in ("sold", "baseline", "low", "high")}
    named = seen.assign(label=[text(f"node_phases.{phase}") for phase in seen["phase"]], **daily)
    bold = [
        text("state.lacking") if pd.isna(value) else text(f"node_phases.day.{measure}", value=value)
        for value in named["sold"]
    ]
    marks = (
        Bar("sold", name="node"),
        Span("low", "high", colour=BASELINE, width=4),
        Tick("baseline", BASELINE, name="baseline"),
    )
    return row_chart(named.assign(bold=bold), text, f"node_phases.chart.{measure}", *marks)


section = Section("node_phases", say, draw, people={"orders": ("gmv", "share_gmv", "gain_gmv", "rate_gmv")})
