"""Repurchase by month: cohorts of first-time buyers in the months after."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.charts import Chart, checked, drawn, floats, heat_map, people
from retro.charts.frames import known
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many of the newest cohort with a whole month behind it were back the month after their first order."""
    text, table = context.text, _triangle(frame, context.text)
    month_after = [row for row in records(frame) if row["months_after"] == 1 and row["state"] == "observed"]
    if not month_after:
        states = set(frame.loc[frame["months_after"] == 1, "state"])
        key = next((state for state in ("lost", "early") if state in states), "unobserved")
        return Finding(text(f"repurchase_cohorts.say.{key}"), (), table)
    *earlier, newest = month_after
    sentence = text(f"repurchase_cohorts.say.{'few' if pd.isna(newest['rate']) else 'newest'}", newest)
    if rates := [row["rate"] for row in earlier if not pd.isna(row["rate"])]:
        sentence += text("repurchase_cohorts.say.earlier", low=min(rates), high=max(rates))
    of = ("repurchasers", "buyers")
    entry = context.entry("month_1_repurchase_rate", newest, "rate", of=of, method="Wilson")
    return Finding(sentence, (entry,), table)


def _triangle(frame: pd.DataFrame, text: Text) -> Table:
    """One row for each cohort, one column for each month after it; a running month is marked, one ahead is empty."""
    months = sorted({cell["months_after"] for cell in records(frame)})
    columns = [
        Column(label=text("repurchase_cohorts.table.cohort_month")),
        Column(label=text("repurchase_cohorts.table.buyers"), numeric=True),
        *(Column(label=text("repurchase_cohorts.table.months_after", month=month), numeric=True) for month in months),
    ]
    rows = []
    for cohort, cells in groupby(records(frame), key=lambda cell: cell["cohort_month"]):
        own = list(cells)
        words = (text.month(cohort), text.written(own[0]["buyers"], "count"), *(_share(cell, text) for cell in own))
        rows.append(tuple(Cell(text=word) for word in words))
    caption = text("repurchase_cohorts.table.caption")
    return Table(caption=caption, columns=tuple(columns), rows=tuple(rows), folded=True)


def _share(cell: Mapping[str, Any], text: Text) -> str:
    if cell["state"] == "unobserved" or pd.isna(cell["repurchasers"]):
        return ""
    key = "few" if pd.isna(cell["rate"]) else "running" if cell["state"] == "partial" else "share"
    return text(f"repurchase_cohorts.table.{key}", cell)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per month of first purchase, a column per month after it, the share that bought in it.

    Cells not yet observed stay blank; cells observed for a part of their month carry a star.
    """
    frame = checked(frame, "repurchase_cohorts", ("cohort_month", "months_after", "buyers", "rate", "state"))
    seen = records(drawn(frame, "repurchase_cohorts", "rate"))
    cells = pd.DataFrame(
        {
            "row": [
                text("repurchase_cohorts.chart.row", row, size=people(row["buyers"], text)) for row in records(frame)
            ],
            "column": frame["months_after"],
            "share": floats(frame["rate"]),
            "words": [_whole(row, text) for row in records(frame)],
        }
    )
    figure = heat_map(cells, columns=text("repurchase_cohorts.chart.columns"), extra=0.75, steps=(1, 2, 7, 14))
    later = [cell for cell in seen if cell["months_after"] > 0] or seen
    facts = {"cohorts": len({cell["cohort_month"] for cell in seen}), "low": min(cell["rate"] for cell in later)}
    alt = text("repurchase_cohorts.chart.alt", max(later, key=lambda cell: cell["rate"]), **facts)
    return Chart(figure, alt, text("repurchase_cohorts.chart.caption"))


def _whole(cell: Mapping[str, Any], text: Text) -> str:
    """Whole percent, the sign being said once beside the axis; a star where the month is still running."""
    if not known(cell["rate"]):
        return ""
    return text.rate(cell["rate"], 0).removesuffix("%") + ("*" if cell["state"] == "partial" else "")


section = Section(
    "repurchase_cohorts",
    say,
    draw,
    level=2,
    newcomers=True,
    people=dict.fromkeys(("buyers", "repurchasers"), ("rate", "low", "high")),
    of_people=True,
)
