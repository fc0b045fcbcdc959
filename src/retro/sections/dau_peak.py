"""DAU peak: the busiest day of a campaign, beside its weekday's baseline and the best day before."""

from typing import Any

import pandas as pd

from retro.charts import BASELINE, Chart, Dots, Level, Line, Peak, checked, floats, line_chart, peak_row
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import FEW
from retro.sections.compared import LIFT_METHOD
from retro.sections.section import Context, Finding, Section, frame_table, records

_SHOWN = 10
"""The busiest days that the table shows."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The peak of daily active users, its baseline, and whether any earlier day was busier."""
    text = context.text
    rows = [row for row in records(frame) if row["dau"] is not FEW and not pd.isna(row["dau"])]
    during, before = ([row for row in rows if row["during"] is flag] for flag in (True, False))
    if not during:
        return Finding(text("dau_peak.say.none"), covered=False)
    peak = max(during, key=lambda row: row["dau"])
    if pd.isna(peak["baseline"]):
        sentence = text("dau_peak.say.no_baseline", peak)
    else:
        side = "above" if peak["dau"] > peak["high"] else "below" if peak["dau"] < peak["low"] else "within"
        sentence = text(f"dau_peak.say.{side}", peak, lift=peak["dau"] / peak["baseline"] - 1)
    if before:
        best = max(before, key=lambda row: row["dau"])
        key = "busiest" if peak["dau"] > best["dau"] else "not_busiest"
        sentence += text(f"dau_peak.say.{key}", best, days=len(before))
    busiest = pd.DataFrame(sorted(rows, key=lambda row: -row["dau"])[:_SHOWN], columns=frame.columns)
    table = frame_table("dau_peak", busiest, ("on", "dau", "baseline", "low", "high"), text)
    lost = sum(row["during"] is True and row["dau"] is not FEW and pd.isna(row["dau"]) for row in records(frame))
    warned = (text("dau_peak.lost", lost_days=lost),) if lost else ()
    return Finding(sentence, _entries(peak, context), table, warnings=warned)


def _entries(peak: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    entry = context.entry("dau_peak", peak, "dau")
    if pd.isna(peak["baseline"]):
        return (entry,)
    rate, low, high = (peak["dau"] / peak[name] - 1 if peak[name] else None for name in ("baseline", "high", "low"))
    lift = peak | {"dau_peak_lift_rate": rate, "dau_peak_lift_low": low, "dau_peak_lift_high": high}
    return entry, context.entry("dau_peak_lift_rate", lift, of=("dau", "baseline"), method=LIFT_METHOD)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line by day; the campaign's days stand out, over their weekday's baseline; the best day before."""
    frame = checked(frame, "dau_peak", ("on", "dau", "during", "baseline", "low", "high"))
    users, during = floats(frame["dau"]), frame["during"]
    shown = frame.assign(campaign=users.where(during), before=users.where(~during))
    tops = {"peak": peak_row(shown, "campaign"), "best": peak_row(shown, "before")}
    facts = {name: text("dau_peak.chart.peak", row) if row else "" for name, row in tops.items()}
    best = tops["best"]["on"] if tops["best"] else None
    shown = shown.assign(best=users.where(frame["on"] == best), words=facts["best"])
    marks = (
        Dots("campaign", name="during"),
        Line("dau", BASELINE, "daily", 1.3),
        Level("baseline", "baseline", "low", "high", width=max(len(frame) / 45, 1)),  # wide enough to be seen
        Dots("best", BASELINE, words="words"),
        Peak("campaign"),
    )
    return line_chart(shown, text, "dau_peak.chart", *marks, height=3.1, facts={"days": len(frame), **facts})


section = Section("dau_peak", say, draw, people={"dau": ()}, grain={"events": "day"})
