"""Bundles: how many orders held goods sold as a set, and what these brought, beside the weeks before."""

from __future__ import annotations

import pandas as pd

from retro.sections.section import Context, Finding, Section, frame_table, is_known, records, way_of

_GAP = ("difference", "difference_low", "difference_high")
_COLUMNS = (
    *("cohort.when", "orders", "bundled", "buyers", "rate", "low", "high", "bundle_gmv", "gmv", "gmv_rate"),
    *("order_value", "other_value"),
)


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of orders with a bundle and of GMV, beside the baseline's, and what such an order comes to."""
    text = context.text
    own, base = records(frame)
    if not is_known(own["orders"]) or (own["orders"] and not is_known(own["rate"])):
        return Finding(text("privacy.few"), covered=False)
    if not own["orders"]:
        return Finding(text("bundles.say.none"), covered=False)
    sentence = text("bundles.say.summary", own)
    entries = [context.entry("bundle_order_rate", own, "rate", of=("bundled", "orders"), method="Wilson")]
    if is_known(own["gmv_rate"]):
        entries.append(context.entry("bundle_gmv_rate", own, "gmv_rate", of=("bundle_gmv", "gmv")))
    if is_known(own["difference"]) and is_known(base["rate"]):
        way = way_of(own["difference_low"], own["difference_high"])
        sentence += text(f"bundles.say.{way}", own, before=base["rate"])
        entries.append(context.entry("bundle_order_rate_change", own, "difference", method="Newcombe"))
    if is_known(own["order_value"]) and is_known(own["other_value"]):
        sentence += text("bundles.say.value", own)
    return Finding(sentence, tuple(entries), frame_table("bundles", frame, _COLUMNS, text, folded=False))


_TOLD = ("rate", "low", "high", "bundle_gmv", "gmv_rate", "order_value", "other_value", *_GAP)

section = Section(
    "bundles",
    say,
    level=2,
    people={"orders": (*_TOLD, "gmv", "bundled"), "bundled": _TOLD, "buyers": (*_TOLD, "bundled")},
)
