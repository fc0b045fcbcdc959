"""Funnel: how many users reach each step, and where most are lost."""

from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.privacy import hidden, masked_count
from retro.sections.paths import PEOPLE, draw, worst_step
from retro.sections.section import Context, Finding, Section, frame_table, is_known, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many reach the last step, and at which step most are lost."""
    text, steps = context.text, records(frame)
    columns = ("step.step", "users", "step_rate", "total_rate", "low", "high", "median_hours.figure")
    told = frame.assign(median_hours=[_told(hours, text) for hours in frame["median_hours"]])
    table = frame_table("funnel", told, columns, text)
    first, last = steps[0], steps[-1]
    if first["users"] == 0:
        return Finding(text("funnel.say.empty", first), (), table)
    reached = last | {"entered": first["users"], "first": first["step"]}
    key = "few" if pd.isna(last["total_rate"]) else "summary"
    sentence = text(f"funnel.say.{key}", reached, **worst_step(steps))
    if immature := frame.attrs.get("immature"):
        sentence += text("funnel.say.immature", immature=masked_count(immature))
    of = ("users", "entered")
    entry = context.entry("funnel_total_rate", reached, "total_rate", of=of, method="Wilson")
    return Finding(sentence, (entry,), table)


def _told(hours: Any, text: Text) -> str:  # noqa: ANN401 - a number, or masked
    """A time in the unit that a reader would take; empty where it is not known."""
    return text.duration(float(hours) * 3600) if is_known(hours) else str(hours) if hidden(hours) else ""


section = Section("funnel", say, draw, people=PEOPLE, grain={"events": "hour"}, of_people=True)
