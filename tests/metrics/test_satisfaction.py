import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import satisfaction
from retro.periods import Window

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def surveys() -> ibis.Table:
    """Ten answers to nps: 6 promoters, 2 passives, 2 detractors; three to csat, one of another campaign."""
    nps = [("nps", score, None) for score in (10, 10, 9, 9, 9, 9, 8, 7, 6, 0)]
    csat = [("csat", 5, "night"), ("csat", 5, "night"), ("csat", 2, "night"), ("csat", 1, "week")]
    rows = [*nps, *csat, ("mood", None, "night")]
    return ibis.memtable(
        [
            {
                "question": question,
                "score": score,
                "campaign_id": campaign,
                "answered_at": dt.datetime(2025, 3, 1 + day),
            }
            for day, (question, score, campaign) in enumerate(rows)
        ],
        schema={"question": "string", "score": "int64", "campaign_id": "string", "answered_at": "timestamp"},
    )


def test_nps_is_promoters_less_detractors_with_its_interval(surveys: ibis.Table) -> None:
    row = satisfaction({"surveys": surveys}).set_index("measure").loc["nps"]

    assert row[["answers", "negative", "neutral", "positive"]].tolist() == [10, 2, 2, 6]
    assert row["value"] == pytest.approx(40)
    # Of +100, 0 and -100 the variance is 10,000 * (.6 + .2 - .16) = 6,400; 1.96 * sqrt(640) = 49.6
    assert (row["low"], row["high"]) == (pytest.approx(-9.58, abs=0.01), pytest.approx(89.58, abs=0.01))


def test_csat_is_the_mean_of_a_campaign_and_its_interval_ends_at_the_scale(surveys: ibis.Table) -> None:
    (row,) = satisfaction({"surveys": surveys}, campaign_id="night").to_dict("records")

    assert (row["measure"], row["answers"], row["negative"], row["positive"]) == ("csat", 3, 1, 2)
    assert row["value"] == 4  # s = sqrt(3), t(2) = 4.303, so 4 - 4.303 would leave the scale
    assert (row["low"], row["high"]) == (1, 5)


def test_reviews_and_support_count_where_the_shop_has_them() -> None:
    reviews = ibis.memtable({"rating": [5, 5, 4, 3]})
    tickets = ibis.memtable({"score": [5, None]}, schema={"score": "int64"})

    frame = satisfaction({"reviews": reviews, "support_tickets": tickets}).set_index("measure")

    assert frame["value"].to_dict() == {"review_score": 4.25, "support_score": 5}
    assert frame.loc["support_score", ["low", "high"]].isna().all()


def test_a_window_is_half_open(surveys: ibis.Table) -> None:
    start = dt.datetime(2025, 3, 1)
    frame = satisfaction({"surveys": surveys}, Window(start, dt.datetime(2025, 3, 3)))

    assert frame["answers"].tolist() == [2]


def test_nothing_scored_is_no_row() -> None:
    assert satisfaction({}).empty


def test_a_missing_column_is_named() -> None:
    with pytest.raises(MetricError, match="reviews: column 'rating' must be in the table"):
        satisfaction({"reviews": ibis.memtable({"ratings": [5]})})
