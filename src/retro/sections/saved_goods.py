"""Saved goods: who put goods in the cart or among favourites before the burst, and bought in it."""

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, Span, row_chart
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of people who saved goods and bought, beside those who only looked."""
    text, rows = context.text, {row["what"]: row for row in records(frame)}
    if frame.empty:
        return Finding(text("saved_goods.say.none"), covered=False)
    saved, looked = rows["any"], rows["none"]
    if not hidden(saved["users"]) and not saved["users"]:
        return Finding(text("saved_goods.say.nothing", looked), covered=False)
    if hidden(saved["users"]) or pd.isna(saved["rate"]):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("saved_goods.say.summary", saved)
    if not pd.isna(looked["rate"]):
        sentence += text("saved_goods.say.looked", looked)
    if not pd.isna(saved["buyer_share"]):
        sentence += text("saved_goods.say.share", saved)
    if saved["since"] > context.params.window.start - pd.Timedelta(days=context.asked("preheat_days")):
        sentence += text("saved_goods.say.since", saved)
    entries = (
        context.entry("saving_users", saved, "users"),
        context.entry("saved_bought_rate", saved, "rate", of=("buyers", "users"), method="Wilson"),
    )
    named = frame.assign(what=[_name(what, text) for what in frame["what"]])
    columns = ("what.", "users", "buyers", "rate", "low", "high", "buyer_share")
    return Finding(sentence, entries, frame_table("saved_goods", named, columns, text))


def _name(what: str, text: Text) -> str:
    return text(f"saved_goods.{what}") if what in ("any", "none") else text.label("step", what)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group: the share that bought in the burst, with its interval; no sum of one way to save alone."""
    ways = frame["what"].isin(["any", "none"])
    frame = frame[(frame["what"] != "any") | ((~ways).sum() > 1)]
    colours = [BASELINE if what == "none" else ACCENT for what in frame["what"]]
    named = frame.assign(label=[_name(what, text) for what in frame["what"]], colour=colours)
    return row_chart(named, text, "saved_goods.chart", Bar("rate", "colour"), Span("low", "high"))


_GIVEN_AWAY = ("rate", "low", "high", "buyer_share")

section = Section("saved_goods", say, draw, people={"users": _GIVEN_AWAY, "buyers": _GIVEN_AWAY}, of_people=True)
