"""Fake orders: what rules find, beside what operations stopped."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, records


def fake_orders(frame: pd.DataFrame, context: Context) -> Finding:
    """How many orders look fake, how many of them operations stopped, and what still counts as sold.

    Args:
        frame: The frame of `metrics.fake_orders`.
        context: Params and texts.
    """
    text = context.text
    rows = {row["rule"]: row for row in records(frame)}
    suspicious, stopped = rows["suspicious"], rows["stopped"]
    named = frame.assign(rule=[text(f"fake.{rule}") for rule in frame["rule"]])
    units = {"rule": "name.", "orders": "count", "amount": "money", "stopped": "count", "passed": "count"}
    table = frame_table("fake_orders", named, units | {"passed_amount": "money"}, text)
    if not suspicious["orders"] and not stopped["orders"]:
        return Finding(text("fake_orders.say.none", orders=text.count(frame.attrs["orders"])), (), table)
    sentence = text(
        "fake_orders.say.summary",
        orders=text.count(suspicious["orders"]),
        all=text.count(frame.attrs["orders"]),
        amount=text.value(suspicious["amount"], "money"),
        stopped=text.count(suspicious["stopped"]),
        stopped_all=text.count(stopped["orders"]),
        stopped_amount=text.value(stopped["amount"], "money"),
    )
    if suspicious["passed"]:
        passed = text.value(suspicious["passed_amount"], "money")
        sentence += text("fake_orders.say.passed", orders=text.count(suspicious["passed"]), amount=passed)
    if rows["missed"]["orders"]:
        sentence += text("fake_orders.say.missed", orders=text.count(rows["missed"]["orders"]))
    return Finding(sentence, _entries(suspicious, stopped, context), table)


def _entries(suspicious: Mapping[str, Any], stopped: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    tables = ("orders", "order_items", "events")
    shared = context.facts("fake_orders")
    agreed, all_stopped = number(suspicious["stopped"]), number(stopped["orders"])
    return (
        Entry(name="suspicious_orders", value=number(suspicious["orders"]), unit="orders", tables=tables, **shared),
        Entry(name="stopped_orders", value=all_stopped, unit="orders", tables=("orders",), **shared),
        Entry(
            name="stopped_found_rate",
            value=agreed / all_stopped if agreed is not None and all_stopped else None,
            unit="rate",
            numerator=agreed,
            denominator=all_stopped,
            tables=tables,
            **shared,
        ),
        Entry(name="fake_amount", value=Decimal(suspicious["amount"]), unit="money", tables=tables, **shared),
    )
