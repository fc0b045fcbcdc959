"""What the section `order_impact` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Text
from retro.metrics import Impact
from retro.metrics.baseline import phases_of
from retro.metrics.baseline.impact import impact
from retro.periods import Window
from retro.sections.order_impact import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "new_user_week", start="2025-03-10", end="2025-03-17T00:00"))

START = dt.datetime(2025, 3, 10)
WEEK = Window(START, START + dt.timedelta(days=7), START + dt.timedelta(days=7))


def measured(added: int, *, days: int = 140) -> Impact:
    """A shop of about 100 orders a day, with so many more on each day of the week."""
    noise = np.random.default_rng(7).normal(0, 3, days + 7)
    on = [(START - dt.timedelta(days=days - place)).date() for place in range(days + 7)]
    orders = 100 + noise.round() + np.where(np.arange(days + 7) >= days, added, 0)
    phases = phases_of(WEEK, anticipation_days=0, settling_days=0, others=())
    return impact(pd.DataFrame({"on": on, "orders": orders}), "orders", phases)


def test_orders_added_are_told_with_their_interval_and_no_money() -> None:
    found = measured(30)

    english, chinese = words_of(find, "order_impact", found.days, found)

    effect = found.effects["effect"].iloc[-1]
    assert 180 < effect < 240, "210 were added"
    assert f"there were **{effect:.0f} more orders** than without it" in english
    assert "whether it made money cannot be told" in english
    assert "CNY" not in english
    assert f"**多 {effect:.0f} 单**" in chinese
    assert "订单没有金额，算不出赚亏。" in chinese
    assert float(figures(find("order_impact", found.days, found))["added_orders"] or 0) == pytest.approx(effect)


@pytest.mark.parametrize(
    ("extra", "lang", "words"),
    [
        (0, "en", "which may be ordinary variation"),
        (0, "zh", "**分不清是不是平常波动**；订单没有金额，算不出赚亏。"),
        (-30, "en", "fewer orders** than without it"),
        (-30, "zh", "比没有活动时**少 "),
    ],
)
def test_a_week_without_effect_or_with_fewer_orders_says_so(extra: int, lang: str, words: str) -> None:
    found = measured(extra)

    assert words in find("order_impact", found.days, found, lang=lang).sentence


@pytest.mark.parametrize(
    ("lang", "step", "reservation"),
    [
        ("en", "Get the amounts of orders", "Orders have no amounts: what the orders that it added were worth"),
        ("zh", "补上订单金额，才能判断赚亏", "订单没有金额：多出来的订单值多少、抵不抵得上花费"),
    ],
)
def test_the_verdict_opens_with_orders_and_says_that_money_cannot_be_told(
    lang: str, step: str, reservation: str
) -> None:
    found = measured(30)

    finding = find("order_impact", found.days, found, lang=lang)

    assert (finding.state, finding.judged[0]) == ("open", finding.sentence)
    assert finding.judged[1].startswith(step)
    assert finding.reservation.startswith(reservation)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "so orders without it cannot be estimated. Orders have no amounts, so whether it made money cannot"),
        ("zh", "活动前可用的平常日只有 10 天，不足 28 天，推算不出没有活动时的订单。订单没有金额，算不出赚亏。"),
    ],
)
def test_without_history_there_is_no_number_and_the_verdict_says_that_money_cannot_be_told(
    lang: str, words: str
) -> None:
    found = measured(30, days=10)

    finding = find("order_impact", found.days, found, lang=lang)

    assert words in finding.sentence
    assert (finding.entries, finding.state, finding.judged[0]) == ((), "open", finding.sentence)


@pytest.mark.parametrize("days", [140, 10])
def test_the_chart_is_readable(days: int, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(measured(30, days=days).days, text))


def test_a_few_orders_are_not_told() -> None:
    found = measured(30)
    scarce = replace(found, effects=found.effects.assign(actual=3.0))

    finding = find("order_impact", found.days, scarce)

    assert "Fewer than five people" in finding.sentence
    assert (finding.table, finding.entries) == (None, ())
