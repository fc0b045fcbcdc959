"""Review themes: praise and criticism, in phrases that several customers use."""

from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.charts import ACCENT, WARM, Bar, Chart, floats, row_chart
from retro.i18n import Text
from retro.metrics.money import as_count
from retro.privacy import FEW, few, hidden, masked_count
from retro.sections.section import Context, Finding, Section, frame_table, records

_MOST_NAMED = 2


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The themes that are praised most, and those that are criticised.

    `frame` is the frame of `metrics.review_themes`, which leaves out the themes of few customers.
    """
    text, read, least = context.text, frame.attrs["reviews"], context.asked("least_people")
    told = masked_count(read)
    if frame.empty:
        return Finding(text("review_themes.say.none", reviews=told, least=least))
    rows = records(frame)
    praised = sorted(rows, key=lambda row: -as_count(row["praised"]))[:_MOST_NAMED]
    criticised = [row for row in rows if as_count(row["criticised"])][:_MOST_NAMED]
    sentence = text("review_themes.say.praised", reviews=told, themes=_named(praised, "praised", text))
    key = "criticised" if criticised else "uncriticised"
    sentence += text(f"review_themes.say.{key}", themes=_named(criticised, "criticised", text), least=least)
    themed = read - frame.attrs["unthemed"]
    themed = FEW if few(themed) or few(frame.attrs["unthemed"]) or hidden(told) else themed
    row = {"themed": themed, "read": told, "rate": None if hidden(themed) or not read else themed / read}
    entry = context.entry("themed_review_rate", row, "rate", of=("themed", "read"))
    return Finding(sentence, (entry,), _table(frame, least, text))


def _named(rows: list[dict[str, Any]], side: str, text: Text) -> list[str]:
    return [text("review_themes.say.theme", row, count=as_count(row[side])) for row in rows]


def _table(frame: pd.DataFrame, least: int, text: Text) -> Table:
    """Themes with their phrases; a count of few people is not told."""
    few, shown = text("name.few", least=least), frame.copy()
    for side, said in (("praised", "praise"), ("criticised", "criticism")):
        shown[side] = [few if pd.isna(count) else text.count(count) for count in frame[side]]
        shown[said] = [text.join(list(phrases)) for phrases in frame[said]]
    columns = ("theme.theme", "reviews", "praised.", "praise.", "criticised.", "criticism.")
    return frame_table("review_themes", shown, columns, text, folded=False)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per theme: reviews that praise, and reviews that do not."""
    critical = floats(frame["criticised"])
    marks = (Bar("praised", ACCENT, name="praise"), Bar("criticised", WARM, name="criticism", stacked=True))
    shown = frame.assign(criticised=critical.where(critical > 0))  # none at all is not said
    return row_chart(shown, text, "review_themes.chart", *marks, at="mark", row=0.4)


section = Section("review_themes", say, draw, level=2, people={"users": ("reviews", "share", "score")})
