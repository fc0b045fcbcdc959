"""Reviews: mean stars, and the negative share against the alarm."""

import pandas as pd

from retro.charts import ACCENT, WARM, Bar, Chart, drawn, row_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, score: pd.DataFrame, context: Context) -> Finding:
    """The mean rating with its interval, and whether negative reviews raise the alarm.

    `frame` is the frame of `metrics.reviews` and `score` the one row of `metrics.review_score`. `negative_alarm` is the
    share that raises the alarm.
    """
    text, (row,), alarm = context.text, records(score), context.asked("negative_alarm")
    table = frame_table("reviews", frame, ("rating", "reviews", "share"), text)
    if not row["reviews"]:
        return Finding(text("reviews.say.none"), (), table)
    key = "alarm" if row["negative_review_low"] > alarm else "calm" if row["negative_review_high"] < alarm else "near"
    sentence = text("reviews.say.score", row, stars=context.asked("negative_stars"))
    sentence += text(f"reviews.say.{key}", row, alarm=alarm)
    entries = (
        context.entry("review_score", row, "score", method="Student's t"),
        context.entry("negative_review_rate", row, of=("negative", "reviews"), method="Wilson"),
    )
    return Finding(sentence, entries, table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for each number of stars, from five to one; from four on it is praise."""
    drawn(frame, "reviews", "share")
    good = frame["rating"] >= _PRAISE
    parts = {"praise": frame["reviews"].where(good, 0), "criticism": frame["reviews"].where(~good, 0)}
    ranked = frame.assign(**parts).sort_values("rating", ascending=False)
    marks = (Bar("praise", ACCENT, name="praise"), Bar("criticism", WARM, name="criticism", stacked=True))
    return row_chart(ranked, text, "reviews.chart", *marks, at="mark")


_PRAISE = 4
"""Stars from which a review praises."""


section = Section("reviews", say, draw)
