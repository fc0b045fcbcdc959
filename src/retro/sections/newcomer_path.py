"""Newcomers: from registering to a second order."""

import pandas as pd

from retro.sections.paths import PEOPLE, path
from retro.sections.section import Context, Finding, Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Register, first order, retained, second order, and where most are lost."""
    return path("newcomer_path", frame, context)


section = Section(
    "newcomer_path",
    say,
    level=2,
    people=PEOPLE,
    grain={"users": "hour", "orders": "hour", "events": "hour"},
    of_people=True,
)
