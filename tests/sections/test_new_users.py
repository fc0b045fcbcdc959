"""What the findings on reach, segments, pace, tasks, second orders and the worth of new users say."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro import charts
from retro.i18n import LANGS, Lang, load_text
from retro.sections import SECTIONS
from retro.sections.segments import span
from telling import context_of, figures, finder

NAN = float("nan")
REACH = pd.DataFrame(
    [
        ("app", 120, 0.6, 50.0, 1.4, 90, 0.75, 0.66, 0.82),
        ("sms", 80, 0.4, 8.0, 9.0, 70, 0.875, 0.78, 0.93),
    ],
    columns=["channel", "registrations", "share", "baseline", "lift_rate", "reached", "rate", "low", "high"],
)


context = partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17")
find = finder(context)


def test_reach_says_who_was_reached_and_which_channel_brought_most() -> None:
    finding = find("reach", REACH)

    assert "**80.0% of the new registrations came into touch with the campaign** (160/200" in finding.sentence
    assert "Most was added by SMS: 80, usually 8, **72 more**" in finding.sentence
    assert "grew fastest" not in finding.sentence  # it is the same channel
    assert figures(finding) == {"reach_rate": Decimal("0.8")}


def test_reach_without_a_record_of_touches_only_says_what_channels_brought() -> None:
    finding = find("reach", REACH.assign(reached=pd.NA, rate=NAN, low=NAN, high=NAN))

    assert "nobody knows how many saw it" in finding.sentence
    assert "Most was added by SMS" in finding.sentence
    assert not finding.entries
    assert not finding.exhibits


@pytest.mark.parametrize("lang", LANGS)
def test_reach_that_cannot_be_told_is_one_line(lang: Lang) -> None:
    finding = find("reach", REACH.head(1).assign(channel=None, reached=0), lang=lang)

    assert not finding.covered
    assert len(finding.sentence.splitlines()) == 1


def test_the_busiest_minute_stands_beside_the_usual_pace() -> None:
    at = pd.date_range(dt.datetime(2025, 1, 10), periods=3, freq="min", unit="us")  # usually 60 an hour
    frame = pd.DataFrame({"at": at, "events": [1, 4, 0], "smoothed": [1.0, 1.5, 2.0], "baseline_smoothed": [1.0] * 3})
    finding = find("registration_minutes", frame)

    assert "**10 Jan 00:01 with 4 new registrations**" in finding.sentence
    assert "the peak was 10 Jan 00:02 with 2 a minute. That is 2.0 times" in finding.sentence
    assert figures(finding) == {"peak_minute_registrations": 4}
    assert "times" not in find("registration_minutes", frame.assign(baseline_smoothed=0.01)).sentence
    assert not find("registration_minutes", frame.assign(events=0)).covered


def segments(rate: float) -> pd.DataFrame:
    rows = [
        ("channel", "app", "register", 900, 900, 1.0, 0.99, 1.0),
        ("channel", "app", "order", 450, 900, 0.5, 0.45, 0.55),
        ("channel", "sms", "register", 100, 100, 1.0, 0.95, 1.0),
        ("channel", "sms", "order", round(100 * rate), 100, rate, rate - 0.1, rate + 0.1),
    ]
    return pd.DataFrame(rows, columns=["attribute", "group", "step", "users", "before", "rate", "low", "high"])


def test_the_group_that_loses_most_is_named_with_its_step() -> None:
    sentence = find("funnel_segments", segments(0.2)).sentence

    assert "“order” by channel SMS: **20.0%** (20/100, 95% interval 10.0% – 30.0%), all users 47.0%" in sentence


def test_groups_that_do_not_differ_point_to_the_step_itself() -> None:
    finding = find("funnel_segments", segments(0.45))

    assert "no step converts clearly worse" in finding.sentence
    assert [exhibit.chart for exhibit in finding.exhibits] == [charts.panels]


def test_factors_say_whether_any_group_stands_out() -> None:
    columns = ["attribute", "group", "users", "converted", "rate", "odds_ratio", "odds_low", "odds_high"]
    clear = pd.DataFrame([("channel", "sms", 100, 20, 0.2, 0.28, 0.15, 0.5)], columns=columns)

    assert "channel: SMS, odds ratio **0.28**" in find("drop_off_factors", clear).sentence
    assert "hold 1. Lowest is channel: SMS, 0.28" in find("drop_off_factors", clear.assign(odds_high=1.2)).sentence
    assert not find("drop_off_factors", clear.head(0)).covered


def test_pace_names_the_slowest_and_the_fastest_step() -> None:
    links = {"from_step": ["register", "log_in"], "to_step": ["log_in", "order"]}
    micro = pd.DataFrame({**links, "minutes": [60, 60], "users": [100, 90], "converted": [90, 9], "rate": [0.9, 0.1]})
    seconds = {"lower_seconds": [20.0, 300.0], "median_seconds": [46.0, 45_000.0], "upper_seconds": [60.0, 190_000.0]}
    times = pd.DataFrame({**links, "users": [90, 9], **seconds})
    finding = find("micro_funnel", micro, times)

    assert "“log in → order”: **half of those who take it need 12.5 h**" in finding.sentence
    assert "Within 1 h only 10.0% go on (9/90)" in finding.sentence
    assert "The fastest is “register → log in”, half within 46 s" in finding.sentence
    assert figures(finding) == {"slowest_step_median_seconds": 45_000}
    assert not find("micro_funnel", micro, times.assign(users=0)).covered


def test_times_are_told_in_the_unit_a_reader_would_take() -> None:
    text = load_text("en")

    assert [span(seconds, text) for seconds in (46, 325, 45_000, 190_000)] == ["46 s", "5.4 min", "12.5 h", "2.2 d"]
    assert span(NAN, text) == ""


def test_tasks_say_who_took_part_and_who_finished() -> None:
    frame = pd.DataFrame(
        [(None, 100, 80, 60, 0.75, 0.6, 0.8, 2.0), ("add_to_cart", 100, 30, 9, 0.3, 0.2, 0.5, 1.0)],
        columns=["task", "users", "started", "completed", "rate", "low", "high", "median_minutes"],
    )
    finding = find("tasks", frame)

    assert "80.0% of the new registrations took up a task (80/100)" in finding.sentence
    assert "**75.0% of these finished at least one** (60/80" in finding.sentence
    assert figures(finding) == {
        "task_participation_rate": Decimal("0.8"),
        "task_completion_rate": Decimal("0.75"),
        "task_participants": 80,
    }
    assert not find("tasks", frame.head(0)).covered


@pytest.mark.parametrize(("p_value", "words"), [(0.01, "**sooner than usual**"), (0.4, "not clearly different")])
def test_second_orders_are_compared_by_their_pace(p_value: float, words: str) -> None:
    curve = pd.DataFrame(
        [
            ("campaign", 7, 600, 50, 0.25, 0.2, 0.3),
            ("campaign", 60, 300, 9, 0.4, 0.35, 0.45),
            ("usual", 7, 900, 90, 0.2, 0.18, 0.22),
        ],
        columns=["cohort", "days", "at_risk", "repurchased", "rate", "low", "high"],
    )
    test = pd.DataFrame([{"campaign_buyers": 682, "usual_buyers": 3038, "p_value": p_value}])
    finding = find("second_order", curve, test)

    assert "Within 28 days of the first order an estimated **25.0% bought again**" in finding.sentence
    assert words in finding.sentence
    assert figures(finding) == {"second_order_rate": Decimal("0.25")}
    assert not find("second_order", curve[curve["days"] > 28], test).covered


def value(**campaign: Any) -> pd.DataFrame:
    rows = [
        {"cohort": "campaign", "eligible": 100, "buyers": 20, "low": 20.0, "high": 27.0, "state": "observed"}
        | campaign,
        {"cohort": "usual", "eligible": 400, "buyers": 90, "low": 28.0, "high": 30.0, "state": "observed"},
    ]
    frame = pd.DataFrame(rows)
    frame["per_user"] = pd.Series([campaign.get("per_user", Decimal("23.50")), Decimal("29.00")], dtype=object)
    frame["contribution"] = pd.Series([campaign.get("per_user", Decimal("2350.00")), Decimal(11600)], dtype=object)
    return frame


def test_a_cohort_is_worth_what_its_users_left() -> None:
    finding = find("cohort_value", value())

    assert "**23.50 CNY** within 30 days" in finding.sentence
    assert "**below** the usual 29.00 CNY (400 users)" in finding.sentence
    assert figures(finding)["value_per_new_user"] == Decimal("23.50")
    assert "cost is not known" not in finding.sentence


def test_a_cohort_whose_goods_or_days_are_not_known_has_no_worth() -> None:
    assert "not taken as 0" in find("cohort_value", value(per_user=None)).sentence
    assert "not counted as 0" in find("cohort_value", value(state="unobserved")).sentence


def discount(**changes: Any) -> pd.DataFrame:
    row = {
        "users": 100,
        "orders": 20,
        "discounted": 10,
        "listed": Decimal("1000.00"),
        "discount": Decimal("60.00"),
        "paid": Decimal("935.00"),
        "discount_per_order": Decimal("6.00"),
        "margin_before": Decimal("300.00"),
        "margin": Decimal("240.00"),
        "margin_lost_rate": 0.2,
    }
    return pd.DataFrame([row | changes], dtype=object).astype({"users": "int64", "orders": "int64"})


def test_the_discount_is_told_beside_the_margin_it_took() -> None:
    finding = find("first_order_discount", discount())

    assert "**gave away 60.00 CNY, 6.00 CNY each**" in finding.sentence
    assert "**20.0%** of the margin before it" in finding.sentence
    assert figures(finding) == {
        "first_order_rate": Decimal("0.2"),
        "first_order_discount": Decimal("60.00"),
        "first_order_discount_each": Decimal("6.00"),
    }
    (steps,) = finding.exhibits
    assert steps.frame is not None
    assert steps.frame["amount"].tolist() == [Decimal(amount) for amount in (1000, -60, -5, 935, -695, 240)]


def test_a_discount_that_nobody_got_is_said() -> None:
    none = find("first_order_discount", discount(discounted=0))

    assert "No first order carries a discount" in none.sentence
    assert figures(none) == {"first_order_rate": Decimal("0.2")}
    assert not find("first_order_discount", discount(orders=0)).covered


def test_a_shop_that_knows_no_registration_has_no_first_order_rate() -> None:
    finding = SECTIONS["first_order_discount"](
        discount(discounted=0), dataclasses.replace(context(), noun="first_order")
    )

    assert not finding.covered
    assert not finding.entries


def test_goods_that_are_not_known_leave_the_margin_out() -> None:
    finding = find("first_order_discount", discount(margin=None, margin_before=None, margin_lost_rate=NAN))

    assert "margin" not in finding.sentence
    assert finding.exhibits[0].frame is not None
    assert len(finding.exhibits[0].frame) == 4
