"""Trend: the month among the last thirteen."""

import pandas as pd

from retro.charts import ACCENT, BASELINE, Chart, Columns, checked, line_chart, told
from retro.charts.frames import known
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, number, records

_FEWEST = 2
"""Months that make a trend."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Where the month stands among the thirteen."""
    text, rows = context.text, [row for row in records(frame) if row["orders"] and not pd.isna(row["gmv"])]
    last = records(frame)[-1]
    if len(rows) < _FEWEST or rows[-1] != last:
        few = hidden(last["orders"]) or hidden(last["buyers"])
        return Finding(text("privacy.few" if few else "monthly_trend.say.none"), covered=False)
    best = max(rows, key=lambda row: row["gmv"])
    rank = {"rank": 1 + sum(row["gmv"] > last["gmv"] for row in rows)}
    facts = {"months": len(rows), "best": best["month"], "most": best["gmv"]}
    sentence = text(f"monthly_trend.say.{'best' if rank['rank'] == 1 else 'rank'}", last, **rank, **facts)
    entry = context.entry("gmv_rank_of_months", rank, "rank", denominator=number(len(rows)))
    columns = ("month", "visits", "new_users", "orders", "buyers", "conversion", "order_value", "gmv")
    return Finding(sentence, (entry,), frame_table("monthly_trend", frame, columns, text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A column of GMV per month; the last one, of the report, and the same month a year ago stand out."""
    frame = checked(frame, "monthly_trend", ("month", "gmv"))
    colours = {len(frame) - 1: ACCENT, len(frame) - 13: BASELINE}
    shown = frame.assign(
        colour=[colours.get(place, _OTHER) for place in frame.index],
        words=[
            text.short(round(gmv)) if place in colours and known(gmv) else "" for place, gmv in frame["gmv"].items()
        ],
    )
    facts = {"parts": text.join(told(frame, text, "monthly_trend.chart.said"))}
    mark = Columns("gmv", "colour", width=0.62, words="words")
    return line_chart(shown, text, "monthly_trend.chart", mark, at="month", over="month", y="money", facts=facts)


_OTHER = "#A9B2BC"
"""Colour of the months between."""


_SALES = ("gmv", "order_value", "conversion")

section = Section("monthly_trend", say, draw, people={"new_users": ()} | dict.fromkeys(("orders", "buyers"), _SALES))
