"""Competitors: whose offer participants prefer, and what others offered meanwhile."""

import pandas as pd

from retro.blocks import Table
from retro.charts import ACCENT, BASELINE, Bar, Chart, Span, row_chart
from retro.i18n import Text
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, offers: pd.DataFrame, context: Context) -> Finding:
    """How many prefer our offer, with its interval, and what others offered meanwhile.

    `frame` is the frame of `metrics.competitor` and `offers` that of `metrics.competitor_offers`. `own_offer` is the
    answer that stands for ours.
    """
    text, own = context.text, context.asked("own_offer")
    table = frame_table("competitor", frame, ("answer.answer", "answers", "rate", "low", "high"), text)
    exhibits = (Exhibit(table=_offers(offers, text)),) if len(offers) else ()
    ours = next((row for row in records(frame) if row["answer"] == own), None)
    if ours is None:
        return Finding(text("competitor.say.none"), (), table, exhibits=exhibits)
    sentence = text(f"competitor.say.{'few' if pd.isna(ours['rate']) else 'summary'}", ours)
    if named := [text("competitor.say.offer", row) for row in records(offers)]:
        sentence += text("competitor.say.offers", offers=named)
    entry = context.entry("own_offer_rate", ours, "rate", of=("answers", "asked"), method="Wilson")
    return Finding(sentence, (entry,), table, exhibits=exhibits)


def _offers(offers: pd.DataFrame, text: Text) -> Table:
    shown = offers.assign(**{name: [text.moment(at) for at in offers[name]] for name in ("starts_at", "ends_at")})
    columns = ("competitor.", "offer.", "channel.channel", "starts_at.", "ends_at.")
    return frame_table("competitor.offers", shown, columns, text, folded=False)


def draw(frame: pd.DataFrame, text: Text, own: str = "") -> Chart:
    """A row per answer with its interval; the answer `own`, for our own offer, is blue."""
    shown = frame.assign(colour=[ACCENT if answer == own else BASELINE for answer in frame["answer"]])
    marks = (Bar("rate", "colour"), Span("low", "high"))
    return row_chart(shown, text, "competitor.chart", *marks, axis="rate", whole=1)


section = Section("competitor", say, draw, people=dict.fromkeys(("answers", "asked"), ("rate", "low", "high")))
