from collections.abc import Callable

import ibis
import numpy as np
import pytest

from retro.errors import MetricError
from retro.metrics import concentration, lorenz

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def spent(table: MakeTable) -> ibis.Table:
    """Five people hold 1, 1, 2, 6 and 10."""
    return table(
        "user_id amount",
        [("a", "1"), ("b", "0.50"), ("b", "0.50"), ("c", "2"), ("d", "6"), ("e", "10"), (None, "100")],
    )


def test_lorenz_rises_from_those_with_least(spent: ibis.Table) -> None:
    frame = lorenz(spent)
    assert frame["people_share"].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert frame["value_share"].tolist() == pytest.approx([0.05, 0.1, 0.2, 0.5])


def test_lorenz_returns_no_more_points_than_asked(table: MakeTable) -> None:
    frame = lorenz(table("user_id amount", [(f"{n:03}", "1") for n in range(200)]), points=10)
    assert frame["people_share"].tolist() == pytest.approx(np.arange(1, 10) / 10)
    assert frame["value_share"].tolist() == pytest.approx(np.arange(1, 10) / 10)


def test_concentration_of_five(spent: ibis.Table) -> None:
    row = concentration(spent).iloc[0]
    assert (row["people"], row["total"], row["top_rate"]) == (5, 20.0, pytest.approx(0.5))
    # Mean absolute difference over twice the mean, by hand: (1+1+2+6+10) -> 0.46
    held = [1, 1, 2, 6, 10]
    by_hand = sum(abs(one - other) for one in held for other in held) / (2 * 25 * 4)
    assert row["gini"] == pytest.approx(by_hand)


def test_concentration_cuts_people_between(spent: ibis.Table) -> None:
    assert concentration(spent, top=0.3).loc[0, "top_rate"] == pytest.approx((10 + 6 / 2) / 20)


def test_concentration_of_nothing_is_missing(table: MakeTable) -> None:
    nothing = table("user_id amount", [("a", "0")])
    assert concentration(nothing).loc[0, ["top_rate", "gini"]].isna().all()
    assert lorenz(nothing).empty
    assert concentration(table("user_id amount", [])).loc[0, "people"] == 0


def test_concentration_refuses(spent: ibis.Table, table: MakeTable) -> None:
    with pytest.raises(MetricError, match="top must lie between 0 and 1, got 20"):
        concentration(spent, top=20)
    with pytest.raises(MetricError, match=r"nobody's 'amount' may add up to less than 0, got -1\.00"):
        lorenz(table("user_id amount", [("a", "-1")]))
