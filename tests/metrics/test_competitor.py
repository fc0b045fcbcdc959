import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.competitor import competitor, competitor_offers
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def surveys(table: MakeTable) -> ibis.Table:
    answers = ["early_bird"] * 8 + ["competitor"] * 5 + ["neither"] * 2 + ["both"]
    rows = [(f"a{place}", "night", f"u{place}", "offer", answer) for place, answer in enumerate(answers)]
    rows += [("b1", "night", "u0", "offer", "early_bird"), ("b2", "night", None, "offer", "competitor")]
    rows += [("b3", "week", "u1", "offer", "competitor"), ("b4", "night", "u2", "csat", "5")]
    return table("answer_id campaign_id user_id question answer", rows)


def test_people_count_once_and_small_answers_are_put_together(surveys: ibis.Table) -> None:
    frame = competitor(surveys, campaign_id="night", question="offer")

    assert frame["answer"].tolist() == ["early_bird", "competitor", "other"]
    assert frame["answers"].tolist() == [8, 6, 3]
    assert frame["asked"].tolist() == [17] * 3
    assert frame["rate"].iloc[0] == pytest.approx(8 / 17)
    assert frame["low"].iloc[0] == pytest.approx(0.2617, abs=1e-3)


def test_nobody_asked_is_no_row(surveys: ibis.Table) -> None:
    assert competitor(surveys, campaign_id="other", question="offer").empty


def test_offers_that_touch_the_window_are_told(table: MakeTable) -> None:
    offers = table(
        "competitor offer channel starts_at ends_at",
        [
            ("x", "during", "app", "2025-02-28T18:00", "2025-03-01T23:59"),
            ("x", "over", "app", "2025-02-01T00:00", "2025-02-28T19:59"),
            ("y", "later", "app", "2025-03-01T20:00", "2025-03-02T00:00"),
        ],
    )

    found = competitor_offers(offers, Window(at("2025-02-28T20:00"), at("2025-03-01T20:00")))
    assert found["offer"].tolist() == ["during"]


def test_the_least_is_one(surveys: ibis.Table) -> None:
    with pytest.raises(MetricError, match="least must be at least 1, got 0"):
        competitor(surveys, campaign_id="night", question="offer", least=0)
