"""Order impact: the effect on orders, where these have no amounts."""

import pandas as pd

from retro.charts import BASELINE, Chart, Line, Shade, line_chart
from retro.i18n import Text
from retro.metrics.baseline import Impact
from retro.privacy import few
from retro.sections.section import Context, Finding, Section, frame_table, records

_METHOD = "local level, weekdays and holidays by Gibbs sampling, tried on placebos"


def say(_: pd.DataFrame, found: Impact, context: Context) -> Finding:
    """How many orders the campaign added, and whether that is more than chance."""
    text = context.text
    columns = ("phase.phase", "days", "actual", "expected", "effect", "low", "high", "effect_rate")
    of_all = found.effects["phase"] == "total"  # as in `impact`
    shown = found.effects.assign(effect_rate=found.effects["effect_rate"].where(of_all))
    table = frame_table("order_impact", shown, columns, text)
    if not found.known:
        return Finding(text(f"order_impact.say.{found.problem}", found), (), table)
    total, placebos = records(found.effects)[-1], found.placebos["effect"]
    if any(map(few, found.effects["actual"])):
        return Finding(text("privacy.few"), covered=False)
    side = "not_measurable" if not found.measurable else "more" if total["effect"] > 0 else "less"
    size = abs(total["effect"]) if found.measurable else total["effect"]
    sentence = text(f"order_impact.say.{side}", total, size=size)
    if len(placebos):
        reached = int((placebos.abs() >= abs(total["effect"])).sum())
        sentence += text("impact.say.placebos", placebos=len(placebos), reached=reached)
    entries = (context.entry("added_orders", total, "effect", method=_METHOD),)
    return Finding(sentence, entries, table, headline=(sentence,))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of the orders that came, one of those expected with its interval, the days of the campaign shaded."""
    touched = frame["phase"].isin(("anticipation", "campaign", "settling"))
    facts = {name: frame[name][touched].astype("float64").sum() for name in ("actual", "expected")}
    return line_chart(
        frame.assign(touched=touched),
        text,
        "order_impact.chart",
        Line("actual", name="actual", width=2.2),
        Line("expected", BASELINE, "expected", low="low", high="high"),
        Shade("touched"),
        height=3.4,
        under=text("chart.axis.day"),
        facts=facts,
        alt="alt_no_baseline" if frame["expected"].isna().any() else "alt",
    )


section = Section("order_impact", say, draw, grain={"orders": "day"})
