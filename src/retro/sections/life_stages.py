"""Life stages: what products of each age bring."""

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.metrics.life_stages import UNDATED
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of new products and of the stage that brings most, and what has no day of launch."""
    text = context.text
    rows = {row["stage"]: row for row in records(frame)}
    undated = rows.pop(UNDATED, None)
    if not rows:
        key = "undated_alone" if undated else "none"
        return Finding(text(f"life_stages.say.{key}", undated), covered=False)
    what = text(f"life_stages.{'gmv' if next(iter(rows.values()))['gmv'] is not None else 'pieces'}")
    parts = [text("life_stages.say.part", row, name=text(f"life_stages.{stage}")) for stage, row in rows.items()]
    most = max(rows.values(), key=lambda row: row["share"])
    name = text(f"life_stages.{most['stage']}")
    sentence = text("life_stages.say.most", most, name=name, what=what)
    sentence += text("life_stages.say.parts", parts=parts, what=what)
    if undated:
        sentence += text("life_stages.say.undated", undated, what=what)
    entries = tuple(context.entry(f"{stage}_stage_rate", row, "share") for stage, row in rows.items())
    table = frame_table("life_stages", _named(frame, context), ("label.", "items", "units", "gmv", "share"), text)
    return Finding(sentence, entries, table)


def _named(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    return frame.assign(label=[context.text(f"life_stages.{stage}") for stage in frame["stage"]])


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per stage: its share of sales."""
    named = frame.assign(label=[text(f"life_stages.{stage}") for stage in frame["stage"]])
    return row_chart(named, text, "life_stages.chart", Bar("share"))


section = Section("life_stages", say, draw)
