"""Expanding coupons: use, and what the subsidy bought."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, Span, drawn, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.intervals import add_rate
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table, records

_COLUMNS = (
    "group.expansion",
    "issued",
    "used",
    "expanding_redemption_rate",
    "low",
    "high",
    "subsidy",
    "gmv",
    "contribution",
)


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Issued, expanded, used beside the target; what a unit of subsidy bought; expanded beside not expanded."""
    text = context.text
    if frame.empty or not frame["issued"].iloc[-1]:
        return Finding(text("coupon_expansion.say.none"), covered=False)
    grown, others, whole = records(frame)
    if hidden(whole["issued"]) or hidden(whole["used"]):
        return Finding(text("privacy.few"), covered=False)
    share: dict[str, Any] = {"grown": grown["issued"], "all": whole["issued"], "rate": None, "low": None, "high": None}
    if not hidden(grown["issued"]):
        (share,) = records(add_rate(pd.DataFrame([{"grown": grown["issued"], "all": whole["issued"]}]), "grown", "all"))
    headline = text("coupon_expansion.say.summary", whole, expanded=grown["issued"], share=share["rate"])
    headline += _beside_target(whole, context) + text("coupon_expansion.say.stop")
    said = (headline, _bought(whole, text), _compared(grown, others, whole, text))
    return Finding(
        "\n".join(part for part in said if part),
        _entries(share, whole, context),
        frame_table("coupon_expansion", frame, _COLUMNS, text),
        headline=(headline,),
    )


def _beside_target(whole: Mapping[str, Any], context: Context) -> str:
    target = context.params.targets.get("expanding_redemption_rate")
    if target is None:
        return ""
    key = "reached" if whole["low"] >= target else "short" if whole["high"] < target else "unsure"
    return context.text(f"coupon_expansion.say.{key}", target=target)


def _bought(whole: Mapping[str, Any], text: Text) -> str:
    """GMV per unit of subsidy, including orders that would have come anyway."""
    if pd.isna(whole["gmv_per_subsidy"]):
        return ""
    key = "bought_gmv" if pd.isna(whole["contribution_per_subsidy"]) else "bought"
    return text(f"coupon_expansion.say.{key}", whole)


def _compared(grown: Mapping[str, Any], others: Mapping[str, Any], whole: Mapping[str, Any], text: Text) -> str:
    if pd.isna(whole["gain"]) or any(pd.isna(row["expanding_redemption_rate"]) for row in (grown, others)):
        return ""
    key = "apart" if whole["gain_low"] > 0 or whole["gain_high"] < 0 else "alike"
    used = {
        f"{side}_{name}": row[name]
        for side, row in (("grown", grown), ("others", others))
        for name in ("expanding_redemption_rate", "used", "issued")
    }
    return text(f"coupon_expansion.say.{key}", whole, **used)


def _entries(share: Mapping[str, Any], whole: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    return (
        context.entry("coupon_expansion_rate", share, "rate", of=("grown", "all"), method="Wilson"),
        context.entry("expanding_redemption_rate", whole, of=("used", "issued"), method="Wilson"),
        context.entry("expanding_subsidy", whole, "subsidy"),
        context.entry("gmv_per_subsidy", whole, of=("gmv", "subsidy")),
        context.entry("contribution_per_subsidy", whole, of=("contribution", "subsidy")),
    )


def draw(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """A row per group with its use rate, its interval and the target."""
    shown = drawn(frame, "coupon_expansion", "expanding_redemption_rate")
    shown = shown.assign(colour=[ACCENT if group == "all" else BASELINE for group in shown["group"]])
    marks = (Bar("expanding_redemption_rate", "colour"), Span("low", "high"))
    return row_chart(shown, text, "coupon_expansion.chart", *marks, axis="rate", target=target)


_GAIN = ("gain", "gain_low", "gain_high")
_RATE = ("expanding_redemption_rate", "low", "high", *_GAIN)
_WORTH = ("face", "subsidy", "gmv", "contribution", "gmv_per_subsidy", "contribution_per_subsidy")


def _is_all(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["group"] == "all"


def _groups(frame: pd.DataFrame) -> pd.Series[str]:
    return frame["group"].map(lambda _: "all")


section = Section(
    "coupon_expansion",
    say,
    draw,
    links=("coupons.order_id",),
    people={"issued": (*_RATE, "face_issued", "subsidy_issued"), "used": (*_RATE, *_WORTH)},
    totals=[Sum(name, _groups, whole=_is_all) for name in ("issued", "used")],
)
