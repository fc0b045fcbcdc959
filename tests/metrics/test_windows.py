import datetime as dt

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.windows import (
    check_at_least,
    day_number,
    day_of,
    month_number,
    month_of,
    number_of,
    require,
)

at = dt.datetime.fromisoformat


def test_check_at_least() -> None:
    check_at_least("days", 1, 1)
    with pytest.raises(MetricError, match="days must be at least 1, got 0"):
        check_at_least("days", 0, 1)


def test_require_names_the_closest_column() -> None:
    users = ibis.table({"user_id": "string", "registered": "timestamp"}, name="users")
    with pytest.raises(MetricError, match=r"users: column 'registered_at' .* Did you mean 'registered'\?"):
        require(users, "users", "user_id", "registered_at")


@pytest.mark.parametrize(
    "moment",
    [
        at("1969-12-31T23:59"),
        at("1970-01-01"),
        at("2024-02-29T00:00:01"),
        at("2025-12-31T23:59:59"),
    ],
)
def test_days_and_months_are_those_of_the_calendar(moment: dt.datetime) -> None:
    numbers = ibis.memtable({"at": [moment]}).select(
        day=lambda row: day_number(row.at), month=lambda row: month_number(row.at)
    )
    row = numbers.execute().iloc[0]
    assert row["day"] == number_of(moment.date())
    assert day_of(row["day"]) == moment.date()
    assert month_of(row["month"]) == moment.date().replace(day=1)
