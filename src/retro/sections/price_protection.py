"""Price protection (价保): orders that had the difference to a lower price back, and what that came to."""

from __future__ import annotations

import pandas as pd

from retro.sections.section import Context, Finding, Section, frame_table, is_known, records, way_of

_GAP = ("difference", "difference_low", "difference_high")
_COLUMNS = ("cohort.when", "paid", "claimed", "claims", "rate", "low", "high", "amount", "paid_amount", "amount_rate")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of paid orders with a claim beside the baseline's, their payments and their amount."""
    text, days = context.text, context.asked("price_protected_days")
    if frame.empty or not frame["paid"].iloc[0]:
        return Finding(text(f"price_protection.say.{'none' if frame.empty else 'young'}", days=days), covered=False)
    own, base = records(frame)
    if not is_known(own["rate"]):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("price_protection.say.summary", own, days=days)
    sentence += text(f"price_protection.say.{'share' if is_known(own['amount_rate']) else 'end'}", own)
    entries = [
        context.entry("price_protected_order_rate", own, "rate", of=("claimed", "paid"), method="Wilson"),
        context.entry("price_protection_claims", own, "claims"),
        context.entry("price_protection_amount", own, "amount"),
    ]
    way = ""
    if is_known(own["difference"]) and is_known(base["rate"]):
        way = way_of(own["difference_low"], own["difference_high"])
        sentence += text(f"price_protection.say.{way}", own, before=base["rate"])
        entries.append(context.entry("price_protected_order_rate_change", own, "difference", method="Newcombe"))
    if is_known(own["immature"]) and own["immature"]:
        sentence += text("price_protection.say.immature", own, days=days)
    step = text("price_protection.say.next_step") if way == "more" else ""
    table = frame_table("price_protection", frame, _COLUMNS, text, folded=False)
    return Finding(sentence + step, tuple(entries), table, next_step=step)


_OF_CLAIMS = ("rate", "low", "high", "claims", "amount", "amount_rate", *_GAP)

section = Section(
    "price_protection",
    say,
    level=2,
    people={"paid": (*_OF_CLAIMS, "paid_amount"), "claimed": _OF_CLAIMS, "claims": _OF_CLAIMS, "immature": ()},
    links=("refunds.order_id",),
)
