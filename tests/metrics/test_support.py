import datetime as dt

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import support, support_answers, support_lift, support_topics
from retro.periods import Window

START, END = dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 12)


@pytest.fixture
def tickets() -> ibis.Table:
    """Two a day on the same two weekdays of four weeks before; in the campaign six a day, one of them not answered."""
    rows = []
    for weeks in (4, 3, 2, 1):
        for day in range(2):
            opened = START - dt.timedelta(weeks=weeks) + dt.timedelta(days=day, hours=9)
            rows += [(opened, opened + dt.timedelta(seconds=40), "login")] * 2
    for day in range(2):
        opened = START + dt.timedelta(days=day, hours=9)
        rows += [(opened, opened + dt.timedelta(seconds=wait), "task") for wait in (10, 20, 30, 40, 50)]
        rows.append((opened, None, "login"))
    return ibis.memtable(
        [
            {"ticket_id": f"t{number}", "opened_at": opened, "first_answered_at": answered, "topic": topic}
            for number, (opened, answered, topic) in enumerate(rows)
        ],
        schema={"ticket_id": "string", "opened_at": "timestamp", "first_answered_at": "timestamp", "topic": "string"},
    )


def test_days_stand_beside_the_same_weekday(tickets: ibis.Table) -> None:
    frame = support(tickets, Window(START, END, baseline_weeks=4))

    assert frame["tickets"].tolist() == [6, 6]
    assert frame["baseline"].tolist() == [2, 2]


def test_the_window_stands_beside_windows_as_long(tickets: ibis.Table) -> None:
    (row,) = support_lift(tickets, Window(START, END, baseline_weeks=4)).to_dict("records")

    assert (row["tickets"], row["baseline"], row["lift_rate"]) == (12, 4, 2)


def test_an_enquiry_not_answered_is_not_in_time(tickets: ibis.Table) -> None:
    campaign, baseline = support_answers(tickets, Window(START, END, baseline_weeks=4)).to_dict("records")

    assert (campaign["tickets"], campaign["answered"], campaign["within"]) == (12, 10, 6)
    assert campaign["rate"] == 0.5
    assert (campaign["median_seconds"], campaign["p90_seconds"]) == (30, 50)
    assert (baseline["tickets"], baseline["within"], baseline["rate"]) == (16, 0, 0)


def test_topics_stand_beside_as_many_baseline_days(tickets: ibis.Table) -> None:
    frame = support_topics(tickets, Window(START, END, baseline_weeks=4), least=1)

    # Sixteen in four weeks are 16 * 2 / 28 in two days, whatever the days.
    assert frame[["topic", "tickets"]].values.tolist() == [["task", 10], ["login", 2]]
    assert frame["baseline"].tolist() == [0, pytest.approx(16 * 2 / 28)]
    assert frame["share"].tolist() == [pytest.approx(10 / 12), pytest.approx(2 / 12)]


def test_rare_topics_are_put_together(tickets: ibis.Table) -> None:
    assert support_topics(tickets, Window(START, END))["topic"].tolist() == ["task", "other"]


def test_no_enquiries_have_no_rates(tickets: ibis.Table) -> None:
    none = tickets.filter(tickets.opened_at < START - dt.timedelta(weeks=100))

    assert support_answers(none, Window(START, END))["rate"].isna().all()
    assert support_topics(none, Window(START, END)).empty


def test_a_missing_column_is_named(tickets: ibis.Table) -> None:
    with pytest.raises(MetricError, match="support_tickets: column 'topic' must be in the table"):
        support_topics(tickets.drop("topic"), Window(START, END))


def test_lost_days_do_not_make_topics_rarer_before() -> None:
    """Twenty a day, of which a fortnight was not exported; forty in each of the two days after."""
    days = [day for day in range(-56, 2) if not -30 <= day < -16]
    opened = [START + dt.timedelta(days=day, hours=9, minutes=n) for day in days for n in range(40 if day >= 0 else 20)]
    table = ibis.memtable({"opened_at": opened, "topic": ["login"] * len(opened)})

    (row,) = support_topics(table, Window(START, END, baseline_weeks=8)).to_dict("records")

    assert (row["tickets"], row["baseline"], row["change"]) == (80, 40, 1)
