from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro import figures
from retro.judgement import verdict
from retro.ledger import Entry, Ledger
from retro.sections import Finding, scorecard
from retro.sections.scorecard import status
from telling import context_of, finder

UNTIL = dt.datetime(2025, 4, 1)
FACTS: dict[str, Any] = {"tables": ("orders",), "definition": "repurchase"}


context = partial(context_of, "new_user_week", campaign_id="c1", start="2025-01-10", end="2025-01-17")
find = finder(context)
DAILY = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 10), dt.date(2025, 1, 11)],
        "registrations": [40, 60],
        "baseline": [20.0, 30.0],
    }
)


def lift(registrations: int, low: float, high: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "registrations": [registrations],
            "baseline": [50.0],
            "baseline_low": [low],
            "baseline_high": [high],
            "lift_rate": [registrations / 50 - 1],
            "lift_low": [0.5],
            "lift_high": [1.5],
            "baseline_windows": [8],
        }
    )


@pytest.mark.parametrize(
    ("registrations", "words"),
    [
        (100, "**+100.0%**, beyond what is usual"),
        (55, "+10.0%, **within what is usual**"),
        (10, "**−80.0%**, less than usual"),
    ],
)
def test_registrations_are_read_beside_the_usual_ones(registrations: int, words: str) -> None:
    finding = find("registrations", DAILY, lift(registrations, 40.0, 60.0))

    assert words in finding.sentence
    assert "The peak was 11 Jan with 60." in finding.sentence
    assert "from the 8 weeks before" in finding.sentence


def test_registrations_without_a_baseline_compare_with_nothing() -> None:
    nothing = lift(100, float("nan"), float("nan")).assign(baseline=float("nan"))

    finding = find("registrations", DAILY, nothing)

    assert "there is nothing to compare with" in finding.sentence
    assert finding.entries[1].denominator is None


@pytest.mark.parametrize(("lang", "words"), [("en", "usually bring none"), ("zh", "往常同样天数为 0 人")])
def test_registrations_beside_none_have_no_rate_of_change(lang: str, words: str) -> None:
    none = lift(100, 0.0, 0.0).assign(baseline=0.0, lift_rate=float("nan"), lift_low=float("nan"))

    finding = find("registrations", DAILY, none, lang=lang)

    assert words in finding.sentence
    assert "NaN" not in finding.sentence
    assert finding.entries[1].value is None


def test_a_shop_without_sign_up_has_new_customers() -> None:
    finding = find("registrations", DAILY, lift(100, 40.0, 60.0), lang="zh", noun="first_order")

    assert finding.sentence.startswith("活动期新客户 **100 人**")


FUNNEL = pd.DataFrame(
    {
        "step": ["register", "log_in", "order"],
        "users": [100, 90, 18],
        "step_rate": [float("nan"), 0.9, 0.2],
        "total_rate": [1.0, 0.9, 0.18],
        "low": [0.96, 0.83, 0.12],
        "high": [1.0, 0.95, 0.27],
        "median_hours": [float("nan"), 0.5, 7.0],
    }
)


def test_funnel_names_the_step_that_loses_most() -> None:
    finding = find("funnel", FUNNEL)

    assert "**18 of 100 went all the way, 18.0%**" in finding.sentence
    assert "between “log in” and “order”: only 20.0% go on, 72 do not" in finding.sentence
    (entry,) = finding.entries
    assert (entry.value, entry.numerator, entry.denominator) == (Decimal("0.18"), Decimal(18), Decimal(100))


def test_a_funnel_nobody_entered_records_nothing() -> None:
    finding = find("funnel", FUNNEL.assign(users=0, step_rate=float("nan"), total_rate=float("nan")))

    assert "Nobody did “register”" in finding.sentence
    assert finding.entries == ()


def retention_frame(campaign_state: str = "observed") -> pd.DataFrame:
    unseen = campaign_state == "unobserved"
    return pd.DataFrame(
        {
            "cohort": ["campaign", "usual"],
            "day": [1, 1],
            "eligible": [0 if unseen else 100, 400],
            "retained": [None if unseen else 72, 240],
            "rate": [float("nan") if unseen else 0.72, 0.6],
            "low": [float("nan") if unseen else 0.66, 0.57],
            "high": [float("nan") if unseen else 0.78, 0.63],
            "state": [campaign_state, "observed"],
        }
    )


def test_retention_is_above_when_the_intervals_are_apart() -> None:
    finding = find("retention", retention_frame())

    assert "Day-1 retention was **72.0%** (72/100, 95% interval 66.0% – 78.0%), **above** the usual" in finding.sentence
    assert "+12.0 pp" in finding.sentence


def test_what_is_not_observed_is_missing_and_never_zero() -> None:
    finding = find("retention", retention_frame("unobserved"))

    assert "Day 1 has not been wholly observed: left empty, not counted as 0." in finding.sentence
    assert finding.entries[0].value is None


