"""Attribution: which campaign each order belongs to."""

from decimal import Decimal

import pandas as pd

from retro.ledger import entry
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Whose the orders are where campaigns overlap, and what is counted twice when nobody asks."""
    text = context.text
    *campaigns, rest = records(frame)
    attributed, claimed = (sum((row[name] for row in campaigns), Decimal(0)) for name in ("gmv", "claimed_gmv"))
    total, twice = attributed + rest["gmv"], claimed - attributed
    amounts = {"total": total, "attributed": attributed, "rest": rest["gmv"]}
    sentence = text("attribution.say.tied", policy=context.params.roi.attribution, **amounts)
    if twice:
        sentence += text("attribution.say.twice", amount=twice)
    titles = [*context.campaign_titles(row["campaign_id"] for row in campaigns), text("policy.unattributed")]
    named = frame.assign(campaign_id=titles)
    columns = ("campaign_id.campaign", "claimed", "claimed_gmv", "orders", "gmv")
    table = frame_table("attribution", named, columns, text)
    return Finding(sentence, (entry("attributed_gmv", attributed, denominator=total),), table)


# Amounts stay: they add up to the shop's, so that leaving one out would hide nothing.
section = Section("attribution", say, level=2, people={"claimed": (), "orders": ()})
