"""Whether the campaign's buyers buy again, beside the usual ones and month by month."""

from __future__ import annotations

import pandas as pd

from retro.findings.finding import Context, Finding, cohort_row, comparison, frame_table, rate_entry


def repurchase(frame: pd.DataFrame, context: Context) -> Finding:
    """Repurchase rate of the campaign's first-time buyers beside the usual ones.

    Args:
        frame: The frame of `metrics.repurchase`.
        context: Params and texts; `repurchase_days` names the window.
    """
    text = context.text
    days = getattr(context.params, "repurchase_days")  # noqa: B009 - a key of the kinds that have this section
    campaign, usual = cohort_row(frame, "campaign"), cohort_row(frame, "usual")
    units = {
        "cohort": "name.cohort",
        "buyers": "count",
        "repurchasers": "count",
        "rate": "rate",
        "low": "rate",
        "high": "rate",
        "state": "state",
    }
    shared = {"observed_until": context.observed_until, "tables": ("orders",), "definition": "repurchase"}
    entries = (
        rate_entry("repurchase_rate", campaign, "repurchasers", "buyers", **shared),
        rate_entry("repurchase_rate_usual", usual, "repurchasers", "buyers", **shared),
    )
    table = frame_table("repurchase", frame, units, text)
    if campaign["state"] == "unobserved":
        return Finding(text("finding.repurchase.unobserved", days=days), entries, table)
    facts = {
        "days": days,
        "rate": text.rate(campaign["rate"]),
        "repurchasers": text.count(campaign["repurchasers"]),
        "buyers": text.count(campaign["buyers"]),
        "interval": text.interval(campaign["low"], campaign["high"], "rate"),
    }
    side = comparison(campaign, usual)
    if side != "unknown":
        facts |= {
            "usual": text.rate(usual["rate"]),
            "usual_repurchasers": text.count(usual["repurchasers"]),
            "usual_buyers": text.count(usual["buyers"]),
        }
    return Finding(text(f"finding.repurchase.{side}", **facts), entries, table)


def repurchase_cohorts(frame: pd.DataFrame, context: Context) -> Finding:
    """How many of the newest cohort with a whole month behind it were back the month after their first order.

    Args:
        frame: The frame of `metrics.repurchase_cohorts`.
        context: Params and texts.
    """
    text = context.text
    units = {
        "cohort_month": "month",
        "months_after": "count",
        "buyers": "count",
        "repurchasers": "count",
        "rate": "rate",
        "low": "rate",
        "high": "rate",
        "state": "state",
    }
    table = frame_table("repurchase_cohorts", frame, units, text)
    month_after = frame[(frame["months_after"] == 1) & (frame["state"] == "observed")]
    if month_after.empty:
        return Finding(text("finding.repurchase_cohorts.unobserved"), (), table)
    newest = dict(month_after.iloc[-1])
    earlier = month_after.iloc[:-1]
    sentence = text(
        "finding.repurchase_cohorts.newest",
        month=text.month(newest["cohort_month"]),
        buyers=text.count(newest["buyers"]),
        repurchasers=text.count(newest["repurchasers"]),
        rate=text.rate(newest["rate"]),
        interval=text.interval(newest["low"], newest["high"], "rate"),
    )
    if not earlier.empty:
        rates = earlier["rate"].astype(float)
        sentence += text(
            "finding.repurchase_cohorts.earlier", low=text.rate(rates.min()), high=text.rate(rates.max())
        )
    entry = rate_entry(
        "month_1_repurchase_rate",
        newest,
        "repurchasers",
        "buyers",
        observed_until=context.observed_until,
        tables=("orders",),
        definition="repurchase_cohorts",
    )
    return Finding(sentence, (entry,), table)
