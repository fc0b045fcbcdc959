"""Customer mix: first-time and returning buyers."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.privacy import FEW
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of new buyers, and of their GMV, and what an order of theirs is worth beside the others'."""
    text, rows = context.text, {row["group"]: row for row in records(frame)}
    new, old = rows["new"], rows["returning"]
    if FEW in (new["buyers"], old["buyers"]):  # what is told of one group gives the other away
        return Finding(text("privacy.few"))
    shown = ("group.group", "buyers", "buyer_share", "orders", "gmv", "gmv_share", "order_value", "buyer_value")
    table = frame_table("customer_mix", frame, shown, text)
    buyers = new["buyers"] + old["buyers"]
    if not buyers:
        return Finding(text("customer_mix.say.none"), (), table)
    sentence = text("customer_mix.say.summary", new, all=buyers)
    if new["orders"] and old["orders"]:
        sentence += text("customer_mix.say.values", new=new["order_value"], old=old["order_value"])
    share = {"low": number(new["low"]), "high": number(new["high"])}
    entries = (
        context.entry(
            "new_buyer_rate",
            new | {"all": buyers},
            "buyer_share",
            of=("buyers", "all"),
            method="Wilson",
            **share,
        ),
        context.entry("new_gmv_rate", new | {"all": new["gmv"] + old["gmv"]}, "gmv_share", of=("gmv", "all")),
    )
    return Finding(sentence, entries, table)


section = Section("customer_mix", say, charts.customer_mix, people={"buyers": ()})
