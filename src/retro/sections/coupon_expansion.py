"""What became of coupons that expand, and what their subsidy bought."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.intervals import add_rate
from retro.sections.finding import Context, Finding, frame_table, number, rate_entry, records


def coupon_expansion(frame: pd.DataFrame, context: Context) -> Finding:
    """Issued, expanded, used beside the target; what a unit of subsidy bought; expanded beside not expanded.

    Args:
        frame: The frame of `metrics.coupon_expansion`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty or not frame["issued"].iloc[-1]:
        return Finding(text("coupon_expansion.say.none"), covered=False)
    grown, others, whole = records(frame)
    (share,) = records(add_rate(pd.DataFrame([{"grown": grown["issued"], "all": whole["issued"]}]), "grown", "all"))
    headline = text(
        "coupon_expansion.say.summary",
        issued=text.count(whole["issued"]),
        expanded=text.count(grown["issued"]),
        share=text.rate(share["rate"]),
        face_issued=text.money(whole["face_issued"]),
        face=text.money(whole["face"]),
        used=text.count(whole["used"]),
        rate=text.rate(whole["use_rate"]),
        interval=text.interval(whole["low"], whole["high"], "rate"),
    )
    target = context.params.targets.get("expanding_redemption_rate")
    if target is not None:
        key = "reached" if whole["low"] >= target else "short" if whole["high"] < target else "unsure"
        headline += text(f"coupon_expansion.say.{key}", target=text.rate(float(target)))
    headline += text("coupon_expansion.say.stop")
    units = {"group": "name.expansion", "issued": "count", "used": "count", "use_rate": "rate", "low": "rate"}
    units |= {"high": "rate", "subsidy": "money", "gmv": "money", "contribution": "money"}
    return Finding(
        "\n".join(part for part in (headline, _bought(whole, text), _compared(grown, others, whole, text)) if part),
        _entries(share, whole, context),
        frame_table("coupon_expansion", frame, units, text),
        headline=(headline,),
    )


def _bought(whole: dict[str, Any], text: Text) -> str:
    """What a unit of subsidy bought, which holds what would have been bought anyway."""
    if pd.isna(whole["gmv_per_subsidy"]):
        return ""
    known = not pd.isna(whole["contribution_per_subsidy"])
    return text(
        "coupon_expansion.say.bought" if known else "coupon_expansion.say.bought_gmv",
        subsidy=text.money(whole["subsidy"]),
        subsidy_issued=text.money(whole["subsidy_issued"]),
        gmv=text.exact(whole["gmv_per_subsidy"], 1),
        contribution=text.exact(whole["contribution_per_subsidy"], 1) if known else "",
    )


def _compared(grown: dict[str, Any], others: dict[str, Any], whole: dict[str, Any], text: Text) -> str:
    """Expanded beside not expanded: a correlation, said as one."""
    if pd.isna(whole["gain"]):
        return ""
    key = "apart" if whole["gain_low"] > 0 or whole["gain_high"] < 0 else "alike"
    return text(
        f"coupon_expansion.say.{key}",
        grown=text.rate(grown["use_rate"]),
        grown_of=f"{text.count(grown['used'])}/{text.count(grown['issued'])}",
        others=text.rate(others["use_rate"]),
        others_of=f"{text.count(others['used'])}/{text.count(others['issued'])}",
        gain=text.percentage_points(whole["gain"]),
        low=text.percentage_points(whole["gain_low"]),
        high=text.percentage_points(whole["gain_high"]),
    )


def _entries(share: dict[str, Any], whole: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    coupons, both = (context.facts("coupon_expansion", *names) for names in (("coupons",), ("coupons", "orders")))
    used = {**whole, "rate": whole["use_rate"]}
    subsidy = number(whole["subsidy"])
    return (
        rate_entry("coupon_expansion_rate", share, "grown", "all", **coupons),
        rate_entry("expanding_redemption_rate", used, "used", "issued", **both),
        Entry(name="expanding_subsidy", value=subsidy, unit="money", **both),
        *(
            Entry(
                name=f"{name}_per_subsidy",
                value=number(whole[f"{name}_per_subsidy"]),
                unit="ratio",
                numerator=number(whole[name]),
                denominator=subsidy,
                **both,
            )
            for name in ("gmv", "contribution")
        ),
    )
