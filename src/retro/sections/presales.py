"""Pre-sales: how many deposits became orders, beside what was bought on the spot."""

import pandas as pd

from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Balances paid over deposits, and what share of the node's GMV was sold beforehand."""
    text = context.text
    if frame.empty:
        return Finding(text("presales.say.none"), covered=False)
    presale, spot = records(frame)
    if any(hidden(row["orders"]) for row in (presale, spot)) or hidden(presale["deposits"]) or hidden(presale["open"]):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("presales.say.summary", presale)
    if not pd.isna(presale["share"]):
        sentence += text("presales.say.share", presale)
    if presale["orders"] and spot["orders"]:
        sentence += text("presales.say.values", presale=presale["order_value"], spot=spot["order_value"])
    if presale["open"] and not pd.isna(presale["open_deposit"]):
        sentence += text("presales.say.open", presale)
    both = presale | {"both": presale["gmv"] + spot["gmv"]}
    entries = (
        context.entry("presale_deposits", presale, "deposits"),
        context.entry("balance_paid_rate", presale, "rate", of=("orders", "deposits"), method="Wilson"),
        context.entry("presale_gmv", presale, "gmv"),
        context.entry("presale_gmv_share", both, "share", of=("gmv", "both")),
    )
    columns = ("what.presales", "deposits", "orders", "open", "rate", "low", "high", "gmv", "share", "order_value")
    return Finding(sentence, entries, frame_table("presales", frame, columns, text, folded=False))


_WORTH = ("gmv", "share", "order_value", "rate", "low", "high")

section = Section(
    "presales",
    say,
    people={"orders": _WORTH, "deposits": ("rate", "low", "high", "open", "open_deposit"), "open": ("open_deposit",)},
)
