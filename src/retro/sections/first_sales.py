"""First sales: why the first known sale of a product is not its launch."""

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.metrics.life_stages import FOLLOWED
from retro.sections.section import Context, Exhibit, Finding, Section, records

_FEW = 0.05
"""Late products that bring less than this share are slow ones, and no launches."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many products without a day of launch sold late, how little they sell, and what their drop is."""
    text, days = context.text, context.asked("settle_days")
    if frame.empty:
        return Finding("")
    (row,) = records(frame)
    period = text(f"first_sales.{'week' if row['period_days'] > 1 else 'day'}")
    first = ""
    if row["late"]:
        first = text(f"first_sales.say.{'slow' if row['late_rate'] < _FEW else 'some'}", row, days=days)
    sentence = first + text("first_sales.say.start", row, days=days, period=period)
    if row["late"]:
        sentence += text("first_sales.say.late", row)
        sentence += text("first_sales.say.drop", row, period=period)
    if row["ended"]:
        sentence += text("first_sales.say.ended", row, days=days)
    entries = (
        context.entry("late_products", row, "late"),
        context.entry("late_products_rate", row, "late_rate", of=("late_units", "units")),
    )
    followed = [
        {"place": place, "period": period} | {name: row[f"{name}_{place}"] for name in ("units", "seen", "each")}
        for place in FOLLOWED
        if row[f"seen_{place}"]
    ]
    charts = (Exhibit(draw, pd.DataFrame(followed)),) if row["late"] else ()
    return Finding(sentence, entries, exhibits=charts, headline=(first or sentence,))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for the period of the first sale and for each after it: pieces per late product observed so long."""
    named = frame.assign(
        label=[text(f"first_sales.chart.{'later' if row['place'] else 'first'}", row) for row in records(frame)]
    )
    return row_chart(named, text, "first_sales.chart", Bar("each"))


section = Section("first_sales", say, level=2)
