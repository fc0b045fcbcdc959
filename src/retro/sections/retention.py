"""Whether the campaign's users come back as the usual ones do."""

from __future__ import annotations

import pandas as pd

from retro.sections.finding import Context, Finding, cohort_row, comparison, frame_table, rate_entry, records


def retention(frame: pd.DataFrame, context: Context) -> Finding:
    """Day-N retention of the campaign's cohort beside the usual one, at the first and the last observed day.

    Args:
        frame: The frame of `metrics.retention`.
        context: Params and texts.
    """
    text = context.text
    units = {
        "cohort": "name.cohort",
        "day": "count",
        "eligible": "count",
        "retained": "count",
        "rate": "rate",
        "low": "rate",
        "high": "rate",
        "state": "state",
    }
    days = sorted(frame["day"].unique())
    campaign = [row for row in records(frame) if row["cohort"] == "campaign"]
    observed = [row["day"] for row in campaign if row["state"] not in {"unobserved", "empty"}]
    first_and_last = dict.fromkeys([*observed[:1], *observed[-1:]])
    sentences = [_sentence(frame, day, context) for day in first_and_last]
    if campaign[0]["state"] == "empty":
        sentences.append(text("retention.say.empty", noun=context.new_users))
    elif missing := [str(day) for day in days if day not in observed]:
        sentences.append(text("retention.say.missing", days=text.join(missing)))
    shared = context.facts("retention", "users", "events")
    entries = [
        rate_entry(
            f"day_{day}_retention_rate{'' if cohort == 'campaign' else '_usual'}",
            cohort_row(frame, cohort=cohort, day=day),
            "retained",
            "eligible",
            **shared,
        )
        for cohort in ("campaign", "usual")
        for day in days
    ]
    return Finding("".join(sentences), tuple(entries), frame_table("retention", frame, units, text))


def _sentence(frame: pd.DataFrame, day: int, context: Context) -> str:
    text = context.text
    campaign, usual = (cohort_row(frame, cohort=cohort, day=day) for cohort in ("campaign", "usual"))
    facts = {
        "day": day,
        "rate": text.rate(campaign["rate"]),
        "retained": text.count(campaign["retained"]),
        "eligible": text.count(campaign["eligible"]),
        "interval": text.interval(campaign["low"], campaign["high"], "rate"),
    }
    side = comparison(campaign, usual)
    if side != "unknown":
        facts |= {
            "usual": text.rate(usual["rate"]),
            "change": text.percentage_points(campaign["rate"] - usual["rate"]),
        }
    return text(f"retention.say.{side}", **facts)
