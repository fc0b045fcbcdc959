"""Feedback: survey answers by mood, and the shares of negative feedback."""

from typing import Any

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.intervals import add_rate
from retro.metrics.money import as_count
from retro.metrics.shop import Shop
from retro.metrics.windows import check_at_least, require
from retro.periods import Window
from retro.privacy import LEAST

MOOD = "mood"
"""The question whose answers class a respondent: `positive`, `neutral` or `negative`."""

OTHER = "other"
"""Answers that too few people gave to be shown on their own."""

_COLUMNS = ["mood", "question", "answer", "answers", "asked", "rate", "low", "high"]


def feedback(surveys: ibis.Table, *, campaign_id: str, least: int = LEAST) -> pd.DataFrame:
    """Count what participants of a campaign answered in its surveys, by mood.

    Args:
        surveys: One row per answered question: `survey_id`, `campaign_id`, `user_id`, `question`, `answer`. Answers in
            numbers are `satisfaction`'s.
        campaign_id: Whose surveys.
        least: Answers of fewer people are merged as `other`.

    Returns:
        One row per answer: those to `mood` first, then the other questions by mood, the most frequent answers first.
        - `mood` (str): The respondent's answer to the question `mood` of the same survey; None where they were not
          asked. For `mood` itself, the answer.
        - `question`, `answer` (str): What was asked and chosen.
        - `answers` (int): People who chose it.
        - `asked` (int): People of that mood who answered the question; for `mood`, all who did.
        - `rate`, `low`, `high` (float): `answers` over `asked`, and its 95 % Wilson interval.
    """
    check_at_least("least", least, 1)
    require(surveys, "surveys", "survey_id", "campaign_id", "user_id", "question", "answer")
    own = surveys.filter(surveys.campaign_id == campaign_id, surveys.answer.notnull())
    if "score" in own.columns:
        own = own.filter(own.score.isnull())
    moods = own.filter(own.question == MOOD, own.user_id.notnull())
    moods = moods.group_by("survey_id", "user_id").aggregate(mood=moods.answer.min())
    classed = own.left_join(moods, ["survey_id", "user_id"])
    classed = classed.mutate(mood=ibis.ifelse(classed.question == MOOD, classed.answer, classed.mood))
    found = classed.group_by("mood", "question", "answer").aggregate(answers=classed.count()).execute()
    return _rated(_merged(found, least))


def _merged(found: pd.DataFrame, least: int) -> pd.DataFrame:
    small = found["answers"] < least
    found = found.assign(answer=found["answer"].where(~small, OTHER))
    return found.groupby(["mood", "question", "answer"], dropna=False, as_index=False).agg(answers=("answers", "sum"))


def _rated(found: pd.DataFrame) -> pd.DataFrame:
    """Each answer over those who were asked, in the order in which a reader wants them."""
    if found.empty:
        return pd.DataFrame(columns=_COLUMNS)
    found = found.assign(mood=found["mood"].where(found["mood"].notna(), None), first=found["question"] != MOOD)
    within = found["mood"].fillna("").where(found["first"], "")
    found["asked"] = found.groupby([found["question"], within])["answers"].transform("sum")
    found = add_rate(found, "answers", "asked")
    ranked = found.sort_values(
        ["first", "question", "mood", "answers", "answer"],
        ascending=[True, True, False, False, True],
        na_position="last",
    )
    return ranked[_COLUMNS].reset_index(drop=True)


def negative_feedback(shop: Shop, window: Window, *, campaign_id: str, negative_stars: int = 2) -> pd.DataFrame:
    """Compute the negative share of reviews (few stars) and of survey answers (mood `negative`).

    Args:
        shop: The tables that the shop has, of `reviews` (`campaign_id`, `rating`, `reviewed_at`) and `surveys`
            (`campaign_id`, `question`, `answer`).
        campaign_id: Whose feedback.
        window: The campaign, with its baseline.
        negative_stars: Stars up to which a review is negative.

    Returns:
        One row for each source that the shop has.
        - `source` (str): `reviews`, `reviews_baseline` (written in the weeks before, whatever they are about) or
          `surveys`.
        - `negative`, `answers` (int): Negative ones, and all.
        - `rate`, `low`, `high` (float): `negative` over `answers`, and its 95 % Wilson interval. NaN without answers.
    """
    if not 1 <= negative_stars < 5:  # noqa: PLR2004 - of five stars
        raise MetricError(f"feedback: negative_stars must lie between 1 and 4, got {negative_stars!r}.")
    rows: list[tuple[str, int, int]] = []
    if "reviews" in shop:
        reviews = shop["reviews"]
        require(reviews, "reviews", "campaign_id", "rating", "reviewed_at")
        before = reviews.filter(window.baseline.holds(reviews.reviewed_at))
        for source, table in (
            ("reviews", reviews.filter(reviews.campaign_id == campaign_id)),
            ("reviews_baseline", before),
        ):
            rows.append((source, *_counted(table, table.rating <= negative_stars)))
    if "surveys" in shop:
        surveys = shop["surveys"]
        require(surveys, "surveys", "campaign_id", "question", "answer")
        moods = surveys.filter(surveys.campaign_id == campaign_id, surveys.question == MOOD, surveys.answer.notnull())
        rows.append(("surveys", *_counted(moods, moods.answer == "negative")))
    return add_rate(pd.DataFrame(rows, columns=["source", "negative", "answers"]), "negative", "answers")


def _counted(table: ibis.Table, negative: Any) -> tuple[int, int]:  # noqa: ANN401 - an Ibis condition
    found = table.aggregate(negative=ibis.ifelse(negative, 1, 0).sum(), answers=table.count()).execute().iloc[0]
    return as_count(found["negative"]), int(found["answers"])
