import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.metrics import second_order, second_order_test
from retro.periods import Window

at = dt.datetime.fromisoformat
WEEK = Window(at("2025-01-10"), at("2025-01-17"), at("2025-01-21T12:00"))

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    rows = [
        ("a", "2025-01-10T08:00"),
        ("a", "2025-01-12T08:00"),  # after 2 days
        ("b", "2025-01-10T08:00"),
        ("b", "2025-01-10T20:00"),  # the same day does not count
        ("b", "2025-01-15T08:00"),  # after 5
        ("c", "2025-01-16T08:00"),  # watched for 4 days, to the 20th
        ("d", "2025-01-10T08:00"),  # watched for 10
        ("regular", "2024-12-01T08:00"),  # the table begins; its first 28 days tell nobody new
        ("regular", "2024-12-28T08:00"),
        ("old", "2025-01-01T08:00"),
        ("old", "2025-01-04T08:00"),
    ]
    return table("order_id user_id ordered_at status", [(str(n), *row, "paid") for n, row in enumerate(rows)])


def test_second_order_counts_everybody_as_long_as_watched(orders: ibis.Table) -> None:
    frame = second_order(orders, WEEK)
    campaign = frame[frame["cohort"] == "campaign"]
    assert campaign[["days", "at_risk", "repurchased"]].to_numpy().tolist() == [[2, 4, 1], [5, 2, 1]]
    assert campaign["rate"].tolist() == pytest.approx([0.25, 1 - 0.75 * 0.5])
    baseline = frame[frame["cohort"] == "baseline"]
    assert baseline[["days", "at_risk", "repurchased"]].to_numpy().tolist() == [[3, 1, 1]]


def test_second_order_test_compares_cohorts(orders: ibis.Table) -> None:
    row = second_order_test(orders, WEEK).iloc[0]
    assert row[["campaign_buyers", "baseline_buyers"]].tolist() == [4, 1]
    assert row["campaign_median_days"] == 5
    assert 0 < row["p_value"] <= 1


def test_second_order_of_nobody(table: MakeTable) -> None:
    none = table("order_id user_id ordered_at status", [])
    assert second_order(none, WEEK).empty
    row = second_order_test(none, WEEK).iloc[0]
    assert row["campaign_buyers"] == 0
    assert row[["chi2", "p_value", "campaign_median_days"]].isna().all()
