"""The verdict where the data covers nothing that a kind is judged by."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from retro.judgement import borne_out, goals, verdict
from retro.ledger import Ledger, entry
from retro.sections import Context, Finding
from telling import context_of

ORDERS = Finding("The night had **814 orders**. ", (entry("orders", Decimal(814)),))


@pytest.mark.parametrize(
    ("findings", "first"),
    [
        ({"hourly_sales": ORDERS}, "The night had **814 orders**. "),
        ({"gmv_race": Finding("Not known. ", covered=False), "hourly_sales": ORDERS}, "The night had **814 orders**. "),
        ({"gmv_race": Finding("Not known. ", covered=False)}, "Not known. "),
        ({"gmv_race": Finding("All sold. "), "hourly_sales": ORDERS}, "All sold. "),
    ],
    ids=["no amounts", "amounts that say nothing", "nothing else", "its own"],
)
def test_what_the_data_covers_stands_in_for_what_it_does_not(findings: dict[str, Finding], first: str) -> None:
    context = context_of("flash_sale_night", start="2025-03-01", end="2025-03-02T00:00")

    told = verdict(findings, Ledger(), context)

    assert told.first == (first,)


HINTS = {"what": "Ship the hints", "owner": "Product", "due": "2025-05-01", "proof": "new_users", "ships": "hints"}
SMS = {"what": "Send fewer texts", "owner": "Growth", "due": "2025-05-02", "proof": "new_users"}
OPEN = Finding(
    "", judged=("Cannot be told. ", "Hold some out. "), judged_beside=("It worked. ", "Book. "), state="open"
)

KEPT = {"name": "kept", "kind": "conversion", "retention": {"day": 1}}


def _week(**keys: Any) -> Context:
    trial = {
        "id": "hints",
        "title": "New hints",
        "arms": ["old", "new"],
        "primary": [KEPT],
    }
    window = {"start": "2025-01-10T00:00", "end": "2025-01-17T00:00"}
    return context_of("new_user_week", **window, experiments=[trial], **keys)


@pytest.mark.parametrize("ships", [True, False])
def test_an_action_waits_where_its_experiment_does_not_say_to_ship(ships: bool) -> None:
    context = _week(actions=[HINTS | {"worth": 90}, SMS | {"worth": 10}], targets={"new_users": 5})
    findings = {"experiments": Finding("", ships={"hints": ships}), "roi": OPEN}

    weighed = borne_out(context, findings)
    told = verdict(findings, Ledger(), weighed)

    waits = "Not yet, since “New hints” does not bear it out: Ship the hints"
    assert ("Ship the hints" if ships else "Send fewer texts") in told.step
    assert [action.what["en"] for action in weighed.params.actions] == (
        ["Ship the hints", "Send fewer texts"] if ships else ["Send fewer texts", waits]
    )
    worth = "The actions together are worth 100 CNY" if ships else "10 CNY in all"
    assert worth in goals(Ledger(), weighed).sentence.replace("10.00", "10").replace("100.00", "100")


def test_what_an_action_is_worth_is_its_owners_word_where_nothing_is_proved() -> None:
    context = _week(actions=[SMS | {"worth": 8000}])

    words = {state: verdict({"roi": replace(OPEN, state=state)}, Ledger(), context).step for state in ("open", "made")}

    assert "(Growth, by 2 May 2025, 8,000 CNY by its owner's estimate, not proven here)" in words["open"]
    assert "(Growth, by 2 May 2025, expected 8,000 CNY)" in words["made"]


@pytest.mark.parametrize(("shown", "first"), [(False, "Cannot be told. "), (True, "It worked. ")])
def test_money_that_cannot_be_told_is_no_effect_only_where_nothing_shows_one(shown: bool, first: str) -> None:
    findings = {"win_back": Finding("105 came back. ", shown=shown), "roi": OPEN}

    assert verdict(findings, Ledger(), _week()).first[0] == first


@pytest.mark.parametrize(("state", "words"), [("open", "which proves no effect"), ("", "keep the plan")])
def test_targets_that_are_met_keep_no_plan_whose_effect_is_open(state: Any, words: str) -> None:
    met = Finding("5 came. ", (entry("new_users", Decimal(5)),))
    findings = {"registrations": met, "roi": replace(OPEN, state=state, judged=OPEN.judged if state else ())}

    assert words in verdict(findings, Ledger(entries=met.entries), _week(targets={"new_users": 5})).step
