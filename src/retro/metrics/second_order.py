"""Second order: time until first-time buyers buy again, censored ones included (Kaplan-Meier)."""

from collections.abc import Sequence

import ibis
import pandas as pd

from retro.metrics.cohorts import BASELINE, CAMPAIGN, baseline_since, lost_since, new_since
from retro.metrics.orders import orders_of_people
from retro.metrics.survival import kaplan_meier, log_rank, survival_quantile
from retro.metrics.windows import day_number, whole_days_until
from retro.periods import Window


def second_order(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Compute the share of first-time buyers who have bought again by each day after their first order.

    A second order is a valid one on a later local day than the first. A buyer without one is followed until the last
    whole day observed, so buyers of any age count for as long as they were observed; likewise until the last day before
    one whose orders are lost (`history`), on which nobody knows who bought. The baseline cohort leaves out the
    first 28 days of the table, when regular customers still look like first-time buyers.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        window: The campaign or period; it says until when orders were observed; the weeks of its baseline make the
            baseline cohort.

    Returns:
        One row per cohort and day on which somebody bought again, the campaign first.
        - `cohort` (str): `campaign` or `baseline`.
        - `days` (int): Days after the first order.
        - `at_risk` (int): Buyers watched so long who had not bought again before.
        - `repurchased` (int): Buyers who did then.
        - `rate`, `low`, `high` (float): Share who have bought again by then, and its 95 % interval (Greenwood,
          log-log).
    """
    waits = _waits(orders, window)
    frames = []
    for cohort in (CAMPAIGN, BASELINE):
        own = waits[waits["cohort"] == cohort]
        curve = kaplan_meier(own["days"], own["again"], own["buyers"])
        frames.append(
            pd.DataFrame(
                {
                    "cohort": cohort,
                    "days": curve["duration"].astype("int64"),
                    "at_risk": curve["at_risk"],
                    "repurchased": curve["events"],
                    "rate": 1 - curve["survival"],
                    "low": 1 - curve["high"],
                    "high": 1 - curve["low"],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def second_order_test(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Test whether the campaign's first-time buyers come back at another pace than the baseline cohort (log-rank).

    The arguments are those of `second_order`.

    Returns:
        One row.
        - `campaign_buyers`, `baseline_buyers` (int): First-time buyers observed for at least a day.
        - `campaign_median_days`, `baseline_median_days` (float): By when half of them had bought again. NaN where fewer
          have.
        - `lost_days` (int): Days since the baseline cohort began whose orders are lost.
        - `chi2`, `p_value` (float): Of the log-rank test. NaN where a cohort is empty or nobody bought again.
    """
    waits, lost = _waits(orders, window), _lost(orders, window)
    cohorts = [waits[waits["cohort"] == cohort] for cohort in (CAMPAIGN, BASELINE)]
    medians = [survival_quantile(kaplan_meier(own["days"], own["again"], own["buyers"])) for own in cohorts]
    chi2 = p_value = float("nan")
    if all(len(own) for own in cohorts) and waits["again"].any():
        test = log_rank(
            [own["days"] for own in cohorts], [own["again"] for own in cohorts], [own["buyers"] for own in cohorts]
        )
        chi2, p_value = test.chi2, test.p_value
    row = {
        "campaign_buyers": int(cohorts[0]["buyers"].sum()),
        "baseline_buyers": int(cohorts[1]["buyers"].sum()),
        "campaign_median_days": medians[0],
        "baseline_median_days": medians[1],
        "lost_days": len(lost),
        "chi2": chi2,
        "p_value": p_value,
    }
    return pd.DataFrame([row])


def _lost(orders: ibis.Table, window: Window) -> tuple[int, ...]:
    return lost_since(orders_of_people(orders, until=window.observed), window.baseline_start, window.observed)


def _watched_until(first: ibis.Value, lost: Sequence[int], last_day: int) -> ibis.Value:
    """The last day until which a buyer's purchases are known: the one before the next lost day, or the last of all."""
    ends = [(first < day, day - 1) for day in lost if day - 1 not in lost]  # in order: the first that holds is the next
    return ibis.cases(*ends, else_=last_day) if ends else ibis.literal(last_day)


def _waits(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """First-time buyers by `cohort`, `days` observed, and whether they bought `again` then."""
    last_day = whole_days_until(window.observed) - 1
    valid = orders_of_people(orders)
    valid = valid.filter(valid.ordered_at < window.observed).mutate(day=day_number(valid.ordered_at))
    valid = valid.filter(valid.day <= last_day)
    firsts = valid.group_by("user_id").aggregate(first_at=valid.ordered_at.min(), first=valid.day.min())
    known = new_since(valid, window)
    until = window.end if known <= window.start else window.start  # nobody knows who is new in the campaign
    firsts = firsts.filter(firsts.first_at >= baseline_since(window, known), firsts.first_at < until)
    firsts = firsts.mutate(end=_watched_until(firsts["first"], _lost(orders, window), last_day))
    firsts = firsts.filter(firsts["first"] < firsts.end)
    later = valid.join(firsts, "user_id")
    seconds = (
        later.filter(later.day > later["first"], later.day <= later.end)
        .group_by("user_id")
        .aggregate(second=lambda row: row.day.min())
    )
    lives = firsts.left_join(seconds, "user_id")
    counted = lives.select(
        cohort=ibis.ifelse(lives.first_at >= window.start, CAMPAIGN, BASELINE),
        days=ibis.coalesce(lives.second, lives.end) - lives["first"],
        again=ibis.ifelse(lives.second.notnull(), 1, 0),
    )
    frame: pd.DataFrame = counted.group_by("cohort", "days", "again").aggregate(buyers=counted.count()).execute()
    return frame.sort_values(["cohort", "days", "again"], ignore_index=True)
