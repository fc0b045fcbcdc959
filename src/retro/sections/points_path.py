"""Points path: earn, redeem, buy again."""

import pandas as pd

from retro.sections.paths import PEOPLE, path
from retro.sections.section import Context, Finding, Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Earn points, redeem them, buy again."""
    return path("points_path", frame, context)


section = Section(
    "points_path", say, level=2, people=PEOPLE, grain={"points_ledger": "hour", "orders": "hour"}, of_people=True
)
