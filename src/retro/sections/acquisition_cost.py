"""Acquisition cost: cost per new user, by two definitions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, row_chart
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Report cost per new user by acquisition cost and by all cost."""
    text, rows = context.text, {row["definition"]: row for row in records(frame)}
    table = frame_table("acquisition_cost", frame, ("definition.cac", "cost", "new_users", "cac"), text)
    narrow, wide = rows["acquisition_only"], rows["all_cost"]
    if not wide["new_users"] or wide["new_users"] is FEW:
        return Finding(text(f"acquisition_cost.say.{'few' if wide['new_users'] else 'no'}_users", wide), (), table)
    sentence = text("acquisition_cost.say.summary", wide, narrow=narrow["cac"], narrow_cost=narrow["cost"])
    sentence += _variance(wide, context)
    entries = (context.entry(f"cac_{name}", row, "cac", of=("cost", "new_users")) for name, row in rows.items())
    return Finding(sentence, tuple(entries), table)


def _variance(wide: Mapping[str, Any], context: Context) -> str:
    """What all cost exceeds the plan by, in users more or fewer than planned and in what each cost more or less."""
    targets = context.params.targets
    if not {"new_users", "cac_all_cost"} <= targets.keys():
        return ""
    users, price = targets["new_users"], targets["cac_all_cost"]
    volume = (wide["new_users"] - users) * price
    rest = wide["cost"] - users * price - volume
    money = context.text.signed_money
    return context.text("acquisition_cost.say.variance", planned=users * price, volume=money(volume), price=money(rest))


def draw(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """Cost per new user by both definitions, against the target."""
    shown = frame.assign(colour=[ACCENT if name == "acquisition_only" else BASELINE for name in frame["definition"]])
    return row_chart(shown, text, "acquisition_cost.chart", Bar("cac", "colour"), target=target, row=0.55)


section = Section("acquisition_cost", say, draw, level=2, people={"new_users": ("cac",)}, of_people=True)
