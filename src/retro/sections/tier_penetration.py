"""Tier penetration: members at or above a tier, before and after."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, row_chart
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, cohort_row, frame_table, records

_COLUMNS = ("group.tier_group", "moment.tier_moment", "above", "members", "rate", "low", "high")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of members at or above a tier before and after, beside the target and those who did not take part."""
    text = context.text
    before, now = (cohort_row(frame, group="all", moment=moment) for moment in ("before", "after"))
    if not now["members"] or not before["members"]:
        return Finding(text("tier_penetration.say.none"), (), frame_table("tier_penetration", frame, _COLUMNS, text),
                       covered=False)  # fmt: skip
    if FEW in (before["above"], now["above"]):
        return Finding(text("privacy.few"))
    if FEW in [*frame["above"], *frame["members"]]:  # the whole less the others would give a group away
        frame = frame[frame["group"] == "all"]
    cells = {(row["group"], row["moment"]): row for row in records(frame)}
    asked = {"tier": context.asked("penetration_tier"), "before": before["rate"]}
    sentence = text("tier_penetration.say.summary", now, **asked, change=_change(cells, "all", text))
    sentence += _target(now["rate"], context)
    groups = [group for group in ("participants", "others") if cells.get((group, "before"), {}).get("members")]
    if len(groups) > 1:
        changes = {group: _change(cells, group, text) for group in groups}
        sentence += text("tier_penetration.say.groups", **changes)
    entries = tuple(
        context.entry(name, row, "rate", of=("above", "members"), method="Wilson")
        for name, row in (("tier_penetration_rate", now), ("tier_penetration_rate_before", before))
    )
    return Finding(sentence, entries, frame_table("tier_penetration", frame, _COLUMNS, text))


def _target(rate: float, context: Context) -> str:
    target = context.params.targets.get("tier_penetration_rate")
    if target is None:
        return ""
    gap = context.text.percentage_points(float(target) - rate).lstrip("+")
    key = "reached" if rate >= target else "short"
    return context.text(f"tier_penetration.say.{key}", target=float(target), gap=gap)


def _change(cells: Mapping[tuple[str, str], Mapping[str, Any]], group: str, text: Text) -> str:
    change = cells[group, "after"]["rate"] - cells[group, "before"]["rate"]
    return text.percentage_points(round(change, 3) + 0.0)  # no sign before a change that rounds to nothing


def draw(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """Two rows per group, before and after, with their share; the target as a line."""
    shown = frame.assign(colour=[ACCENT if moment == "after" else BASELINE for moment in frame["moment"]])
    bar = Bar("rate", "colour", 0.6)
    return row_chart(shown, text, "tier_penetration.chart", bar, at="mark", axis="rate", target=target, row=0.4)


section = Section(
    "tier_penetration", say, draw, people={"members": (), "above": ("rate", "low", "high")}, of_people=True
)
