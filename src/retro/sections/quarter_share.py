"""Quarter share: a campaign and its returning buyers in the quarter's GMV."""

import pandas as pd

from retro.ledger import entry
from retro.privacy import FEW, hidden
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What the campaign is of its quarter, and how many of its buyers came back, and for how much.

    Without amounts it is told in orders.
    """
    text, days = context.text, context.asked("return_days")
    rows = {row["what"]: row for row in records(frame)}
    campaign, back, quarter = rows["campaign"], rows["returned"], rows["quarter"]
    if FEW in (campaign["buyers"], campaign["orders"]) or hidden(quarter["orders"]):
        return Finding(text("privacy.few"))
    named = frame.assign(what=[text(f"quarter_share.{what}", days=days) for what in frame["what"]])
    valued = not pd.isna(quarter["gmv"])
    money = ("gmv",) if valued else ()
    table = frame_table(
        "quarter_share", named, ("what.", "buyers", "orders", *money, "share", "state"), text, folded=False
    )
    said, whole = ("quarter_share.say", "gmv") if valued else ("quarter_share.orders", "orders")
    if not quarter[whole]:
        return Finding(text(f"quarter_share.say.{'worthless' if quarter['orders'] else 'none'}", quarter), (), table)
    key = "lacking" if quarter["state"] == "lacking" else "summary"
    sentence = text(f"{said}.{key}", campaign, quarter=quarter[whole])
    sentence += text("quarter_share.say.partial") if quarter["state"] == "partial" else ""
    if pd.isna(campaign["buyers"]):
        sentence += text("quarter_share.say.nobody_known")
    elif not back["of"]:
        sentence += text("quarter_share.say.unobserved", days=days)
    elif not pd.isna(back["rate"]):
        sentence += text(f"{said}.{'back_alone' if pd.isna(back['share']) else 'back'}", back, days=days)
    returned = [context.entry("return_buyer_rate", back, "rate", of=("buyers", "of"), method="Wilson")]
    returned = [] if pd.isna(campaign["buyers"]) else returned  # nobody knows who bought, now or later
    if not valued:
        return Finding(sentence, tuple(returned), table)
    of = {"denominator": quarter["gmv"], "observed_until": context.observed_until}
    entries = (
        entry("quarter_share", number(campaign["share"]), numerator=campaign["gmv"], **of),
        *returned,
        entry("return_gmv_share", number(back["share"]) if back["of"] else None, numerator=number(back["gmv"]), **of),
    )
    return Finding(sentence, entries, table)


section = Section(
    "quarter_share",
    say,
    level=2,
    people={
        "buyers": ("orders", "gmv", "share", "rate", "low", "high"),
        "orders": ("gmv", "share"),
        "of": ("rate", "low", "high"),
    },
)
