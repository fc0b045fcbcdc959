"""Budget: planned, used and left, and whether reports and bookings agree."""

from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, PALE, WARM, Bar, Chart, floats, row_chart
from retro.charts.frames import known
from retro.i18n import Text
from retro.ledger import entry
from retro.metrics.budget import OUTSIDE, TOTAL
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Planned, used and left, and whether the campaigns' reports tie out with what is booked."""
    text, rows = context.text, records(frame)
    *parts, total = rows
    own = [row for row in parts if row["row"] != OUTSIDE]
    told = [row for row in own if row["used"] is not None]
    tied = all(row["used"] == row["booked"] for row in told)
    sentence = _used(own, total, text) + _plans(own, total, text) + (text("budget.say.tied") if tied and told else "")
    entries = (
        *(entry(f"budget_{name}", total[name]) for name in ("planned", "used", "left")),
        context.entry("cost_booked", total, "booked"),
    )
    names = {OUTSIDE: text("budget.say.outside"), TOTAL: text("budget.say.total")}
    shown = frame.assign(name=[names.get(row["row"], row["title"]) for row in rows])
    table = frame_table("budget", shown, ("name.", "planned", "used", "left", "used_rate"), text, folded=False)
    return Finding(sentence, entries, table, warnings=() if tied else (text("budget.say.untied"),))


def _used(own: list[dict[str, Any]], total: dict[str, Any], text: Text) -> str:
    if total["used"] is None:
        return text("budget.say.missing", total, names=[row["title"] for row in own if row["used"] is None])
    if total["planned"] is None:
        return text("budget.say.no_plan", total)
    return text("budget.say.over" if total["left"] < 0 else "budget.say.within", total, over=-total["left"])


def _plans(own: list[dict[str, Any]], total: dict[str, Any], text: Text) -> str:
    """The campaigns' own budgets, where they are known and do not add up to the plan."""
    plans = [row["planned"] for row in own]
    if not plans or None in plans or total["planned"] in {None, sum(plans)}:
        return ""
    return text("budget.say.plans", total, sum=sum(plans, Decimal(0)))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per campaign and for the total: pale what was planned, on it what was used, orange beyond the plan."""
    frame = frame[frame["planned"].map(known) | frame["used"].map(lambda value: known(value) and value != 0)]
    planned, used = floats(frame["planned"]).fillna(0), floats(frame["used"]).fillna(0)
    shown = frame.assign(
        within=used.clip(upper=planned.where(planned > 0, used)),
        beyond=(used - planned).where((planned > 0) & (used > planned), 0),
    )
    marks = (Bar("planned", PALE, 0.62, "planned", look=_EDGE), Bar("within", ACCENT, 0.34, "used"))
    over = Bar("beyond", WARM, 0.34, "over" if shown["beyond"].any() else "", stacked=True)
    return row_chart(shown, text, "budget.chart", *marks, over, at="mark")


_EDGE = {"edgecolor": "#B8C0C9", "linewidth": 0.8}


section = Section("budget", say, draw)
