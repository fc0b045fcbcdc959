"""Lifetime value: past and expected purchases of each month's first-time buyers."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
from scipy.linalg import block_diag
from scipy.special import ndtri

from retro.metrics.buying_models import BgNbd, Floats, GammaGamma, fit_bg_nbd, fit_gamma_gamma
from retro.metrics.intervals import CONFIDENCE
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.windows import check_at_least, day_number, day_of, number_of, require

_STEP = 1e-3
"""How far the logarithm of a parameter is moved to see what depends on it."""


def lifetime_value(orders: ibis.Table, *, observed_until: dt.datetime, days: int = 365) -> pd.DataFrame:
    """Sum past purchases of each month's first-time buyers, and predict their next ones.

    BG/NBD predicts the number of purchases, Gamma-Gamma their value, if behaviour does not change. Gamma-Gamma assumes
    that value and frequency are independent: do not use it where `value_correlation` exceeds about 0.3.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        observed_until: Until when orders were observed, local, exclusive.
        days: Horizon, in days from `observed_until`.

    Returns:
        One row per month in which somebody bought for the first time, in order.
        - `cohort_on` (date): First day of the month.
        - `buyers` (int): Who bought for the first time in it.
        - `spent` (Decimal): What they have bought so far, in the source's currency.
        - `purchases` (float): Days with a purchase that they are expected to add, all together.
        - `value` (Decimal): What these are expected to bring.
        - `value_low`, `value_high` (Decimal): Its 95 % interval, log-normal: errors of the parameters (delta method)
          and chance of what buyers do. None where the histories are too few to say.
        - `value_per_buyer` (Decimal, 2 digits, half up): `spent` and `value` over `buyers`.
        - `value_correlation` (float): Correlation of frequency and mean amount among repeat buyers, the same in all
          rows.

    Raises:
        MetricError: A column is missing, `days` is below 1, or there are too few buyers to fit.
    """
    check_at_least("days", days, 1)
    require(orders, "orders", "amount")
    histories = buying_histories(orders, observed_until=observed_until)
    summary, amounts = buying_summary(histories, observed_until), repeat_amounts(histories)
    buying, spending = fit_bg_nbd(summary), fit_gamma_gamma(amounts)
    expected = _expected(summary, amounts, buying, spending, days)
    variance = expected["variance"] + _variance_of_fit(summary, amounts, buying, spending, days)
    reach = np.exp(ndtri((1 + CONFIDENCE) / 2) * np.sqrt(variance) / expected["value"])
    sums = summary.groupby("cohort_on")[["buyers", "spent"]].sum()
    frame = pd.DataFrame({"cohort_on": sums.index, "buyers": sums["buyers"].to_numpy()})
    frame["spent"] = pd.Series([as_money(spent) for spent in sums["spent"]], dtype=object)
    frame["purchases"] = expected["purchases"].to_numpy()
    for name, factor in (("value", 1.0), ("value_low", 1 / reach), ("value_high", reach)):
        ends = expected["value"] * factor
        frame[name] = pd.Series([as_money(end) if np.isfinite(end) else None for end in ends], dtype=object)
    brought = frame["spent"] + frame["value"]
    heads = [per_head(*pair) for pair in zip(brought, frame["buyers"], strict=True)]
    frame["value_per_buyer"] = pd.Series(heads, dtype=object)
    return frame.assign(value_correlation=spending.correlation)


def buying_histories(orders: ibis.Table, *, observed_until: dt.datetime) -> ibis.Table:
    """The history of each buyer that the models need; lazy.

    All orders of one local day are one purchase; the models describe the repeats after the first.

    Args:
        orders: As `lifetime_value`.
        observed_until: As `lifetime_value`; its last moment lies in the last day.

    Returns:
        One row per buyer.
        - `user_id`.
        - `frequency` (int): Days with a purchase after the first one.
        - `recency` (int): Days from the first to the last purchase; 0 without a repeat.
        - `age` (int): Days from the first purchase to the last day observed.
        - `spent` (decimal): Amount of all purchases.
        - `repeat_amount` (decimal): Amount of the repeats; null without one.
    """
    valid = valid_orders(orders, until=observed_until)
    purchases = valid.group_by("user_id", day=day_number(valid.ordered_at)).aggregate(amount=valid.amount.sum())
    purchases = purchases.mutate(first=purchases.day.min().over(ibis.window(group_by="user_id")))
    return purchases.group_by("user_id").aggregate(
        frequency=purchases.count() - 1,
        recency=purchases.day.max() - purchases.day.min(),
        age=_last_day(observed_until) - purchases.day.min(),
        spent=purchases.amount.sum(),
        repeat_amount=purchases.amount.sum(where=purchases.day > purchases["first"]),
    )


def buying_summary(histories: ibis.Table, observed_until: dt.datetime) -> pd.DataFrame:
    """How many buyers share each history: `frequency`, `recency`, `age`, `buyers`, `spent` and `cohort_on`.

    That is all that BG/NBD needs; `cohort_on` is the first day of the month of the first purchase.
    """
    counted = histories.group_by("frequency", "recency", "age").aggregate(
        buyers=histories.count(), spent=histories.spent.sum()
    )
    found = counted.order_by("frequency", "recency", "age").execute()
    frame: pd.DataFrame = found.astype(dict.fromkeys(("frequency", "recency", "age", "buyers"), "int64"))
    firsts = (day_of(_last_day(observed_until) - age) for age in frame["age"])
    return frame.assign(cohort_on=[first.replace(day=1) for first in firsts])


def repeat_amounts(histories: ibis.Table) -> pd.DataFrame:
    """How many buyers share each number of repeats and mean amount of a repeat: all that Gamma-Gamma needs.

    One row per pair, of buyers with a repeat worth more than 0: `frequency`, `mean_amount` (to the cent), `buyers`.
    """
    spent = histories.filter(histories.frequency > 0, histories.repeat_amount > 0)
    # Engines round halves differently, so this rounds by itself.
    cents = (spent.repeat_amount.cast("float64") * 100 / spent.frequency + 0.5).floor()
    counted = spent.group_by("frequency", mean_amount=cents / 100).aggregate(buyers=spent.count())
    frame: pd.DataFrame = counted.order_by("frequency", "mean_amount").execute()
    return frame.astype({"frequency": "int64", "mean_amount": "float64", "buyers": "int64"})


def _last_day(observed_until: dt.datetime) -> int:
    return number_of((observed_until - dt.timedelta(seconds=1)).date())


def _expected(
    summary: pd.DataFrame, amounts: pd.DataFrame, buying: BgNbd, spending: GammaGamma, days: int
) -> pd.DataFrame:
    """Purchases, their value, and its variance by chance, of each cohort."""
    history = (summary["frequency"], summary["recency"], summary["age"], days)
    each, amount = buying.expected_future(*history), _expected_amounts(summary, amounts, spending)
    variance = amount**2 * (buying.spread_future(*history) + each / spending.p)
    per_buyer = pd.DataFrame({"purchases": each, "value": each * amount, "variance": variance})
    return per_buyer.mul(summary["buyers"], axis=0).groupby(summary["cohort_on"]).sum()


def _variance_of_fit(
    summary: pd.DataFrame, amounts: pd.DataFrame, buying: BgNbd, spending: GammaGamma, days: int
) -> Floats:
    """How far the value of each cohort varies with what the parameters could also be: the delta method."""
    logs = np.log([buying.r, buying.alpha, buying.a, buying.b, spending.p, spending.q, spending.v])

    def value(moved: Floats) -> Floats:
        models = BgNbd(*np.exp(moved[:4])), GammaGamma(*np.exp(moved[4:]))
        return _expected(summary, amounts, *models, days)["value"].to_numpy(dtype=float)

    steps = np.eye(len(logs)) * _STEP
    slopes = np.array([(value(logs + step) - value(logs - step)) / (2 * _STEP) for step in steps])
    covariance = block_diag(buying.covariance, spending.covariance)
    return np.asarray(np.einsum("ik,ij,jk->k", slopes, covariance, slopes))


def _expected_amounts(summary: pd.DataFrame, amounts: pd.DataFrame, spending: GammaGamma) -> Floats:
    """The expected amount of a repeat, by history: the mean over the buyers with as many repeats."""
    own = spending.expected_amount(amounts["frequency"], amounts["mean_amount"])
    weighted = amounts.assign(expected=own * amounts["buyers"]).groupby("frequency")[["expected", "buyers"]].sum()
    by_frequency = weighted["expected"] / weighted["buyers"]
    prior = float(spending.expected_amount([0], [0.0])[0])
    return summary["frequency"].map(by_frequency).fillna(prior).to_numpy(dtype=float)
