"""Cohorts: the campaign's new people, the usual ones of the weeks before, and how much of a cell can be known."""

from __future__ import annotations

CAMPAIGN = "campaign"
"""The cohort that came in the campaign's window."""

USUAL = "usual"
"""The cohort that came in the weeks before it."""


def state_of(eligible: int, members: int) -> str:
    """How much of a cell is known: `observed` for all members, `partial` for some, `unobserved` for none.

    Examples:
        >>> state_of(5, 5), state_of(2, 5), state_of(0, 5)
        ('observed', 'partial', 'unobserved')
    """
    if eligible == 0:
        return "unobserved"
    return "observed" if eligible == members else "partial"
