"""The brief takes what decides from the findings and the params, and makes nothing up."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from retro.blocks import Figure, ScoreRow
from retro.i18n import Lang
from retro.judgement import brief, verdict
from retro.judgement.verdict import Told
from retro.ledger import Ledger
from retro.sections import Finding
from retro.sections.section import Decision
from telling import context_of

context = partial(context_of, "new_user_week", campaign_id="c1", start="2025-01-10", end="2025-01-17T00:00")

TOLD = Told(("**It lost money**: −5. ", "Stop it. "), "Next: 2 actions. ", ("Because. ",), judged=True, planned=True)
CHART = Figure(svg="<svg/>", alt="A chart")


def action(what: str, worth: int | None = None) -> dict[str, Any]:
    return {"what": what, "owner": "Team", "due": "2025-05-01", "worth": worth, "proof": "gmv"}


def row(label: str, target: str = "", value: str = "3") -> ScoreRow:
    return ScoreRow(label=label, value=value, target=target)


def test_actions_stand_by_worth_and_those_without_one_say_nothing() -> None:
    actions = [action("a"), action("b", 5), action("c", 150_000), action("d")]
    told = brief(TOLD, (), {}, {}, context(actions=actions))

    assert [(one.what, one.worth) for one in told.actions] == [("c", "150K CNY"), ("b", "5 CNY"), ("a", "")]
    assert told.more_actions == 1
    assert told.step == ()


def test_a_step_that_no_action_says_is_told() -> None:
    told = brief(Told((), "Next: set targets. ", ()), (), {}, {}, context())

    assert "".join(span.text for span in told.first[0]) == "Next: set targets."
    assert (told.step, told.actions, told.tiles, told.chart) == ((), (), (), None)


def test_tiles_are_figures_with_a_target_filled_up_to_three() -> None:
    rows = [row("a", "5"), row("unobserved", "5", ""), row("b"), row("c"), row("d")]

    assert [one.label for one in brief(TOLD, rows, {}, {}, context()).tiles] == ["a", "b", "c"]
    assert len(brief(TOLD, [row(str(n), "5") for n in range(9)], {}, {}, context()).tiles) == 5


@pytest.mark.parametrize(
    ("drawn", "shown"), [(("funnel", "roi", "impact"), "impact"), (("funnel", "roi"), "roi"), (("funnel",), "funnel")]
)
def test_the_chart_is_the_kinds_own_else_one_of_the_verdict_else_any(drawn: tuple[str, ...], shown: str) -> None:
    charts = {name: CHART.model_copy(update={"alt": name}) for name in drawn}
    told = brief(TOLD, (), {}, charts, context())

    assert told.chart is not None
    assert told.chart.alt == shown


def test_the_reservation_is_that_of_the_money_and_its_absence_is_said() -> None:
    findings = {
        "funnel": Finding("", warnings=("Few. ",)),
        "roi": Finding("", state="lost", reservation="No hold-out. "),
    }

    def said(**found: Finding) -> str:
        return "".join(span.text for span in brief(TOLD, (), found, {}, context()).reservation)

    assert said(**findings) == "No hold-out."
    assert said(funnel=findings["funnel"]) == "Few."
    assert said(registrations=Finding("")) == "No section raised a reservation."
    assert said().startswith("The data covers none of the sections that this kind of campaign is judged by")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The shop has no orders: what the campaign added, and whether it paid, is not known."),
        ("zh", "店铺没有 orders：活动带来多少、赚没赚到，都不知道。"),
    ],
)
def test_without_orders_the_reservation_is_that_nobody_knows_whether_it_paid(lang: Lang, words: str) -> None:
    asked = replace(context(lang=lang), lacking={"impact": "orders"})

    told = brief(TOLD, (), {"registrations": Finding("")}, {}, asked)

    assert "".join(span.text for span in told.reservation) == words


def test_days_that_were_found_in_the_data_prove_nothing() -> None:
    asked = context(found_in_data=True)
    findings = {"roi": Finding("", state="made", judged=("It made money. ", "Keep it. "))}
    told = brief(verdict(findings, Ledger(), asked), (), findings, {}, asked)

    assert told.state == "open"
    assert "made money" not in str(told.first)
    assert "picked because" in "".join(span.text for span in told.reservation)


def test_long_words_are_cut_where_the_sheet_ends() -> None:
    long = "W" * 5_000
    told = brief(
        Told((long,), "", ()), [row(long, "1")], {"roi": Finding("", state="open", reservation=long)}, {},
        context(actions=[action(long, 1)]),
    )  # fmt: skip

    assert max(len(words) for words in (told.first[0][0].text, told.reservation[0].text, told.actions[0].what)) <= 320
    assert len(told.tiles[0].label) == 48
    assert told.actions[0].what.endswith("…")


def test_what_the_verdict_decides_is_the_first_action() -> None:
    told = replace(TOLD, decision=Decision("Keep it", "5 CNY"))
    asked = context(actions=[action("a", 7)], decision={"owner": "Head", "due": "2025-04-30"})

    first, second = brief(told, (), {}, {}, asked).actions
    assert (first.what, first.owner, first.due, first.worth) == ("Keep it", "Head", "30 Apr 2025", "5 CNY")
    assert second.what == "a"
    nobody = brief(told, (), {}, {}, context()).actions[0]
    assert (nobody.owner, nobody.due) == ("Owner not named", "No date set")


def test_after_a_stop_other_actions_hold_for_another_edition_alone() -> None:
    asked = context(actions=[action("Push more", 7)])
    decided = Decision("Stop it", stops=True)
    findings = {"roi": Finding("", state="lost", judged=("It lost. ", "Stop it. "), decision=decided)}
    told = verdict(findings, Ledger(), asked)

    assert [one.what for one in brief(told, (), findings, {}, asked).actions] == [
        "Stop it",
        "If it is run again: Push more",
    ]
    assert told.step.startswith("If it is run again: 1 action is set")


def test_beside_a_step_that_was_found_the_actions_are_not_told_twice() -> None:
    asked = context(actions=[action("Push more", 7)], targets={"new_users": 10})
    findings = {
        asked.params.headlines[0]: Finding(
            "Few paid. ", headline=("Few paid. ",), next_step="At once: look into payment. "
        )
    }
    told = verdict(findings, Ledger(), asked)

    sheet = brief(told, (), findings, {}, asked)
    assert "".join(span.text for span in sheet.step) == "At once: look into payment."
    assert [one.what for one in sheet.actions] == ["Push more"]
    assert told.step.startswith("At once: look into payment. Also: 1 action is set")
