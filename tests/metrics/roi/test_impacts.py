import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics import attribution, claims, impacts, payback, phases_of, pnl, roi, tornado
from retro.periods import Window

at = dt.datetime.fromisoformat
UNTIL = at("2025-04-01")
WINDOW = Window(at("2025-03-01"), at("2025-03-08"), UNTIL)
HALF = UnitEconomics(margin_rate=Decimal("0.5"))


def test_a_shop_without_orders_has_no_figures_rather_than_zeros(table: Callable[..., ibis.Table]) -> None:
    orders = table("order_id user_id ordered_at status amount", [])
    phases = phases_of(WINDOW)
    claimed = claims({"week": WINDOW})
    economics = UnitEconomics()

    found = impacts(orders, {}, phases, economics=economics, observed_until=UNTIL)
    statement = pnl(orders, {}, claims=claimed, campaign_id="week", economics=economics, observed_until=UNTIL)
    figures = roi(statement, found.gmv, found.contribution, found.newcomers)

    assert found.gmv.problem == "few_days"
    assert found.contribution is None
    assert figures["value"].isna().all()
    assert tornado(statement, found.gmv, found.contribution).empty
    assert attribution(orders, claimed)["gmv"].tolist() == [0, 0]
    assert payback(orders, {}, WINDOW, economics=economics, effects=found, statement=statement).empty


def days(begin: str, count: int) -> list[tuple[str, str, str, str, str]]:
    """One order on each of so many days, dearer at weekends."""
    moments = [at(begin) + dt.timedelta(days=day, hours=3) for day in range(count)]
    return [
        (str(place), f"user {place}", moment.isoformat(), "paid", "20.00" if moment.weekday() > 4 else "10.00")
        for place, moment in enumerate(moments)
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (days("2025-03-25", 3), "few_days"),  # the shop opened after the campaign
        (days("2025-03-03", 20), "few_days"),  # within it
        (days("2025-03-01", 20), "few_days"),  # on its first day
        (days("2025-02-20", 30), "few_days"),  # nine days before it
    ],
)
def test_a_young_shop_has_no_baseline_and_no_error(
    table: Callable[..., ibis.Table], rows: list[tuple[str, str, str, str, str]], problem: str
) -> None:
    orders = table("order_id user_id ordered_at status amount", rows)
    phases = phases_of(WINDOW, anticipation_days=4, settling_days=14)

    found = impacts(orders, {}, phases, economics=HALF, observed_until=UNTIL)

    assert (found.gmv.problem, found.newcomers.problem) == (problem, problem)
    assert found.contribution is not None
    assert found.contribution.problem == problem
    assert not found.gmv.measurable


def test_a_campaign_of_which_no_whole_day_is_observed_has_no_effect(table: Callable[..., ibis.Table]) -> None:
    orders = table("order_id user_id ordered_at status amount", days("2025-01-01", 60))
    until = at("2025-03-01T18:00")
    phases = phases_of(Window(at("2025-03-01T10:00"), at("2025-03-01T14:00"), until))

    found = impacts(orders, {}, phases, economics=UnitEconomics(), observed_until=until)

    assert found.gmv.problem == "unseen"
    assert found.gmv.effects.empty


def test_days_that_are_not_wholly_observed_are_left_out_and_counted(table: Callable[..., ibis.Table]) -> None:
    orders = table("order_id user_id ordered_at status amount", days("2025-01-01", 61))
    until = at("2025-03-02T21:00")
    phases = phases_of(Window(at("2025-03-01T20:00"), at("2025-03-02T20:00"), until))

    found = impacts(orders, {}, phases, economics=UnitEconomics(), observed_until=until)

    assert found.gmv.unseen_days == 1
    assert found.gmv.effects["days"].tolist() == [1, 1]


def test_a_covariate_must_reach_as_far_back_as_the_baseline(table: Callable[..., ibis.Table]) -> None:
    orders = table("order_id user_id ordered_at status amount", days("2025-01-01", 90))
    phases = phases_of(WINDOW)
    late = pd.DataFrame({"on": [dt.date(2025, 1, 2) + dt.timedelta(days=day) for day in range(89)], "visits": 1})

    with pytest.raises(MetricError, match="covariate 'visits' must have a row for each day, got none for 2025-01-01"):
        impacts(orders, {}, phases, economics=HALF, observed_until=UNTIL, covariates=late)
    with pytest.raises(MetricError, match="covariates must have the column 'on', got visits"):
        impacts(orders, {}, phases, economics=HALF, observed_until=UNTIL, covariates=late[["visits"]])
