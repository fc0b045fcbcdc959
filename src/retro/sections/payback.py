"""Payback: when first-time buyers have paid for a campaign."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import entry
from retro.metrics.baseline import Impact
from retro.metrics.roi import payback_month
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, found: Impact, context: Context) -> Finding:
    """Whether and when additional first-time buyers have paid for the campaign, as far as can be seen.

    `frame` is the frame of `metrics.payback`; `found` the effect on GMV, which says whether it can be relied on.
    """
    text, rows = context.text, records(frame)
    if rows and rows[-1]["buyers"] is FEW:
        return Finding(text("payback.say.few", rows[-1]))
    if not rows or pd.isna(rows[-1]["left"]):
        return Finding(text("payback.say.unknown"))
    entries = [entry("observed_year_rate", number(rows[-1]["month"] / 12))]
    shown = rows[-1]["additional_low"] > 0
    if not shown:  # what may be nobody orders nothing later
        frame, rows = frame[frame["month"] == 0], rows[:1]
    last, paid = rows[-1], None if found.contradicted else payback_month(frame)
    state = "open" if found.contradicted else _state(last, paid)
    sentence = _said(rows, state, paid, text) if shown else text("payback.say.none", last) + _so_far(last, state, text)
    if paid is not None:
        entries.append(entry("payback_days", number(30 * paid)))
    counted = ("additional", "contribution") if shown else ()
    columns = ("month", "buyers", *counted, "left", "low", "high")
    return Finding(sentence, tuple(entries), frame_table("payback", frame, columns, text))


def _state(last: Mapping[str, Any], paid: int | None) -> str:
    if paid is not None:
        return "paid" if paid else "at_once"
    return "not_yet" if last["high"] < 0 else "open"


def _said(rows: list[dict[str, Any]], state: str, paid: int | None, text: Text) -> str:
    """The sentences: of the days of the effect alone, or of the last month that everybody has lived through."""
    first, last = rows[0], rows[-1]
    if state == "at_once":
        later = text("payback.say.since", last) if last["month"] else ""
        return text("payback.say.at_once", first) + later
    if not last["month"]:
        return _so_far(last, state, text) + text("payback.say.too_early")
    who = "who" if last["additional"] <= last["buyers"] else "more"
    return text(f"payback.say.{who}", last) + text(f"payback.say.{state}", last, paid=paid)


def _so_far(row: Mapping[str, Any], state: str, text: Text) -> str:
    """What is left over the days of the effect, before any later order."""
    return text("payback.say.at_once" if state == "at_once" else f"payback.say.{state}_so_far", row)


section = Section(
    "payback",
    say,
    level=2,
    people={"buyers": ("additional", "additional_low", "additional_high", "contribution", "left", "low", "high")},
    of_people=True,
    newcomers=True,
)
