"""Retention: the campaign's users beside the baseline cohort."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.sections.finding import Context, Finding, cohort_row, comparison, frame_table, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Day-N retention of the campaign's cohort beside the baseline, at the first and the last observed day."""
    text, days = context.text, sorted(frame["day"].unique())
    campaign = [row for row in records(frame) if row["cohort"] == "campaign"]
    observed = [row["day"] for row in campaign if row["state"] not in {"unobserved", "empty"}]
    sentences = [_beside_baseline(frame, day, context) for day in dict.fromkeys([*observed[:1], *observed[-1:]])]
    if campaign[0]["state"] == "empty":
        sentences.append(text("retention.say.empty", noun=context.new_users))
    elif missing := [day for day in days if day not in observed]:
        sentences.append(text("retention.say.missing", days=missing))
    entries = tuple(
        context.entry(
            f"day_{day}_retention_rate{suffix}",
            cohort_row(frame, cohort=cohort, day=day),
            "rate",
            of=("retained", "eligible"),
            method="Wilson",
        )
        for cohort, suffix in (("campaign", ""), ("baseline", "_baseline"))
        for day in days
    )
    columns = ("cohort.cohort", "day", "eligible", "retained", "rate", "low", "high", "state")
    return Finding("".join(sentences), entries, frame_table("retention", frame, columns, text))


def _beside_baseline(frame: pd.DataFrame, day: int, context: Context) -> str:
    text = context.text
    campaign, baseline = (cohort_row(frame, cohort=cohort, day=day) for cohort in ("campaign", "baseline"))
    if pd.isna(campaign["rate"]):
        return text("retention.say.few", campaign)
    side, change = comparison(campaign, baseline), campaign["rate"] - baseline["rate"]
    return text("retention.say.rate", campaign) + text(f"retention.say.{side}", baseline, change=change)


section = Section(
    "retention",
    say,
    charts.retention,
    people=dict.fromkeys(("eligible", "retained"), ("rate", "low", "high")),
)
