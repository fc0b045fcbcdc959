from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from retro.campaigns.review import Action
from retro.judgement import followed_up, goals
from retro.ledger import Entry, Ledger
from telling import quarter


def entry(name: str, value: str | None, low: str | None = None, high: str | None = None, unit: Any = "rate") -> Entry:
    numbers = {
        key: None if one is None else Decimal(one) for key, one in (("value", value), ("low", low), ("high", high))
    }
    return Entry(name=name, unit=unit, tables=(), definition="taken", **numbers)  # type: ignore[arg-type]  # three decimals


def action(**keys: Any) -> Action:
    given = {"what": "Pay on day 7", "owner": "Growth", "due": "2025-05-31", "proof": "day_1_retention_rate"}
    return Action.model_validate(given | keys)


def test_each_target_has_its_result_cause_and_action() -> None:
    plan = action(target="day_1_retention_rate", cause="Came for the reward", worth="100").model_dump(mode="json")
    targets = {"day_1_retention_rate": "0.85", "campaigns_cost": "100", "nps": "50"}
    ledger = Ledger([entry("day_1_retention_rate", "0.7"), entry("campaigns_cost", "120", unit="money")])

    found = goals(ledger, quarter(targets=targets, actions=[plan]))

    assert found.sentence.startswith("Of 3 targets **2 were missed**; 1 of them has an action. ")
    assert found.sentence.endswith(" 1 cannot be decided yet. The action is worth 100 CNY.")
    assert "Missed and **without an action**: Cost of the campaigns." in found.warnings[0]
    assert found.table is not None
    assert [cell.text for cell in found.table.rows[0]] == ["Day-1 retention", "70.0% (target 85%)", "× missed"]
    (answers,) = found.exhibits
    assert answers.table is not None
    assert [[cell.text for cell in row] for row in answers.table.rows] == [
        [
            "Day-1 retention",
            "Came for the reward",
            "Pay on day 7 (Growth, by 31 May 2025, expected 100 CNY, proof: Day-1 retention)",
        ]
    ]
    assert found.table.rows[2][1].text == "no data yet (target 50)"
    unseen = goals(Ledger([]), quarter(targets={"nps": "50"}, actions=[]))
    assert unseen.sentence == "Of 1 target **none can be decided yet**."


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (("0.70", "0.68", "0.72"), ("0.76", "0.74", "0.78"), "✓ reached"),
        (("0.70", "0.68", "0.72"), ("0.74", "0.73", "0.745"), "△ better, not reached"),
        (("0.70", "0.68", "0.72"), ("0.71", "0.69", "0.73"), "△ no change to be seen"),
        (("0.70", "0.68", "0.72"), ("0.60", "0.58", "0.62"), "× worse"),
        (("0.70", "0.68", "0.72"), (None, None, None), "○ no data yet"),
    ],
)
def test_an_action_is_judged_by_its_proof_beyond_chance(before: Any, after: Any, word: str) -> None:
    name = "day_1_retention_rate"
    ledgers = Ledger([entry(name, *before)]), Ledger([entry(name, *after)])

    found = followed_up((action(aim="0.75"),), *ledgers, quarter())

    assert found.table is not None
    assert found.table.rows[0][-1].text == word
    assert found.table.rows[0][3].text == "70.0% (68.0% – 72.0%)"


def test_without_targets_or_actions_there_is_nothing_to_say() -> None:
    assert goals(Ledger(), quarter()).sentence == ""
    assert followed_up((), Ledger(), Ledger(), quarter()).sentence == ""
