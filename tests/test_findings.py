from __future__ import annotations

import dataclasses
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from retro import figures
from retro.judgement import verdict
from retro.ledger import Entry, Ledger
from retro.sections import Finding
from retro.sections.scorecard import scorecard, status
from telling import DAILY, context_of, finder, lift

FACTS: dict[str, Any] = {"tables": ("orders",), "definition": "repurchase"}


context = partial(context_of, "new_user_week", campaign_id="c1", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


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

    card, others = scorecard(ledger, before, context(targets={"new_users": 120, "day_7_retention_rate": "0.5"}))

    assert [(row.label, row.value, row.target, row.previous, row.status_text) for row in card.rows] == [
        ("New registrations", "100", "120", "90", "× missed"),
        ("Day-7 retention", "", "50%", "", "○ no data yet"),
    ]
    assert [[cell.text for cell in row] for table in others for row in table.rows] == [
        ["Repurchase rate", "Repurchase", "30.0%", "25.0% – 36.0%"],
    ]


def test_verdict_counts_targets_and_says_what_to_do() -> None:
    ledger = Ledger([Entry(name="new_users", value=Decimal(100), unit="users", **FACTS), entry("0.3")])
    finding = find("registrations", DAILY, lift(100, 40.0, 60.0))
    asked = context(targets={"new_users": 120, "repurchase_rate": "0.2"})

    sentences = verdict({"registrations": finding}, ledger, asked).sentences

    assert len(sentences) == 3
    assert sentences[1] == "1 of 2 targets met; missed: New registrations 100 (target 120). "
    assert sentences[2].startswith("Next: find out why “New registrations” missed its target")


def test_verdict_without_targets_asks_for_them() -> None:
    assert verdict({}, Ledger(), context()).sentences[-1].startswith("Next: no targets were set")


def test_verdict_says_what_the_section_of_a_missed_target_proposes() -> None:
    missed = Entry(name="new_users", value=Decimal(100), unit="users", **{**FACTS, "definition": "registrations"})
    finding = dataclasses.replace(find("registrations", DAILY, lift(100, 40.0, 60.0)), next_step="Next: mend it. ")
    proposed = Finding("", next_step="Next: ship it. ", headline=("It works. ",))

    asked = context(targets={"new_users": 120})
    sentences = verdict({"registrations": finding, "experiments": proposed}, Ledger([missed]), asked).sentences

    assert sentences[1] == "It works. "
    assert sentences[-1] == "Next: ship it. Also: mend it. "


def test_verdict_passes_over_findings_without_figures_where_there_are_others() -> None:
    sentences = verdict(
        {"registrations": find("registrations", DAILY, lift(100, 40.0, 60.0)), "roi": Finding("No cost. ")},
        Ledger(),
        context(),
    ).sentences

    assert not any("No cost" in sentence for sentence in sentences)


def test_figures_with_a_target_open_the_scorecard() -> None:
    ledger = Ledger([Entry(name="new_users", value=Decimal(100), unit="users", **FACTS), entry("0.3")])

    card, _others = scorecard(ledger, Ledger(), context(targets={"repurchase_rate": "0.2"}))

    assert [row.label for row in card.rows] == ["Repurchase rate"]
