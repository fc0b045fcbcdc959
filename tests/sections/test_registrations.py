"""What the section `registrations` says."""

from __future__ import annotations

from functools import partial

import pytest

from telling import DAILY, context_of, finder, lift

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17")
find = finder(context)


@pytest.mark.parametrize(
    ("registrations", "words"),
    [
        (100, "**+100.0%**, beyond the baseline's interval"),
        (55, "+10.0%, **within the baseline's interval**"),
        (10, "**−80.0%**, below the baseline's interval"),
    ],
)
def test_registrations_are_read_beside_the_baseline_ones(registrations: int, words: str) -> None:
    finding = find("registrations", DAILY, lift(registrations, 40.0, 60.0))

    assert words in finding.sentence
    assert "The peak was 11 Jan with 60." in finding.sentence
    assert "from the 8 weeks before" in finding.sentence


def test_registrations_without_a_baseline_compare_with_nothing() -> None:
    nothing = lift(100, float("nan"), float("nan")).assign(baseline=float("nan"))

    finding = find("registrations", DAILY, nothing)

    assert "there is nothing to compare with" in finding.sentence
    assert finding.entries[1].denominator is None


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "the baseline of as many days is 0"), ("zh", "往常同样天数为 0 人")]
)
def test_registrations_beside_none_have_no_rate_of_change(lang: str, words: str) -> None:
    none = lift(100, 0.0, 0.0).assign(baseline=0.0, lift_rate=float("nan"), lift_low=float("nan"))

    finding = find("registrations", DAILY, none, lang=lang)

    assert words in finding.sentence
    assert "NaN" not in finding.sentence
    assert finding.entries[1].value is None


def test_a_shop_without_sign_up_has_new_customers() -> None:
    finding = find("registrations", DAILY, lift(100, 40.0, 60.0), lang="zh", noun="first_order")

    assert finding.sentence.startswith("活动期新客户 **100 人**")


def test_few_new_users_are_not_compared_and_a_day_of_few_is_no_peak() -> None:
    finding = find("registrations", DAILY.assign(registrations=[4, 0]), lift(4, 40.0, 60.0))

    assert finding.sentence == (
        "**<5 new registrations** during the campaign; these are too few to compare. The peak was 11 Jan with 0. "
    )
    assert [entry.value for entry in finding.entries] == [None, None]
