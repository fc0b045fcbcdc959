"""Referral value: new users who were invited beside the others of the same days."""

import pandas as pd

from retro.charts import Chart, dots
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, is_known, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many of each ordered, and what one was worth."""
    text, rows = context.text, {row["group"]: row for row in records(frame)}
    invited, others = rows["invited"], rows["others"]
    if not all(is_known(row["buyers"]) and is_known(row["rate"]) for row in rows.values()):
        few = any(hidden(row["buyers"]) or hidden(row["members"]) for row in rows.values())
        return Finding(text("privacy.few" if few else "referral_value.say.none"), covered=False)
    days = context.asked("order_days")
    sentence = text(
        "referral_value.say.rates", invited, days=days, others_rate=others["rate"], others=others["members"]
    )
    low, high = invited["difference_low"], invited["difference_high"]
    sentence += text(f"referral_value.say.{'more' if low > 0 else 'fewer' if high < 0 else 'alike'}", invited)
    if not pd.isna(invited["value"]) and not pd.isna(others["value"]):
        sentence += text("referral_value.say.value", own=invited["value"], others=others["value"])
    entries = (
        context.entry("referral_order_rate", invited, "rate", of=("buyers", "members"), method="Wilson"),
        context.entry("referral_value", invited, "value"),
        context.entry("referral_order_difference", invited, "difference", method="Newcombe"),
    )
    columns = ("group.referral_value", "members", "buyers", "rate", "low", "high", "gmv", "value")
    return Finding(sentence, entries, frame_table("referral_value", frame, columns, text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group: the share that ordered, with its interval."""
    own = [group == "invited" for group in frame["group"]]
    labels = [text(f"referral_value.{group}") for group in frame["group"]]
    named = frame.assign(label=labels, people=frame["members"], campaign=own)
    return dots(named, text, text("referral_value.chart.value"))


_TOLD = ("rate", "low", "high", "gmv", "value", "difference", "difference_low", "difference_high")

section = Section("referral_value", say, draw, level=2, people={"members": _TOLD, "buyers": _TOLD}, of_people=True)
