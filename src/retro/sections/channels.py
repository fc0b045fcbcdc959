"""What each channel cost and brought."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, records


def channels(frame: pd.DataFrame, context: Context) -> Finding:
    """Which channel brought first-time buyers at what cost, or why that cannot be known.

    Args:
        frame: The frame of `metrics.channels`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("channels.say.none"))
    total = sum((row["spend"] for row in rows), Decimal(0))
    units = {"channel": "name.channel", "spend": "money"}
    named = frame.assign(channel=[row["channel"] or text("policy.shared") for row in rows])
    known = [row for row in rows if row["channel"] and not pd.isna(row["buyers"])]
    if not known:
        spent = text.money(total)
        return Finding(text("channels.say.unknown", spend=spent), (), frame_table("channels", named, units, text))
    units |= {"first_buyers": "count", "buyers": "count", "gmv": "money", "cac": "money", "roas": "ratio"}
    units |= {"contribution": "money"}
    gmv = sum((row["gmv"] for row in known), Decimal(0))
    sentence = text("channels.say.total", spend=text.money(total), gmv=text.money(gmv))
    paid = [row for row in known if row["spend"] > 0 and row["cac"] is not None]
    if paid:
        best, worst = min(paid, key=lambda row: row["cac"]), max(paid, key=lambda row: row["cac"])
        names = {"best": text.label("channel", best["channel"]), "worst": text.label("channel", worst["channel"])}
        costs = {"low": text.money(best["cac"]), "high": text.money(worst["cac"])}
        sentence += text("channels.say.range", **names, **costs)
    entry = Entry(
        name="channel_gmv",
        value=number(gmv),
        unit="money",
        **context.facts("channels", "orders", "campaign_costs"),
    )
    table = frame_table("channels", named, units, text, folded=False)
    return Finding(sentence, (entry,), exhibits=(Exhibit(table=table), _lifetime(frame, paid, context)))


def _lifetime(frame: pd.DataFrame, paid: list[dict[str, Any]], context: Context) -> Exhibit:
    """What a first-time buyer has left so far beside what it cost, at the ages that are observed."""
    text = context.text
    ages = [int(str(column).rpartition("_")[2]) for column in frame.columns if _AGE.fullmatch(str(column))]
    seen = [age for age in ages if frame[f"value_{age}"].notna().any()]
    missing = [age for age in ages if age not in seen]
    sentence = text("channels.say.unobserved", days=text.join([str(age) for age in missing])) if missing else ""
    if not seen or not paid:
        return Exhibit(sentence=sentence)
    last = seen[-1]
    ratios = [(row, row[f"value_per_cac_{last}"]) for row in paid if not pd.isna(row[f"value_per_cac_{last}"])]
    earned = [text.label("channel", row["channel"]) for row, ratio in ratios if ratio >= 1]
    if ratios:
        key = "all" if len(earned) == len(ratios) else "some" if earned else "none"
        facts = {"days": last, "count": len(ratios), "names": text.join(earned)}
        facts |= {"low": text.exact(min(ratio for _, ratio in ratios)), "high": text.exact(max(r for _, r in ratios))}
        sentence = text(f"channels.say.lifetime_{key}", **facts) + sentence
    shown = pd.DataFrame([row for row, _ in ratios] or paid)
    units = {"channel": "name.channel", "first_buyers": "count", "cac": "money"}
    units |= dict.fromkeys((f"value_{age}" for age in seen), "money")
    units |= dict.fromkeys((f"value_per_cac_{age}" for age in seen), "ratio")
    return Exhibit(sentence=sentence, table=frame_table("channels.value", shown, units, text, folded=False))


_AGE = re.compile(r"value_\d+")
