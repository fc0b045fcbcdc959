import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.files import project_root
from retro.metrics import (
    BgNbd,
    GammaGamma,
    buying_histories,
    buying_summary,
    fit_bg_nbd,
    fit_gamma_gamma,
    lifetime_holdout,
    lifetime_value,
    repeat_amounts,
    repeat_buyers,
)

at = dt.datetime.fromisoformat

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    rows = [
        ("a", "2025-01-01T08:00", "10.00"),
        ("a", "2025-01-01T20:00", "5.00"),  # the same purchase
        ("a", "2025-01-11T08:00", "7.00"),
        ("a", "2025-01-21T08:00", "8.00"),
        ("b", "2025-01-05T08:00", "3.00"),
    ]
    return table(
        "order_id user_id ordered_at status amount", [(str(n), u, on, "paid", m) for n, (u, on, m) in enumerate(rows)]
    )


def test_buying_histories_leave_the_first_purchase_out(orders: ibis.Table) -> None:
    frame = buying_histories(orders, observed_until=at("2025-02-01")).execute().set_index("user_id")
    assert frame.loc["a", ["frequency", "recency", "age"]].tolist() == [2, 20, 30]
    assert frame.loc["b", ["frequency", "recency", "age"]].tolist() == [0, 0, 26]
    assert frame.loc["a", "repeat_amount"] == Decimal("15.00")
    assert pd.isna(frame.loc["b", "repeat_amount"])


def test_buying_summary_and_repeat_amounts_are_small(orders: ibis.Table) -> None:
    asked = {"observed_until": at("2025-02-01")}
    assert buying_summary(orders, **asked).to_numpy().tolist() == [[0, 0, 26, 1], [2, 20, 30, 1]]
    assert repeat_amounts(orders, **asked).to_numpy().tolist() == [[2, 7.5, 1]]
    assert repeat_buyers(buying_summary(orders, **asked), most=2)["buyers"].tolist() == [1, 0, 1]


def test_models_refuse_too_few_buyers(orders: ibis.Table) -> None:
    with pytest.raises(MetricError, match="at least 10 buyers who came back, got 1"):
        fit_bg_nbd(buying_summary(orders, observed_until=at("2025-02-01")))
    with pytest.raises(MetricError, match="at least 10 buyers who came back, got 1"):
        fit_gamma_gamma(repeat_amounts(orders, observed_until=at("2025-02-01")))


def test_probabilities_of_all_repeats_add_up_to_one() -> None:
    model = BgNbd(0.243, 4.414, 0.793, 2.426)
    chances = [model.probability(repeats, 39) for repeats in range(200)]
    assert sum(chances) == pytest.approx(1, abs=1e-6)
    mean = sum(repeats * chance for repeats, chance in enumerate(chances))
    assert mean == pytest.approx(float(model.expected_purchases(39)), rel=1e-3)


def test_expected_amount_is_drawn_from_everybody_to_the_buyer() -> None:
    model = GammaGamma(6.25, 3.74, 15.44)
    none, some, many = model.expected_amount([0, 2, 10_000], [0, 100, 100])
    assert none == pytest.approx(6.25 * 15.44 / 2.74)
    assert none < some < many
    assert many == pytest.approx(100, rel=1e-2)


@pytest.fixture(scope="module")
def cdnow() -> ibis.Table:
    path = project_root() / "../shared/data/cdnow/sample.parquet"
    if not path.is_file():
        pytest.skip("the public data set cdnow is not here")
    frame = pd.read_parquet(path)
    table = ibis.memtable(
        pd.DataFrame(
            {
                "order_id": frame.index.astype(str),
                "user_id": frame["customer_id"].astype(str),
                "ordered_at": frame["date"],
                "status": "paid",
                "amount": frame["usd"],
            }
        )
    )
    return table.mutate(amount=table.amount.cast("decimal(18, 2)"))


def test_lifetime_holdout_comes_near_on_real_buyers(cdnow: ibis.Table) -> None:
    frame = lifetime_holdout(cdnow, calibrated_until=at("1997-10-01"), observed_until=at("1998-07-01"))
    assert frame["buyers"].tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    total = frame["buyers"]
    assert np.average(frame["expected"], weights=total) == pytest.approx(
        np.average(frame["actual"], weights=total), rel=0.15
    )
    assert frame["expected"].is_monotonic_increasing


def test_lifetime_value_of_real_buyers(cdnow: ibis.Table) -> None:
    frame = lifetime_value(cdnow, observed_until=at("1997-10-01"), days=(273, 30))
    assert frame["days"].tolist() == [30, 273]
    assert frame["buyers"].tolist() == [2357, 2357]
    assert frame["purchases"].iloc[1] == pytest.approx(1788, rel=0.1)  # what came: 1,788 purchase days
    assert frame["value_correlation"].iloc[0] == pytest.approx(0.1139, abs=1e-3)
    row = frame.iloc[1]
    assert row["value_per_buyer"] == (row["value"] / 2357).quantize(Decimal("0.01"))
    with pytest.raises(MetricError, match="days must be at least 1, got 0"):
        lifetime_value(cdnow, observed_until=at("1997-10-01"), days=(0,))
