"""Competitor: what participants say they prefer, and competing offers of the time."""

import ibis
import pandas as pd

from retro.metrics.intervals import add_rate
from retro.metrics.windows import check_at_least, require
from retro.periods import Window
from retro.privacy import LEAST

OTHER = "other"
"""Answers of too few people, merged."""


def competitor(surveys: ibis.Table, *, campaign_id: str, question: str, least: int = LEAST) -> pd.DataFrame:
    """Count the answers of a campaign's participants to one question.

    Args:
        surveys: One row per answered question: `answer_id`, `campaign_id`, `user_id` (empty in anonymous surveys),
            `question`, `answer`.
        campaign_id: Which campaign the survey asked about.
        question: Which question.
        least: Answers of fewer people are merged as `other`.

    Returns:
        One row per answer, the most frequent first, `other` last; no row where nobody was asked.
        - `answer` (str): What was answered.
        - `answers`, `asked` (int): People who gave it, and all who answered. Whoever answers twice counts once for
          each answer.
        - `rate`, `low`, `high` (float): `answers` over `asked` (Wilson).
    """
    check_at_least("least", least, 1)
    require(surveys, "surveys", "answer_id", "campaign_id", "user_id", "question", "answer")
    own = surveys.filter(surveys.campaign_id == campaign_id, surveys.question == question, surveys.answer.notnull())
    given = own.select("answer", who=own.user_id.coalesce(own.answer_id))
    found = given.group_by("answer").aggregate(answers=given.who.nunique()).execute()
    told = found[found["answers"] >= least].sort_values(["answers", "answer"], ascending=[False, True])
    rows = list(told.itertuples(index=False, name=None))
    if rest := int(found.loc[found["answers"] < least, "answers"].sum()):
        rows.append((OTHER, rest))
    frame = pd.DataFrame(rows, columns=["answer", "answers"]).astype({"answers": "int64"})
    return add_rate(frame.assign(asked=int(frame["answers"].sum())), "answers", "asked")


def competitor_offers(offers: ibis.Table, window: Window) -> pd.DataFrame:
    """List competing offers while a campaign ran.

    Args:
        offers: One row per offer: `competitor`, `starts_at`, `ends_at` (local), `offer`, `channel`.
        window: The campaign or period.

    Returns:
        One row per offer that touches the window, by its begin: `competitor`, `offer`, `channel` (str), `starts_at`,
        `ends_at` (datetime).
    """
    columns = ["competitor", "offer", "channel", "starts_at", "ends_at"]
    require(offers, "competitor_offers", *columns)
    found = offers.filter(offers.starts_at < window.end, offers.ends_at >= window.start).order_by(
        "starts_at", "competitor"
    )
    frame: pd.DataFrame = found.select(*columns).execute()
    return frame
