"""Order impact: the effect on orders, where these have no amounts."""

import pandas as pd

from retro.blocks import Table
from retro.charts import Chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.baseline import Impact
from retro.privacy import few
from retro.sections.effects import draw_effect, side_of, tried
from retro.sections.net import decision
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
        sentence = text(f"order_impact.say.{found.problem}", found) + text("order_impact.say.untold")
        return _finding(sentence, (), table, text)
    total = records(found.effects)[-1]
    if any(map(few, found.effects["actual"])):
        return Finding(text("privacy.few"), covered=False)
    effect = total["effect"]
    size = abs(effect) if found.measurable else effect
    sentence = text(f"order_impact.say.{side_of(found, effect)}", total, size=size) + tried(found, effect, text)
    entries = (context.entry("added_orders", total, "effect", method=_METHOD),)
    return _finding(sentence, entries, table, text)


def _finding(sentence: str, entries: tuple[Entry, ...], table: Table, text: Text) -> Finding:
    """Without amounts nothing says whether money was made: to learn them is what comes first."""
    return Finding(
        sentence,
        entries,
        table,
        judged=(sentence, text("order_impact.judged.amounts")),
        decision=decision(text("order_impact.decided"), None, text),
        state="open",
        reservation=text("order_impact.reservation"),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Orders by day beside what was expected."""
    return draw_effect(frame, text, "order_impact", "count")


section = Section("order_impact", say, draw, grain={"orders": "day"})