@pytest.mark.parametrize(("lang", "words"), [("en", "No new registrations during"), ("zh", "活动期没有新增注册用户")])
def test_a_campaign_that_nobody_joined_is_not_said_to_be_unobserved(lang: str, words: str) -> None:
    finding = find("retention", retention_frame("unobserved").assign(state=["empty", "observed"]), lang=lang)

    assert finding.sentence.startswith(words)
    assert "observed" not in finding.sentence
    assert "观测" not in finding.sentence


def entry(value: str | None, low: str | None = None, high: str | None = None) -> Entry:
    number = {"value": value, "low": low, "high": high}
    return Entry(
        name="repurchase_rate", unit="rate", **FACTS, **{key: text and Decimal(text) for key, text in number.items()}
    )


@pytest.mark.parametrize(
    ("figure", "target", "expected"),
    [
        (None, "0.2", "unobserved"),
        (entry(None), "0.2", "unobserved"),
        (entry("0.3"), None, "no_target"),
        (entry("0.3"), "0.3", "met"),
        (entry("0.2"), "0.3", "missed"),
        (entry("0.2", "0.1", "0.4"), "0.3", "unsure"),
        (entry("0.2", "0.1", "0.3"), "0.3", "missed"),
    ],
)
def test_status_of_a_figure(figure: Entry | None, target: str | None, expected: str) -> None:
    goal = figures.figure("repurchase_rate")

    assert status(figure, target and Decimal(target), goal) == expected  # type: ignore[arg-type]  # None stays None


def test_lower_cost_is_better() -> None:
    goal = figures.figure("cac_all_cost")

    assert status(Entry(name="cac_all_cost", unit="money", value=Decimal(9), **FACTS), Decimal(10), goal) == "met"


def test_scorecard_shows_targets_without_figures_and_figures_without_targets() -> None:
    ledger = Ledger([Entry(name="new_users", value=Decimal(100), unit="users", **FACTS), entry("0.3", "0.25", "0.36")])
    before = Ledger([Entry(name="new_users", value=Decimal(90), unit="users", **FACTS)])

    card = scorecard(ledger, before, context(targets={"new_users": 120, "day_7_retention_rate": "0.5"}))

    assert [(row.label, row.value, row.target, row.previous, row.status_text) for row in card.rows] == [
        ("New registrations", "100", "120", "90", "× missed"),
        ("Day-7 retention", "", "50.0%", "", "○ no data yet"),
        ("Repurchase rate", "30.0%", "", "", "– no target"),
    ]


def test_verdict_counts_targets_and_says_what_to_do() -> None:
    ledger = Ledger([Entry(name="new_users", value=Decimal(100), unit="users", **FACTS), entry("0.3")])
    finding = find("registrations", DAILY, lift(100, 40.0, 60.0))
    asked = context(targets={"new_users": 120, "repurchase_rate": "0.2"})

    sentences = verdict({"registrations": finding}, ledger, asked)

    assert len(sentences) == 3
    assert sentences[1] == "1 of 2 targets met; missed: New registrations 100 (target 120). "
    assert sentences[2].startswith("Next: find out why “New registrations” missed its target")


def test_verdict_without_targets_asks_for_them() -> None:
    assert verdict({}, Ledger(), context())[-1].startswith("Next: no targets were set")


def test_verdict_says_what_the_section_of_a_missed_target_proposes() -> None:
    missed = Entry(name="new_users", value=Decimal(100), unit="users", **{**FACTS, "definition": "registrations"})
    finding = dataclasses.replace(find("registrations", DAILY, lift(100, 40.0, 60.0)), next_step="Next: mend it. ")
    proposed = Finding("", next_step="Next: ship it. ", headline=("It works. ",))

    asked = context(targets={"new_users": 120})
    sentences = verdict({"registrations": finding, "experiments": proposed}, Ledger([missed]), asked)

    assert sentences[1] == "It works. "
    assert sentences[-1] == "Next: ship it. Also: mend it. "


def test_verdict_passes_over_findings_without_figures_where_there_are_others() -> None:
    sentences = verdict(
        {"registrations": find("registrations", DAILY, lift(100, 40.0, 60.0)), "roi": Finding("No cost. ")},
        Ledger(),
        context(),
    )

    assert not any("No cost" in sentence for sentence in sentences)


def test_figures_with_a_target_open_the_scorecard() -> None:
    ledger = Ledger([Entry(name="new_users", value=Decimal(100), unit="users", **FACTS), entry("0.3")])

    card = scorecard(ledger, Ledger(), context(targets={"repurchase_rate": "0.2"}))

    assert [row.label for row in card.rows] == ["Repurchase rate", "New registrations"]
