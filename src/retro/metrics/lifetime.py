"""Lifetime: how often buyers will buy again, what they will spend, and whether that prediction has held before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import ibis
import pandas as pd

from retro.metrics.buying_models import Floats, GammaGamma, fit_bg_nbd, fit_gamma_gamma
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.returning import Every, Periods
from retro.metrics.windows import DAY, check_at_least, check_window, require

_FREQUENT = 7
"""Buyers with so many repeats or more are shown together."""


def buying_histories(orders: ibis.Table, *, observed_until: dt.datetime, every: Every = "day") -> ibis.Table:
    """What the models of buying need of each buyer; a lazy table, since there may be millions.

    All orders of one local day (week, month) are one purchase. The first is what makes somebody a buyer; the model
    speaks of the repeats after it.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, and `amount` for money.
        observed_until: Until when orders were observed, local, exclusive. Its last moment lies in the last period.
        every: Length of a period; weeks begin on Monday.

    Returns:
        One row per buyer.

        - `user_id`.
        - `frequency` (int): Periods with a purchase after the first one.
        - `recency` (int): Periods from the first to the last purchase; 0 without a repeat.
        - `age` (int): Periods from the first purchase to the last one observed.
        - `repeat_amount` (decimal): Amount of the repeats; null without one. Only where `orders` has amounts.

    Raises:
        MetricError: A column is missing.
    """
    valid = valid_orders(orders)
    valid = valid.filter(valid.ordered_at < observed_until)
    periods = Periods(every)
    money = {"amount": valid.amount.sum()} if "amount" in valid.columns else {}
    last = periods.bucket_of((observed_until - dt.timedelta(seconds=1)).date())
    purchases = valid.group_by("user_id", period=periods.bucket(valid.ordered_at)).aggregate(
        orders=valid.count(), **money
    )
    own = ibis.window(group_by="user_id")
    purchases = purchases.mutate(first=purchases.period.min().over(own))
    repeats = {"repeat_amount": purchases.amount.sum(where=purchases.period > purchases["first"])} if money else {}
    return purchases.group_by("user_id").aggregate(
        frequency=purchases.count() - 1,
        recency=purchases.period.max() - purchases.period.min(),
        age=last - purchases.period.min(),
        **repeats,
    )


def buying_summary(orders: ibis.Table, *, observed_until: dt.datetime, every: Every = "day") -> pd.DataFrame:
    """How many buyers share each history: all that BG/NBD needs, in a small frame.

    Args:
        orders: As `buying_histories`.
        observed_until: As `buying_histories`.
        every: As `buying_histories`.

    Returns:
        One row per history: `frequency`, `recency`, `age` as in `buying_histories`, and `buyers` (int).

    Raises:
        MetricError: A column is missing.
    """
    histories = buying_histories(orders, observed_until=observed_until, every=every)
    counted = histories.group_by("frequency", "recency", "age").aggregate(buyers=histories.count())
    frame: pd.DataFrame = counted.order_by("frequency", "recency", "age").execute().astype("int64")
    return frame


def repeat_amounts(orders: ibis.Table, *, observed_until: dt.datetime, every: Every = "day") -> pd.DataFrame:
    """How many buyers share each number of repeats and mean amount of a repeat: all that Gamma-Gamma needs.

    Args:
        orders: As `buying_histories`, with amounts.
        observed_until: As `buying_histories`.
        every: As `buying_histories`.

    Returns:
        One row per pair, of buyers with a repeat worth more than 0: `frequency` (int), `mean_amount` (float, to the
        cent), `buyers` (int).

    Raises:
        MetricError: A column is missing.
    """
    require(orders, "orders", "amount")
    histories = buying_histories(orders, observed_until=observed_until, every=every)
    spent = histories.filter(histories.frequency > 0, histories.repeat_amount > 0)
    # Engines round halves differently, so this rounds by itself.
    cents = (spent.repeat_amount.cast("float64") * 100 / spent.frequency + 0.5).floor()
    counted = spent.group_by("frequency", mean_amount=cents / 100).aggregate(buyers=spent.count())
    frame: pd.DataFrame = counted.order_by("frequency", "mean_amount").execute()
    return frame.astype({"frequency": "int64", "mean_amount": "float64", "buyers": "int64"})


def repeat_buyers(summary: pd.DataFrame, most: int = _FREQUENT) -> pd.DataFrame:
    """How many buyers came back how often.

    Args:
        summary: What `buying_summary` returns.
        most: Buyers with so many repeats or more are put together.

    Returns:
        One row per number of repeats from 0 to `most`: `repeats` (int; the last row stands for that many or more) and
        `buyers` (int).
    """
    repeats = summary["frequency"].clip(upper=most)
    buyers = summary["buyers"].groupby(repeats).sum().reindex(range(most + 1), fill_value=0)
    return pd.DataFrame({"repeats": range(most + 1), "buyers": buyers.to_numpy(dtype="int64")})


def lifetime_value(
    orders: ibis.Table, *, observed_until: dt.datetime, days: Sequence[int] = (30, 90, 365)
) -> pd.DataFrame:
    """What today's buyers are expected to buy in the days to come (BG/NBD and Gamma-Gamma, by day).

    The value of a repeat must not depend on how often somebody buys; `value_correlation` says how far it does. Above
    about 0.3 the estimate should not be used.

    Args:
        orders: As `buying_histories`, with amounts.
        observed_until: As `buying_histories`.
        days: Horizons, in days from `observed_until`.

    Returns:
        One row per horizon, in order.

        - `days` (int): Horizon.
        - `buyers` (int): Everybody who ever bought.
        - `purchases` (float): Days with a purchase that they are expected to add, all together.
        - `value` (Decimal): What these are expected to bring, in the source's currency.
        - `value_per_buyer` (Decimal, 2 digits, half up): `value` over `buyers`.
        - `value_correlation` (float): Correlation of frequency and mean amount among repeat buyers.

    Raises:
        MetricError: A column is missing, a horizon is below 1, or there are too few buyers to fit.
    """
    for horizon in days:
        check_at_least("days", horizon, 1)
    summary = buying_summary(orders, observed_until=observed_until)
    amounts = repeat_amounts(orders, observed_until=observed_until)
    buying, spending = fit_bg_nbd(summary), fit_gamma_gamma(amounts)
    value_by_frequency = _expected_amounts(summary, amounts, spending)
    buyers = int(summary["buyers"].sum())
    rows = []
    for horizon in sorted(days):
        purchases = summary["buyers"] * buying.expected_future(
            summary["frequency"], summary["recency"], summary["age"], horizon
        )
        value = as_money(Decimal(str(float((purchases * value_by_frequency).sum()))))
        rows.append((horizon, buyers, float(purchases.sum()), value, per_head(value, buyers), spending.correlation))
    names = ["days", "buyers", "purchases", "value", "value_per_buyer", "value_correlation"]
    return pd.DataFrame(rows, columns=names)


def lifetime_holdout(
    orders: ibis.Table, *, calibrated_until: dt.datetime, observed_until: dt.datetime, most: int = _FREQUENT
) -> pd.DataFrame:
    """Fit BG/NBD on the past and compare what it expects with what buyers then did.

    Args:
        orders: As `buying_histories`.
        calibrated_until: Until when the model may look, local, exclusive.
        observed_until: Until when orders were observed, local, exclusive.
        most: Buyers with so many repeats or more are put together.

    Returns:
        One row per number of repeats in the calibration from 0 to `most` (the last stands for that many or more).

        - `repeats` (int), `buyers` (int): Repeats before, and who had so many.
        - `actual` (float): Mean number of days with a purchase in the hold-out. NaN without buyers.
        - `expected` (float): What the model expected. NaN without buyers.

    Raises:
        MetricError: The hold-out is empty, a column is missing, or there are too few buyers to fit.
    """
    check_window(calibrated_until, observed_until)
    histories = buying_histories(orders, observed_until=calibrated_until)
    summary = buying_summary(orders, observed_until=calibrated_until)
    length = round((observed_until - calibrated_until) / DAY)
    expected = fit_bg_nbd(summary).expected_future(summary["frequency"], summary["recency"], summary["age"], length)
    valid = valid_orders(orders)
    later = valid.filter(valid.ordered_at >= calibrated_until, valid.ordered_at < observed_until)
    bought = later.select("user_id", period=Periods("day").bucket(later.ordered_at)).distinct()
    counts = bought.join(histories, "user_id").group_by("frequency").aggregate(purchases=lambda row: row.count())
    actual = counts.execute().set_index("frequency")["purchases"]
    groups = summary.assign(expected=expected * summary["buyers"]).groupby(summary["frequency"].clip(upper=most))
    sums = groups[["buyers", "expected"]].sum().reindex(range(most + 1), fill_value=0)
    came = actual.groupby(actual.index.to_series().clip(upper=most)).sum().reindex(range(most + 1), fill_value=0)
    buyers = sums["buyers"].where(sums["buyers"] > 0)
    return pd.DataFrame(
        {
            "repeats": range(most + 1),
            "buyers": sums["buyers"].to_numpy(dtype="int64"),
            "actual": (came / buyers).to_numpy(dtype=float),
            "expected": (sums["expected"] / buyers).to_numpy(dtype=float),
        }
    )


def _expected_amounts(summary: pd.DataFrame, amounts: pd.DataFrame, spending: GammaGamma) -> Floats:
    """The expected amount of a repeat, by history: the mean over the buyers with as many repeats."""
    own = spending.expected_amount(amounts["frequency"], amounts["mean_amount"])
    weighted = amounts.assign(expected=own * amounts["buyers"]).groupby("frequency")[["expected", "buyers"]].sum()
    by_frequency = weighted["expected"] / weighted["buyers"]
    prior = float(spending.expected_amount([0], [0.0])[0])
    return summary["frequency"].map(by_frequency).fillna(prior).to_numpy(dtype=float)
