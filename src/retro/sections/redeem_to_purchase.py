"""From redemption to purchase: redeemers beside matched participants."""

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section
from retro.sections.sides import PEOPLE, draw_sides, sides


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether redeeming leads to buying, beyond what alike participants buy anyway."""
    return sides(frame, context, "redeem_to_purchase", "redeemer_purchase_rate", context.asked("purchase_days"))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Those who did it beside those who did not."""
    return draw_sides(frame, text, "redeem_to_purchase")


section = Section("redeem_to_purchase", say, draw, people=PEOPLE, grain={"orders": "day"}, of_people=True)
