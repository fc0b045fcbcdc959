"""Lifetime value: past and expected purchases of each month's first-time buyers."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
from scipy.linalg import block_diag
from scipy.special import ndtri

from retro.metrics.buying_models import BgNbd, Floats, GammaGamma, ShortHistoryError, fit_bg_nbd, fit_gamma_gamma
from retro.metrics.cost import ACQUISITION
from retro.metrics.history import history
from retro.metrics.intervals import CONFIDENCE
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import first_day, orders_of_people
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, check_at_least, day_number, day_of, month_number, month_of, number_of, require
from retro.periods import Window

_STEP = 1e-3
"""Step of a parameter's logarithm, for central differences."""
_MONTHS = 12
_LEAST_DAYS = 90
"""Days of history needed, so that monthly buyers can have come back."""
_LEAST_TEST = 28
"""Days of each half of a back-test: weekdays weigh the same in both."""
_COLUMNS = (
    "cohort_on", "buyers", "spent", "purchases", "value", "value_low", "value_high", "spent_per_buyer",
    "next_per_buyer", "next_per_buyer_low", "next_per_buyer_high", "value_per_buyer", "acquisition", "cac",
    "value_correlation", "lost_days",
)  # fmt: skip


def lifetime_value(shop: Shop, window: Window, *, days: int = 365) -> pd.DataFrame:
    """Sum past purchases of each month's first-time buyers, and predict those in the days after the window.

    BG/NBD says how often and Gamma-Gamma for how much, as if people went on buying as before. The value of a repeat
    must not depend on how often somebody buys; `value_correlation` says how far it does. Above about 0.3 the estimate
    should not be used.

    Args:
        shop: `orders` (`order_id`, `user_id`, `ordered_at` local, `status`, `amount`), and where the shop has them
            `campaign_costs` (`category`, `incurred_on`, `amount`).
        window: The period, and until when it was observed; the days begin where it ends.
        days: Horizon, in days.

    Returns:
        One row per month in which somebody bought for the first time, in order, the last twelve at most; none where
        there are less than 90 days of orders, or too few repeat buyers for the models. Days whose orders are lost
        (`history`) are no time without a purchase: the models do not count them.
        - `cohort_on` (date): First day of the month.
        - `buyers` (int): Who bought for the first time in it.
        - `spent` (Decimal): What they have bought so far, in the source's currency.
        - `purchases` (float): Days with a purchase that they are expected to add, all together.
        - `value` (Decimal): What these are expected to bring.
        - `value_low`, `value_high` (Decimal): Its 95 % interval, log-normal: errors of the parameters (delta method)
          and chance of what buyers do. None where the histories are too few to say.
        - `spent_per_buyer`, `next_per_buyer` (Decimal, 2 digits, half up): `spent` and `value` over `buyers`, and the
          interval of the latter `next_per_buyer_low`, `next_per_buyer_high`.
        - `value_per_buyer` (Decimal, 2 digits, half up): `spent` and `value` over `buyers`.
        - `acquisition`, `cac` (Decimal): Costs of media and SMS booked in the month, and over `buyers`. None where
          nothing is booked: unknown, not 0.
        - `value_correlation` (float): Correlation of frequency and mean amount among repeat buyers, the same in all
          rows.
        - `lost_days` (int): Days whose orders are lost, the same in all rows.
    """
    check_at_least("days", days, 1)
    orders, until = shop["orders"], window.observed_end
    require(orders, "orders", "amount")
    first, lost = first_day(orders, until), _lost(orders, until)
    if first is None or until - first < (_LEAST_DAYS + len(lost)) * DAY:
        return pd.DataFrame(columns=_COLUMNS)
    try:
        frame = _cohorts(buying_histories(orders, observed_until=until, lost=lost), days)
    except ShortHistoryError:
        return pd.DataFrame(columns=_COLUMNS)
    frame["lost_days"] = len(lost)
    booked = _acquisition(shop)
    costs = [booked.get(cohort) for cohort in frame["cohort_on"]]
    frame["acquisition"] = pd.Series(costs, dtype=object)
    heads = list(frame["buyers"])
    for name, amounts in (
        ("spent_per_buyer", frame["spent"]),
        ("next_per_buyer", frame["value"]),
        ("next_per_buyer_low", frame["value_low"]),
        ("next_per_buyer_high", frame["value_high"]),
        ("value_per_buyer", frame["spent"] + frame["value"]),
        ("cac", costs),
    ):
        each = [None if one is None else per_head(one, buyers) for one, buyers in zip(amounts, heads, strict=True)]
        frame[name] = pd.Series(each, dtype=object)
    return frame.tail(_MONTHS).reset_index(drop=True)[list(_COLUMNS)]


