"""Support in time, as the campaigns' reports recorded it."""

import pandas as pd

from retro.metrics import wilson
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, campaigns: pd.DataFrame, context: Context) -> Finding:
    """How many enquiries were answered in time, in all campaigns that say so, and in which fewest.

    `frame` is the frame of `metrics.support_recorded`; `campaigns` the reports, as `report.campaigns` has them.
    """
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("support_recorded.say.none"), covered=False)
    tickets, within = (int(frame[name].sum()) for name in ("tickets", "within"))
    low, high = (float(end[0]) for end in wilson([within], [tickets]))
    pooled = {"tickets": tickets, "within": within, "rate": within / tickets, "low": low, "high": high}
    sentence = text("support_recorded.say.summary", pooled, there=len(rows), all=len(campaigns))
    sentence += text("support_recorded.say.worst", min(rows, key=lambda row: row["rate"]))
    figure = context.entry("campaigns_support_in_time_rate", pooled, "rate", of=("within", "tickets"), method="Wilson")
    columns = ("title.", "tickets", "within", "rate", "low", "high", "median_seconds", "p90_seconds")
    return Finding(sentence, (figure,), frame_table("support_recorded", frame, columns, text, folded=False))


section = Section("support_recorded", say)
