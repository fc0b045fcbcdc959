"""Outcomes: each target beside the figure that answers it."""

from decimal import Decimal

from retro.campaigns import Goal
from retro.ledger import Entry, Ledger
from retro.sections.scorecard import Status, status
from retro.sections.section import Context

Outcome = tuple[Goal, str, Entry | None, Decimal, Status]
"""A goal, the figure's name, its entry where it was recorded, the target, and what `status` says of them."""


def outcomes(ledger: Ledger, context: Context) -> list[Outcome]:
    """The outcome of every target of the params, in their order."""
    return [
        (goal, name, ledger.get(name), target, status(ledger.get(name), target, goal))
        for name, target in context.params.targets.items()
        for goal in context.params.goals
        if goal.matches(name)
    ]