def lifetime_backtest(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Back-test: predict the second half of the history from the first, and compare it with the actual one.

    Args:
        orders: As `lifetime_value` has them.
        window: As `lifetime_value`; what was observed ends with it.

    Returns:
        One row per month of first purchases in the first half, in order; none where a half has less than 28 days, or
        too few repeat buyers for the models.
        - `cohort_on` (date), `buyers` (int): As in `lifetime_value`, by what was known then.
        - `value`, `value_low`, `value_high` (Decimal): What they were expected to buy in the second half.
        - `actual` (Decimal): What they bought in it. Lost days count neither here nor in `value`.
        - `inside` (bool): Whether that lies in the interval.
        - `split_on` (date), `days` (int): First day of the second half, and its length; the same in all rows.
    """
    require(orders, "orders", "amount")
    until, first = window.observed_end, first_day(orders, window.observed_end)
    columns = ["cohort_on", "buyers", "value", "value_low", "value_high", "actual", "inside", "split_on", "days"]
    days = 0 if first is None else (until - first) // (2 * DAY)
    if days < _LEAST_TEST:
        return pd.DataFrame(columns=columns)
    split = until - days * DAY
    histories = buying_histories(orders, observed_until=split, lost=_lost(orders, split))
    known = days - len([day for day in _lost(orders, until) if day > _last_day(split)])
    if known < _LEAST_TEST:
        return pd.DataFrame(columns=columns)
    try:
        frame = _cohorts(histories, known)
    except ShortHistoryError:
        return pd.DataFrame(columns=columns)
    later = orders_of_people(orders)
    later = later.filter(later.ordered_at >= split, later.ordered_at < until).select("user_id", paid="amount")
    bought = histories.inner_join(later, "user_id").group_by("first").aggregate(paid=lambda row: row.paid.sum())
    months = {cohort: Decimal(0) for cohort in frame["cohort_on"]}
    for first_bought, paid in bought.execute().itertuples(index=False, name=None):
        months[day_of(first_bought).replace(day=1)] += as_money(paid)
    frame["actual"] = pd.Series([as_money(paid) for paid in months.values()], dtype=object)
    ends = zip(frame["value_low"], frame["actual"], frame["value_high"], strict=True)
    frame["inside"] = [low is not None and high is not None and low <= actual <= high for low, actual, high in ends]
    return frame.assign(split_on=split.date(), days=days)[columns]


def _acquisition(shop: Shop) -> dict[dt.date, Decimal]:
    """Booked costs of media and SMS, by month."""
    if "campaign_costs" not in shop:
        return {}
    costs = shop["campaign_costs"]
    require(costs, "campaign_costs", "category", "incurred_on", "amount")
    own = costs.filter(costs.category.isin(list(ACQUISITION)))
    by_month = own.group_by(month=month_number(own.incurred_on)).aggregate(amount=own.amount.sum()).execute()
    return {month_of(month): as_money(amount) for month, amount in by_month.itertuples(index=False, name=None)}


def _lost(orders: ibis.Table, until: dt.datetime) -> tuple[int, ...]:
    past = history(orders_of_people(orders, until=until), "ordered_at", until=until)
    return tuple(sorted(map(number_of, past.lost)))


def _cohorts(histories: ibis.Table, days: int) -> pd.DataFrame:
    """The first-time buyers of each month, with their expected purchases."""
    summary, amounts = buying_summary(histories), repeat_amounts(histories)
    buying, spending = fit_bg_nbd(summary), fit_gamma_gamma(amounts)
    expected = _expected(summary, amounts, buying, spending, days)
    variance = _variance(summary, amounts, buying, spending, days)
    with np.errstate(over="ignore"):
        reach = np.exp(ndtri((1 + CONFIDENCE) / 2) * np.sqrt(variance) / expected["value"])
    sums = summary.groupby("cohort_on")[["buyers", "spent"]].sum()
    frame = pd.DataFrame({"cohort_on": sums.index, "buyers": sums["buyers"].to_numpy()})
    frame["spent"] = pd.Series([as_money(spent) for spent in sums["spent"]], dtype=object)
    frame["purchases"] = expected["purchases"].to_numpy()
    for name, factor in (("value", 1.0), ("value_low", 1 / reach), ("value_high", reach)):
        ends = expected["value"] * factor
        frame[name] = pd.Series([as_money(end) if np.isfinite(end) else None for end in ends], dtype=object)
    return frame.assign(value_correlation=spending.correlation)


def buying_histories(orders: ibis.Table, *, observed_until: dt.datetime, lost: Sequence[int] = ()) -> ibis.Table:
    """The history of each buyer that the models need; lazy.

    All orders of one local day are one purchase. The first is what makes somebody a buyer; the models speak of the
    repeats after it. The numbers of `lost` days are left out of all times: nobody knows who bought then.

    Returns:
        One row per buyer: `user_id`; `first` (int), number of the day of the first purchase; `frequency` (int), days
        with a purchase after it; `recency` and `age` (int), known days from the first purchase to the last one and to
        the last day observed; `spent` and `repeat_amount` (decimal), amounts of all purchases and of the repeats, the
        latter null without one.
    """
    valid = orders_of_people(orders, until=observed_until)
    purchases = valid.group_by("user_id", day=day_number(valid.ordered_at)).aggregate(amount=valid.amount.sum())
    purchases = purchases.mutate(first=purchases.day.min().over(ibis.window(group_by="user_id")))
    bought = purchases.group_by("user_id").aggregate(
        first=purchases.day.min(),
        frequency=purchases.count() - 1,
        last=purchases.day.max(),
        spent=purchases.amount.sum(),
        repeat_amount=purchases.amount.sum(where=purchases.day > purchases["first"]),
    )
    begun, end = _known(bought["first"], lost), _last_day(observed_until)
    age = end - len([day for day in lost if day <= end]) - begun
    return bought.mutate(recency=_known(bought["last"], lost) - begun, age=age).drop("last")


def _known(day: ibis.Value, lost: Sequence[int]) -> ibis.Value:
    """The number of a day where the lost days before it are not counted."""
    begins, ends = ([one for one in lost if one + step not in lost] for step in (-1, 1))
    before = (
        ibis.greatest(ibis.least(day - begin, end - begin + 1), 0) for begin, end in zip(begins, ends, strict=True)
    )
    return day - sum(before, ibis.literal(0))


def buying_summary(histories: ibis.Table) -> pd.DataFrame:
    """How many buyers share each history: `frequency`, `recency`, `age`, `buyers`, `spent` and `cohort_on`.

    That is all that BG/NBD needs; `cohort_on` is the first day of the month of the first purchase.
    """
    counted = histories.group_by("frequency", "recency", "age", "first").aggregate(
        buyers=histories.count(), spent=histories.spent.sum()
    )
    found = counted.order_by("frequency", "recency", "age").execute()
    frame: pd.DataFrame = found.astype(dict.fromkeys(("frequency", "recency", "age", "buyers"), "int64"))
    firsts = frame.pop("first")
    return frame.assign(cohort_on=[day_of(first).replace(day=1) for first in firsts])


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
    """Purchases and their value, of each cohort."""
    each = buying.expected_future(summary["frequency"], summary["recency"], summary["age"], days)
    value = each * _expected_amounts(summary, amounts, spending)
    return _by_cohort(summary, pd.DataFrame({"purchases": each, "value": value}))


def _variance(summary: pd.DataFrame, amounts: pd.DataFrame, buying: BgNbd, spending: GammaGamma, days: int) -> Floats:
    """How far the value of each cohort varies: by chance, and with what the parameters could also be (delta method)."""
    history = (summary["frequency"], summary["recency"], summary["age"], days)
    each, amount = buying.expected_future(*history), _expected_amounts(summary, amounts, spending)
    chance = pd.DataFrame({"variance": amount**2 * (buying.spread_future(*history) + each / spending.p)})
    logs = np.log([buying.r, buying.alpha, buying.a, buying.b, spending.p, spending.q, spending.v])

    def value(moved: Floats) -> Floats:
        models = BgNbd(*np.exp(moved[:4])), GammaGamma(*np.exp(moved[4:]))
        return _expected(summary, amounts, *models, days)["value"].to_numpy(dtype=float)

    steps = np.eye(len(logs)) * _STEP
    slopes = np.array([(value(logs + step) - value(logs - step)) / (2 * _STEP) for step in steps])
    covariance = block_diag(buying.covariance, spending.covariance)
    by_chance = _by_cohort(summary, chance)["variance"].to_numpy(dtype=float)
    return np.asarray(by_chance + np.einsum("ik,ij,jk->k", slopes, covariance, slopes))


def _by_cohort(summary: pd.DataFrame, per_buyer: pd.DataFrame) -> pd.DataFrame:
    return per_buyer.mul(summary["buyers"], axis=0).groupby(summary["cohort_on"]).sum()


def _expected_amounts(summary: pd.DataFrame, amounts: pd.DataFrame, spending: GammaGamma) -> Floats:
    """The expected amount of a repeat, by history: the mean over the buyers with as many repeats."""
    own = spending.expected_amount(amounts["frequency"], amounts["mean_amount"])
    weighted = amounts.assign(expected=own * amounts["buyers"]).groupby("frequency")[["expected", "buyers"]].sum()
    by_frequency = weighted["expected"] / weighted["buyers"]
    prior = float(spending.expected_amount([0], [0.0])[0])
    return summary["frequency"].map(by_frequency).fillna(prior).to_numpy(dtype=float)
