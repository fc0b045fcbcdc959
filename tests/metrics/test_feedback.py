import datetime as dt

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import feedback, negative_feedback
from retro.periods import Window

COLUMNS = ("survey_id", "campaign_id", "user_id", "question", "answer")
START, END = dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 17)


def answers(campaign: str = "week") -> list[tuple[str, ...]]:
    """Six content people, who all name tasks; five who are not: four name rewards, one hints."""
    rows = []
    for person in range(11):
        content = person < 6
        reason = "tasks" if content else "rewards" if person < 10 else "hints"
        user = f"user-{person}"
        rows.append(("s1", campaign, user, "mood", "positive" if content else "negative"))
        rows.append(("s1", campaign, user, "reason", reason))
    return rows


def table(rows: list[tuple[str, ...]]) -> ibis.Table:
    return ibis.memtable(
        [dict(zip(COLUMNS, row, strict=True)) for row in rows], schema=dict.fromkeys(COLUMNS, "string")
    )


def test_reasons_stand_below_the_mood_of_who_gave_them() -> None:
    frame = feedback(table([*answers(), ("s1", "night", "user-0", "mood", "negative")]), campaign_id="week", least=1)

    assert frame[["mood", "answer", "answers", "asked"]].values.tolist() == [
        ["positive", "positive", 6, 11],
        ["negative", "negative", 5, 11],
        ["positive", "tasks", 6, 6],
        ["negative", "rewards", 4, 5],
        ["negative", "hints", 1, 5],
    ]
    assert frame["rate"].iloc[3] == 0.8


def test_answers_of_few_people_are_put_together() -> None:
    frame = feedback(table(answers()), campaign_id="week")

    assert frame[frame["mood"] == "negative"]["answer"].tolist() == ["negative", "other"]
    assert frame["answers"].tolist() == [6, 5, 6, 5]


def test_a_survey_without_mood_is_taken_as_it_is() -> None:
    rows = [("s1", "night", f"user-{n}", "offer", "ours" if n < 8 else "theirs") for n in range(13)]
    frame = feedback(table(rows), campaign_id="night")

    assert frame["mood"].isna().all()
    assert frame[["answer", "answers", "asked"]].values.tolist() == [["ours", 8, 13], ["theirs", 5, 13]]


def test_a_campaign_that_nobody_was_asked_about_has_no_row() -> None:
    assert feedback(table(answers()), campaign_id="other").empty


def test_negative_shares_stand_beside_the_baseline_reviews() -> None:
    reviews = ibis.memtable(
        {
            "campaign_id": ["week", "week", None, None, "night"],
            "rating": [2, 5, 1, 5, 1],
            "reviewed_at": [START, START, START - dt.timedelta(days=1), START - dt.timedelta(weeks=9), START],
        }
    )
    frame = negative_feedback({"reviews": reviews, "surveys": table(answers())}, Window(START, END), campaign_id="week")

    assert frame[["source", "negative", "answers"]].values.tolist() == [
        ["reviews", 1, 2],
        ["reviews_baseline", 1, 1],
        ["surveys", 5, 11],
    ]


def test_no_answers_have_no_rate() -> None:
    frame = negative_feedback({"surveys": table(answers())}, Window(START, END), campaign_id="other")

    assert frame[["negative", "answers"]].values.tolist() == [[0, 0]]
    assert frame["rate"].isna().all()


def test_stars_that_are_all_negative_are_refused() -> None:
    with pytest.raises(MetricError, match="negative_stars must lie between 1 and 4, got 5"):
        negative_feedback({}, Window(START, END), campaign_id="week", negative_stars=5)
