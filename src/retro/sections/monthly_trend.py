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
    text, last = context.text, records(frame)[-1]
    by = next((name for name in _LEVELS if frame[name].notna().any()), "orders")
    valued = by == "gmv"
    rows = [row for row in records(frame) if not pd.isna(row[by]) and row["orders" if valued else by]]
    if len(rows) < _FEWEST or rows[-1] != last:
        few = any(hidden(last[name]) for name in ("orders", "buyers", "new_users"))
        why = "lost" if rows and pd.isna(last[by]) else "none"
        return Finding(text("privacy.few" if few else f"monthly_trend.say.{why}"), covered=False)
    best = max(rows, key=lambda row: row[by])
    rank = {"rank": 1 + sum(row[by] > last[by] for row in rows)}
    facts = {"months": len(rows), "best": best["month"], "most": best[by]}
    words = ("best" if rank["rank"] == 1 else "rank") + ("" if valued else f"_{by}")
    sentence = text(f"monthly_trend.say.{words}", last, **rank, **facts)
    entry = context.entry("gmv_rank_of_months", rank, "rank", denominator=number(len(rows)))
    money = ("order_value", "gmv") if valued else ()
    columns = ("month", "visits", "new_users", "orders", "buyers", "conversion", *money)
    return Finding(sentence, (entry,) if valued else (), frame_table("monthly_trend", frame, columns, text))


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


_LEVELS = ("gmv", "orders", "visits", "new_users")
"""By what a month is ranked: the first of these that is known."""

_SALES = ("gmv", "order_value", "conversion")

section = Section("monthly_trend", say, draw, people={"new_users": ()} | dict.fromkeys(("orders", "buyers"), _SALES))
