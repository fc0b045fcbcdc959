"""Lint: what the reports of a period say against each other, in their params and in what they recorded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from retro.campaigns import CampaignParams
from retro.campaigns.quarter import Quarter
from retro.campaigns.review import Action
from retro.ledger import Ledger


@dataclass(frozen=True)
class Reported:
    """A report of the period.

    Attributes:
        name: Its name, such as 2025Q1/new_user_week.
        file: Its params file, for messages.
        params: What the file says.
        ledger: The figures of its newest edition; empty where it was not made yet.
    """

    name: str
    file: str
    params: CampaignParams
    ledger: Ledger


def lint(reports: Sequence[Reported]) -> list[str]:
    """Find what does not fit together: one line each, with file and key.

    - Targets of one figure that differ, also of a quarter's goal and the report that answers it.
    - Actions that are the same in two files, whose worth would be counted twice, and actions that pull one lever both
      ways.
    - Campaigns of a quarter that it does not list.
    - Figures of one name and window with two values, and stated figures of one name with two values.
    """
    found: list[str] = []
    for one, other in combinations(reports, 2):
        found += _targets(one, other)
        found += _actions(one, other)
        found += _values(one, other)
    for quarter in reports:
        if isinstance(quarter.params, Quarter):
            found += _answers(quarter, quarter.params, reports)
            found += _unlisted(quarter, quarter.params, reports)
    return found


def _targets(one: Reported, other: Reported) -> Iterator[str]:
    """Targets of one figure that differ, where both files judge the same days by it."""
    for name, target in one.params.targets.items():
        rival = other.params.targets.get(name)
        if rival is not None and rival != target and _same_days(one, other):
            yield _clash(one, f"targets.{name}", target, other, f"targets.{name}", rival)


def _answers(quarter: Reported, params: Quarter, reports: Sequence[Reported]) -> Iterator[str]:
    """Goals of a quarter whose target is another one in the report that answers them."""
    by_name = {report.name: report for report in reports}
    for goal, taken in params.taken.items():
        report, target = by_name.get(taken.report), params.targets.get(goal)
        rival = None if report is None else report.params.targets.get(taken.figure)
        if report is not None and target is not None and rival is not None and rival != target:
            yield _clash(quarter, f"targets.{goal}", target, report, f"targets.{taken.figure}", rival)


def _actions(one: Reported, other: Reported) -> Iterator[str]:
    for (place, action), (rival_place, rival) in product(
        enumerate(one.params.actions), enumerate(other.params.actions)
    ):
        here, there = f"{one.file}: actions.{place}", f"{other.file}: actions.{rival_place}"
        if likeness := _likeness(action, rival):
            doubled = f"its worth of {action.worth:,} is counted twice" if action.worth else "it is said twice"
            yield f"{here} must be another action than {there}, got the same {likeness}: {doubled}. Leave it in one."
        if action.lever and action.lever == rival.lever and action.direction != rival.direction:
            ways = f"{action.lever}: {action.direction} here and {rival.direction} there"
            yield f"{here}.direction must agree with {there}, got {ways}. Decide on one."


def _likeness(action: Action, rival: Action) -> str:
    """In what two actions are the same one; empty where they differ."""
    if action.what == rival.what:
        return "wording"
    told = (action.owner, action.due, action.worth) == (rival.owner, rival.due, rival.worth)
    return "owner, day and worth" if told and action.worth is not None else ""


def _values(one: Reported, other: Reported) -> Iterator[str]:
    """Figures of one name with two values: recorded over the same days, or stated."""
    if _same_days(one, other):
        for entry in one.ledger.entries:
            rival = other.ledger.get(entry.name)
            if rival is not None and None not in (entry.value, rival.value) and entry.value != rival.value:
                yield _clash(one, entry.name, entry.value, other, entry.name, rival.value)
    stated, rivals = one.params.stated.figures, other.params.stated.figures
    for name in stated.keys() & rivals.keys():
        if stated[name] != rivals[name]:
            yield _clash(one, f"stated.figures.{name}", stated[name], other, f"stated.figures.{name}", rivals[name])


def _unlisted(quarter: Reported, params: Quarter, reports: Sequence[Reported]) -> Iterator[str]:
    """Campaigns that lie in the quarter, and that its sums leave out."""
    for report in reports:
        inside = params.start <= report.params.start and report.params.end <= params.end
        campaign = bool(report.params.campaign_id) and "incremental_gmv" in report.params.judged_by
        if inside and campaign and report.name not in params.reports:
            yield (
                f"{quarter.file}: campaigns must list every campaign of the period, got no {report.name}. "
                "Its cost and contribution are missing from the sums."
            )


def _same_days(one: Reported, other: Reported) -> bool:
    return (one.params.start, one.params.end) == (other.params.start, other.params.end)


def _clash(one: Reported, key: str, value: Any, other: Reported, rival_key: str, rival: Any) -> str:  # noqa: ANN401 - numbers, and lists of them
    there = f"{other.file}: {rival_key}"
    return f"{one.file}: {key} must have one value, got {_said(value)} here and {_said(rival)} in {there}."


def _said(value: Any) -> str:  # noqa: ANN401 - as above
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
