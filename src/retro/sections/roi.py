"""ROI: output over input, and the incremental return."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.figures import figure
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.baseline import PHASES, Impact
from retro.metrics.pnl import Statement
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, statement: Statement, found: Impact, context: Context) -> Finding:
    """The ratio that departments write, and beside it what the campaign really added.

    `frame` is the frame of `metrics.roi`; `statement` the P&L that it was taken from; `found` the effect on GMV, which
    says whether anything can be told from chance.
    """
    text, rows = context.text, {row["figure"]: row for row in records(frame)}
    table = _table(rows.values(), text)
    if statement.cost is None:
        return Finding(text("roi.say.no_cost", campaign=context.params.campaign_id), (), table)
    entries = tuple(_entry(row, context) for row in rows.values())
    ratio, true = rows["output_input_ratio"]["value"], rows.get("incremental_roi")
    headline = text("roi.say.stated", ratio=ratio, net=ratio - 1)
    if true is None:
        return Finding(headline + text("roi.say.no_contribution"), entries, table)
    chance, net = (rows[name]["value"] for name in ("roi_positive_probability", "net_contribution"))
    headline += text(f"roi.say.{'true' if found.measurable else 'not_measurable'}", true, chance=chance, net=net)
    sentence = f"{headline}{_horizon(statement, found, context)}{_break_even(rows, text)}"
    return Finding(sentence, entries, table, headline=(headline,))


def _horizon(statement: Statement, found: Impact, context: Context) -> str:
    """Until when the effect is counted, whether that is as long as was asked, and when returns have settled."""
    text, touched = context.text, found.days[found.days["phase"].isin(list(PHASES))]
    seen, asked = int((touched["phase"] == "settling").sum()), context.params.roi.settling_days
    said = text("roi.say.horizon", statement, first=touched["on"].iloc[0], last=touched["on"].iloc[-1])
    return said + (text("roi.say.cut", seen=seen, asked=asked) if seen < asked else "")


def _break_even(rows: Mapping[str, Mapping[str, Any]], text: Text) -> str:
    if not {"lift_rate", "break_even_lift_rate"} <= rows.keys():
        return ""
    lift, needed = rows["lift_rate"]["value"], rows["break_even_lift_rate"]["value"]
    if pd.isna(needed):
        return ""
    thin = lift > needed and rows["net_contribution"]["value"] < 0
    return text(f"roi.say.{'break_even_thin' if thin else 'break_even'}", needed=needed, lift=lift)


def _table(rows: Iterable[Mapping[str, Any]], text: Text) -> Table:
    lines = []
    for row in rows:
        known = figure(row["figure"])
        ends = (number(row["low"]), number(row["high"]))
        value = text.written(number(row["value"]), known.unit)
        lines.append((known.label_of(known.name, text.lang, in_table=True), value, text.interval(*ends, known.unit)))
    frame = pd.DataFrame(lines, columns=["figure", "value", "interval"])
    return frame_table("roi", frame, ("figure.", "value.", "interval."), text, folded=False)


def _entry(row: Mapping[str, Any], context: Context) -> Entry:
    return context.entry(row["figure"], row, "value", low=number(row["low"]), high=number(row["high"]))


section = Section("roi", say)
