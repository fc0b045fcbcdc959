"""Voices after a campaign: whose offer participants prefer, and what they say of what they bought."""

from __future__ import annotations

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, rate_entry, records

_MOST_NAMED = 2


def competitor(frame: pd.DataFrame, offers: pd.DataFrame, context: Context) -> Finding:
    """How many prefer our offer, with its interval, and what others offered meanwhile.

    Args:
        frame: The frame of `metrics.competitor`.
        offers: The frame of `metrics.competitor_offers`.
        context: Params and texts; `own_offer` is the answer that stands for ours.
    """
    text = context.text
    own = context.asked("own_offer")
    units = {"answer": "name.answer", "answers": "count", "rate": "rate", "low": "rate", "high": "rate"}
    table = frame_table("competitor", frame, units, text)
    exhibits = _offers(offers, text)
    ours = next((row for row in records(frame) if row["answer"] == own), None)
    if ours is None:
        return Finding(text("competitor.say.none"), (), table, exhibits=exhibits)
    sentence = text(
        "competitor.say.summary",
        own=text.label("answer", own),
        rate=text.rate(ours["rate"]),
        answers=text.count(ours["answers"]),
        asked=text.count(ours["asked"]),
        interval=text.interval(ours["low"], ours["high"], "rate"),
    )
    named = [text("competitor.say.offer", competitor=row["competitor"], offer=row["offer"]) for row in records(offers)]
    sentence += text("competitor.say.offers", offers=text.join(named)) if named else ""
    entry = rate_entry(
        "own_offer_rate",
        ours,
        "answers",
        "asked",
        **context.facts("competitor", "surveys"),
    )
    return Finding(sentence, (entry,), table, exhibits=exhibits)


def _offers(offers: pd.DataFrame, text: Text) -> tuple[Exhibit, ...]:
    if offers.empty:
        return ()
    shown = offers.assign(
        channel=[text.label("channel", row["channel"]) for row in records(offers)],
        starts_at=[text.moment(at) for at in offers["starts_at"]],
        ends_at=[text.moment(at) for at in offers["ends_at"]],
    )
    units = dict.fromkeys(("competitor", "offer", "channel", "starts_at", "ends_at"), "name.")
    return (Exhibit(table=frame_table("competitor.offers", shown, units, text, folded=False)),)


def reviews(frame: pd.DataFrame, score: pd.DataFrame, context: Context) -> Finding:
    """The mean rating with its interval, and whether negative reviews raise the alarm.

    Args:
        frame: The frame of `metrics.reviews`.
        score: The one row of `metrics.review_score`.
        context: Params and texts; `negative_alarm` is the share that raises the alarm.
    """
    text, (row,) = context.text, records(score)
    alarm = context.asked("negative_alarm")
    stars = context.asked("negative_stars")
    table = frame_table("reviews", frame, {"rating": "count", "reviews": "count", "share": "rate"}, text)
    if not row["reviews"]:
        return Finding(text("reviews.say.none"), (), table)
    facts = {
        "score": text.exact(row["score"]),
        "interval": text.interval(number(row["score_low"]), number(row["score_high"]), "ratio"),
        "reviews": text.count(row["reviews"]),
        "negative": text.count(row["negative"]),
        "rate": text.rate(row["negative_rate"]),
        "negative_interval": text.interval(row["negative_low"], row["negative_high"], "rate"),
        "alarm": text.rate(alarm, 0),
        "stars": stars,
    }
    key = "alarm" if row["negative_low"] > alarm else "calm" if row["negative_high"] < alarm else "near"
    shared = context.facts("reviews", "reviews")
    negative = {**row, **{name: row[f"negative_{name}"] for name in ("rate", "low", "high")}}
    entries = (
        Entry(
            name="review_score",
            value=number(row["score"]),
            unit="ratio",
            low=number(row["score_low"]),
            high=number(row["score_high"]),
            method="Student's t",
            **shared,
        ),
        rate_entry("negative_review_rate", negative, "negative", "reviews", **shared),
    )
    return Finding(text(f"reviews.say.{key}", **facts), entries, table)


def review_themes(frame: pd.DataFrame, context: Context) -> Finding:
    """What is praised and what is criticised most, in words that several customers use.

    Args:
        frame: The frame of `metrics.review_themes`.
        context: Params and texts.
    """
    text, read = context.text, frame.attrs["reviews"]
    least = context.asked("least_people")
    if frame.empty:
        return Finding(text("review_themes.say.none", reviews=text.count(read), least=least))
    rows = records(frame)
    praised = sorted(rows, key=lambda row: -_count(row["praised"]))[:_MOST_NAMED]
    criticised = [row for row in rows if _count(row["criticised"])][:_MOST_NAMED]
    sentence = text(
        "review_themes.say.praised",
        reviews=text.count(read),
        themes=text.join([_named(row, "praised", text) for row in praised]),
    )
    if criticised:
        themes = text.join([_named(row, "criticised", text) for row in criticised])
        sentence += text("review_themes.say.criticised", themes=themes)
    else:
        sentence += text("review_themes.say.uncriticised", least=least)
    entry = Entry(
        name="themed_review_rate",
        value=number((read - frame.attrs["unthemed"]) / read) if read else None,
        unit="rate",
        numerator=number(read - frame.attrs["unthemed"]),
        denominator=number(read),
        **context.facts("review_themes", "reviews"),
    )
    return Finding(sentence, (entry,), _themes_table(frame, least, text))


def _count(value: object) -> int:
    return 0 if pd.isna(value) else int(value)  # type: ignore[call-overload]  # an integer or missing


def _named(row: dict[str, object], side: str, text: Text) -> str:
    return text("review_themes.say.theme", theme=text(f"theme.{row['theme']}"), count=_count(row[side]))


def _themes_table(frame: pd.DataFrame, least: int, text: Text) -> Table:
    """Themes with their phrases; a count of few people is not told."""
    few = text("name.few", least=least)
    told = {
        side: [few if pd.isna(count) else text.count(count) for count in frame[side]]
        for side in ("praised", "criticised")
    }
    phrases = {side: [text.join(list(said)) for said in frame[side]] for side in ("praise", "criticism")}
    names = [text(f"theme.{theme}") for theme in frame["theme"]]
    shown = frame.assign(theme=names, **told, **phrases)
    units = dict.fromkeys(("theme", "reviews", "praised", "praise", "criticised", "criticism"), "name.")
    units["reviews"] = "count"
    return frame_table("review_themes", shown, units, text, folded=False)
