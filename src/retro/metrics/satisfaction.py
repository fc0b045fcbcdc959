"""Satisfaction: NPS, CSAT and stars, with intervals."""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from retro.metrics.intervals import CONFIDENCE
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window


@dataclass(frozen=True)
class _Scale:
    """A scale from `least` to `most`; up to `negative` people are not content, from `positive` on they are."""

    least: int
    most: int
    negative: int
    positive: int


_STARS, _RECOMMEND = _Scale(1, 5, 2, 4), _Scale(0, 10, 6, 9)

_SOURCES = (
    ("nps", "surveys", "score", "answered_at", _RECOMMEND),
    ("csat", "surveys", "score", "answered_at", _STARS),
    ("review_score", "reviews", "rating", "reviewed_at", _STARS),
    ("support_score", "support_tickets", "score", "opened_at", _STARS),
)
"""Each measure with its table, its columns and its scale; `nps` and `csat` are questions of surveys."""


def satisfaction(shop: Shop, window: Window | None = None, *, campaign_id: str | None = None) -> pd.DataFrame:
    """NPS, CSAT, review stars and support scores of a campaign, of a window, or of all there are.

    Args:
        shop: The tables that the shop has, of `surveys` (`question`, `score`, `answered_at`), `reviews` (`rating`,
            `reviewed_at`) and `support_tickets` (`score`, `opened_at`); with `campaign_id` where a campaign is asked.
        window: When it was scored; at any time where left out.
        campaign_id: Only what belongs to this campaign.

    Returns:
        One row for each measure that somebody scored.
        - `measure` (str): `nps`, from the survey question of that name, scored 0 to 10; `csat` likewise, 1 to 5;
          `review_score`, the stars of reviews; `support_score`, those of support tickets.
        - `answers` (int): Scores given.
        - `negative`, `neutral`, `positive` (int): Of these, 0-6, 7-8 and 9-10 for NPS (detractors, passives,
          promoters); else 1-2, 3 and 4-5.
        - `value` (float): NPS: 100 times the share of promoters less that of detractors; else the mean.
        - `low`, `high` (float): 95 % interval: normal for NPS, Student's t for means, cut to the scale. NaN for fewer
          than two answers.

    Examples:
        >>> answers = ibis.memtable({"question": ["nps"] * 4, "score": [10, 9, 8, 2]})
        >>> frame = satisfaction({"surveys": answers})
        >>> frame[["measure", "answers", "negative", "positive", "value"]].values.tolist()
        [['nps', 4, 1, 2, 25.0]]
    """
    rows = []
    for measure, name, column, moment, scale in _SOURCES:
        if name not in shop:
            continue
        table = _asked(shop[name], name, campaign_id, moment, window)
        if name == "surveys":
            require(table, name, "question", column)
            table = table.filter(table.question == measure)
        require(table, name, column)
        given = table.filter(table[column].notnull()).group_by(score=lambda row, own=column: row[own])
        found = given.aggregate(answers=lambda row: row.count()).execute()
        if len(found):
            rows.append((measure, *_scored(found, scale)))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    counts = dict.fromkeys(("answers", "negative", "neutral", "positive"), "int64")
    return frame.astype({**counts, "value": "float64", "low": "float64", "high": "float64"})


_COLUMNS = ["measure", "answers", "negative", "neutral", "positive", "value", "low", "high"]


def _asked(table: ibis.Table, name: str, campaign_id: str | None, moment: str, window: Window | None) -> ibis.Table:
    if campaign_id is not None:
        require(table, name, "campaign_id")
        table = table.filter(table.campaign_id == campaign_id)
    if window is None:
        return table
    require(table, name, moment)
    return table.filter(window.holds(table[moment]))


def _scored(found: pd.DataFrame, scale: _Scale) -> tuple[float, ...]:
    """Answers by class, the value and its interval, from how often each score was given."""
    score, count = found["score"].to_numpy(dtype=float), found["answers"].to_numpy(dtype=np.int64)
    answers = int(count.sum())
    negative, positive = int(count[score <= scale.negative].sum()), int(count[score >= scale.positive].sum())
    weight = np.where(score >= scale.positive, 100.0, np.where(score <= scale.negative, -100.0, 0.0))
    values = weight if scale is _RECOMMEND else score
    floor, ceiling = (-100, 100) if scale is _RECOMMEND else (scale.least, scale.most)
    value = float(np.average(values, weights=count))
    low = high = float("nan")
    if answers > 1:
        spread = float(np.average((values - value) ** 2, weights=count))
        tail = (1 + CONFIDENCE) / 2
        if scale is _RECOMMEND:
            half = ndtri(tail) * np.sqrt(spread / answers)
        else:
            half = stdtrit(answers - 1, tail) * np.sqrt(spread / (answers - 1))
        low, high = max(floor, value - half), min(ceiling, value + half)
    return answers, negative, answers - negative - positive, positive, value, float(low), float(high)
