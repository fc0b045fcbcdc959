"""Repurchase: the campaign's first-time buyers beside the baseline cohort."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.sections.finding import Context, Finding, cohort_row, comparison, frame_table
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Repurchase rate of the campaign's first-time buyers beside the baseline.

    Args:
        frame: The frame of `metrics.repurchase`.
        context: Params and texts; `repurchase_days` names the window.
    """
    text, days = context.text, context.asked("repurchase_days")
    campaign, baseline = (cohort_row(frame, cohort=cohort) for cohort in ("campaign", "baseline"))
    entries = tuple(
        context.entry(name, row, "rate", of=("repurchasers", "buyers"), method="Wilson")
        for name, row in (("repurchase_rate", campaign), ("repurchase_rate_baseline", baseline))
    )
    columns = ("cohort.cohort", "buyers", "repurchasers", "rate", "low", "high", "state")
    table = frame_table("repurchase", frame, columns, text)
    if campaign["state"] in {"unobserved", "empty"}:
        sentence = text(f"repurchase.say.{campaign['state']}", days=days)
    elif pd.isna(campaign["rate"]):
        sentence = text("repurchase.say.few", campaign, days=days)
    else:
        side = comparison(campaign, baseline)
        sentence = text("repurchase.say.rate", campaign, days=days) + text(f"repurchase.say.{side}", baseline)
    return Finding(sentence, entries, table)


section = Section(
    "repurchase",
    say,
    charts.repurchase,
    people=dict.fromkeys(("buyers", "repurchasers"), ("rate", "low", "high")),
)
