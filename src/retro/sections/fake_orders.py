"""Fake orders: found by rules, beside those that operations stopped."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BAND, Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import Entry, entry
from retro.privacy import Rest, masked_count
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many orders look fake, how many of them operations stopped, and what still counts as sold."""
    text, rows = context.text, {row["rule"]: row for row in records(frame)}
    suspicious, stopped = rows["suspicious"], rows["stopped"]
    table = frame_table(
        "fake_orders", frame, ("rule.fake", "orders", "amount", "stopped", "passed", "passed_amount"), text
    )
    whole = masked_count(frame.attrs["orders"])
    if not suspicious["orders"] and not stopped["orders"]:
        return Finding(text("fake_orders.say.none", orders=whole), (), table)
    facts = {"all": whole, "stopped_all": stopped["orders"], "stopped_amount": stopped["amount"]}
    sentence = text.told("fake_orders.say.summary", suspicious | facts)
    sentence += text.told("fake_orders.say.passed", suspicious) if suspicious["passed"] else ""
    sentence += text("fake_orders.say.missed", rows["missed"]) if rows["missed"]["orders"] else ""
    return Finding(sentence, _entries(suspicious, stopped, context), table)


def _entries(suspicious: Mapping[str, Any], stopped: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    agreed, whole = number(suspicious["stopped"]), number(stopped["orders"])
    found = agreed / whole if agreed is not None and whole else None
    return (
        context.entry("suspicious_orders", suspicious, "orders"),
        context.entry("stopped_orders", stopped, "orders"),
        entry("stopped_found_rate", found, numerator=agreed, denominator=whole, observed_until=context.observed_until),
        context.entry("fake_amount", suspicious, "amount"),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per rule: orders that operations stopped, and the others that the rule finds."""
    found = frame[~frame["rule"].isin(_NO_RULES)]
    shown = found.assign(others=found["orders"] - found["stopped"])
    marks = (Bar("stopped", ACCENT, name="stopped"), Bar("others", BAND, name="others", stacked=True))
    return row_chart(shown, text, "fake_orders.chart", *marks, at="mark")


_NO_RULES = ("stopped", "missed")


section = Section(
    "fake_orders",
    say,
    draw,
    people={"orders": ("amount", "passed_amount"), "stopped": (), "passed": ("passed_amount",), "others": ()},
    totals=(Rest("others", "orders", "stopped"),),
    of_people=True,
)
