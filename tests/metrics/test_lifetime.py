import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.files import project_root
from retro.metrics import lifetime_backtest, lifetime_value
from retro.metrics.buying_models import GammaGamma, fit_bg_nbd, fit_gamma_gamma
from retro.metrics.lifetime import buying_histories, buying_summary, repeat_amounts
from retro.metrics.windows import number_of
from retro.periods import Window

UNTIL = dt.datetime(2025, 2, 1)
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


@pytest.fixture
def histories(orders: ibis.Table) -> ibis.Table:
    return buying_histories(orders, observed_until=UNTIL)


def test_buying_histories_leave_the_first_purchase_out(histories: ibis.Table) -> None:
    frame = histories.execute().set_index("user_id")
    assert frame.loc["a", ["frequency", "recency", "age"]].tolist() == [2, 20, 30]
    assert frame.loc["b", ["frequency", "recency", "age"]].tolist() == [0, 0, 26]
    assert frame.loc["a", ["spent", "repeat_amount"]].tolist() == [Decimal("30.00"), Decimal("15.00")]
    assert pd.isna(frame.loc["b", "repeat_amount"])


def test_lost_days_are_no_time_without_a_purchase(orders: ibis.Table) -> None:
    """Of a's 20 days between purchases 2 + 3 are lost, of the 10 after them 2, the last one among them."""
    lost = [number_of(dt.date(2025, 1, day)) for day in (2, 3, 12, 13, 14, 30, 31)]

    frame = buying_histories(orders, observed_until=UNTIL, lost=lost).execute().set_index("user_id")

    assert frame.loc["a", ["frequency", "recency", "age"]].tolist() == [2, 15, 30 - 7]
    assert frame.loc["b", ["frequency", "recency", "age"]].tolist() == [0, 0, 26 - 5]


def test_buying_summary_and_repeat_amounts_are_small(histories: ibis.Table) -> None:
    summary = buying_summary(histories)
    month = dt.date(2025, 1, 1)
    assert summary.to_numpy().tolist() == [[0, 0, 26, 1, Decimal(3), month], [2, 20, 30, 1, Decimal(30), month]]
    assert repeat_amounts(histories).to_numpy().tolist() == [[2, 7.5, 1]]


def test_models_refuse_too_few_buyers(histories: ibis.Table) -> None:
    with pytest.raises(MetricError, match="at least 10 buyers who came back, got 1"):
        fit_bg_nbd(buying_summary(histories))
    with pytest.raises(MetricError, match="at least 10 buyers who came back, got 1"):
        fit_gamma_gamma(repeat_amounts(histories))


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


def quarter(until: str) -> Window:
    end = at(until)
    return Window(end - dt.timedelta(days=90), end, end)


def test_lifetime_value_of_real_buyers(cdnow: ibis.Table) -> None:
    costs = ibis.memtable(
        [("media", dt.date(1997, 2, 3), Decimal(790)), ("labour", dt.date(1997, 2, 3), Decimal(99))],
        columns=["category", "incurred_on", "amount"],
    )
    frame = lifetime_value({"orders": cdnow, "campaign_costs": costs}, quarter("1997-10-01"), days=273)
    assert frame["cohort_on"].tolist() == [dt.date(1997, month, 1) for month in (1, 2, 3)]
    assert frame["buyers"].sum() == 2357
    assert frame["purchases"].sum() == pytest.approx(1788, rel=0.1)  # what came: 1,788 purchase days
    assert frame["value_correlation"].iloc[0] == pytest.approx(0.1139, abs=1e-3)
    row = frame.iloc[0]
    cent = Decimal("0.01")
    assert row["value_per_buyer"] == ((row["spent"] + row["value"]) / row["buyers"]).quantize(cent)
    assert row["next_per_buyer"] == (row["value"] / row["buyers"]).quantize(cent)
    assert row["next_per_buyer_low"] < row["next_per_buyer"] < row["next_per_buyer_high"]
    assert row["value_low"] < Decimal("20090.15") < row["value_high"]  # what January's buyers then spent
    february = frame.iloc[1]
    assert (february["acquisition"], february["cac"]) == (790, (Decimal(790) / int(february["buyers"])).quantize(cent))
    assert row["acquisition"] is None, "nothing booked is unknown"
    assert row["cac"] is None


def test_backtest_sets_the_second_half_beside_what_the_first_expected(cdnow: ibis.Table) -> None:
    frame = lifetime_backtest(cdnow, quarter("1998-07-01"))
    assert frame["split_on"].unique().tolist() == [dt.date(1997, 10, 1)]
    assert frame["days"].unique().tolist() == [273]
    # On 13 April 1998 nobody of the sample bought, which is no chance: of 273 days 272 are known.
    now = lifetime_value({"orders": cdnow}, quarter("1997-10-01"), days=272)
    assert frame["value"].tolist() == now["value"].tolist(), "predicted as it would have been then"
    assert frame["actual"].iloc[0] == Decimal("20090.15")
    inside = [row.value_low <= row.actual <= row.value_high for row in frame.itertuples()]
    assert frame["inside"].tolist() == inside


def test_too_little_history_is_no_value(orders: ibis.Table, cdnow: ibis.Table) -> None:
    assert lifetime_value({"orders": orders}, quarter("2025-05-01")).empty, "two buyers"
    assert lifetime_value({"orders": cdnow}, quarter("1997-03-15")).empty, "73 days"
    assert lifetime_backtest(orders, quarter("2025-05-01")).empty
    assert lifetime_backtest(cdnow, quarter("1997-02-20")).empty, "25 days each"
    assert lifetime_backtest(orders.limit(0), quarter("2025-05-01")).empty


def test_lifetime_value_refuses(orders: ibis.Table) -> None:
    with pytest.raises(MetricError, match="days must be at least 1, got 0"):
        lifetime_value({"orders": orders}, quarter("2025-02-01"), days=0)
    with pytest.raises(MetricError, match="column 'amount' must be in the table"):
        lifetime_value({"orders": orders.drop("amount")}, quarter("2025-02-01"))
