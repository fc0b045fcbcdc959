"""Repurchase after a contest: participants beside matched members."""

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section
from retro.sections.sides import PEOPLE, draw_sides, sides


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether participants buy again more than members like them who did not take part."""
    days = context.asked("repurchase_days")
    return sides(frame, context, "participant_repurchase", "participant_repurchase_rate", days)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Those who did it beside those who did not."""
    return draw_sides(frame, text, "participant_repurchase")


section = Section("participant_repurchase", say, draw, level=2, people=PEOPLE, of_people=True)
