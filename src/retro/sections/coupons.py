"""Coupons: use, thresholds and bonus hunters."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BAND, BASELINE, Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.intervals import add_rate
from retro.privacy import FEW, LEAST, Amount, Sum, hidden
from retro.sections.matching import PEOPLE, trusted
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_COLUMNS = (
    "template.", "issued", "claimed", "used", "unlinked", "coupon_use_rate", "low", "high", "subsidy", "gmv",
    "coupon_subsidy_rate",
)  # fmt: skip


def say(
    frame: pd.DataFrame, thresholds: pd.DataFrame, hunters: pd.DataFrame, beside: pd.DataFrame, context: Context
) -> Finding:
    """From issued to used, what it took off, and how much of it was more than would have happened anyway.

    `frame` is the frame of `metrics.coupons`, `thresholds` that of `metrics.coupon_thresholds`, `hunters` the one row
    of `metrics.coupon_hunters` and `beside` the one row of `metrics.matched_participants` for `metrics.coupon_holders`.
    """
    text = context.text
    if frame.empty:
        return Finding(text("coupons.say.none"))
    whole, named = _whole(frame), frame.assign(template=_names(frame, text))
    (hunted,), (matched,) = records(hunters), records(beside)
    sentence = text(f"coupons.say.{'summary' if whole['paid'] else 'hardly'}", whole) + _compared(named, text)
    without = () if "unlinked" in named and (named["unlinked"] != 0).any() else ("unlinked",)
    table = frame_table("coupons", named, [one for one in _COLUMNS if one not in without], text)
    exhibits = (
        Exhibit(chart=draw, frame=named, table=table),
        Exhibit(sentence=_incremental(matched, text)),
        _bunching(thresholds, text),
        Exhibit(sentence=_hunting(hunted, text)),
    )
    return Finding(sentence, _entries(whole, hunted, context), exhibits=exhibits)


def _whole(frame: pd.DataFrame) -> Mapping[str, Any]:
    first = records(frame)[0]
    counts = {name: first[f"all_{name}"] for name in ("issued", "claimed", "used")}
    told = not (hidden(counts["used"]) or hidden(counts["issued"]))
    whole = records(add_rate(pd.DataFrame([counts]), "used", "issued"))[0] if told else counts | _UNRATED
    subsidy, gmv = (first[f"all_{name}"] or Decimal("0.00") for name in ("subsidy", "gmv"))
    paid = subsidy + gmv
    return {**whole, "subsidy": subsidy, "paid": paid, "coupon_subsidy_rate": subsidy / paid if paid else None}


_UNRATED = dict.fromkeys(("rate", "low", "high"))


def _names(frame: pd.DataFrame, text: Text) -> list[str]:
    """Templates by what they give, `满 99 减 10`; by their own name where that is not one thing."""
    rows = records(frame)
    names = [_offer(row, text) for row in rows]
    doubled = {name for name in names if names.count(name) > 1}
    plain = [
        text.label("coupon", row["template"]) if name in doubled and not pd.isna(row["template"]) else name
        for name, row in zip(names, rows, strict=True)
    ]
    return [text("coupons.say.own", name=name) if row["own"] else name for name, row in zip(plain, rows, strict=True)]


def _offer(row: Mapping[str, Any], text: Text) -> str:
    if pd.isna(row["template"]):
        return text("coupons.say.others")
    if pd.isna(row["threshold"]):
        return text.label("coupon", row["template"])
    key = "varying" if pd.isna(row["face"]) else "off" if row["threshold"] else "free"
    return text(f"coupons.say.{key}", row)


def _compared(named: pd.DataFrame, text: Text) -> str:
    rated = named[named["coupon_use_rate"].notna() & (named["used"] != 0)]
    ranked = sorted(records(rated), key=lambda row: -row["coupon_use_rate"])
    if not ranked or ranked[0]["low"] <= ranked[-1]["high"]:
        return ""
    best, worst = (text("coupons.say.ranked", ranked[place]) for place in (0, -1))
    return text("coupons.say.compared", best=best, worst=worst)


def _incremental(row: Mapping[str, Any], text: Text) -> str:
    """What holders bought beyond matched members: the upper bound of the coupons' effect."""
    if not row["matched"] or pd.isna(row["low"]):
        return text("coupons.say.no_comparison")
    key = "not_believed" if not trusted(row) else "more" if row["low"] > 0 else "not_more"
    return text(f"coupons.say.{key}", row)


def _bunching(thresholds: pd.DataFrame, text: Text) -> Exhibit:
    """Baskets moved over a threshold, where holders of a coupon reach it more often."""
    seen = records(thresholds[thresholds["gain"].notna()])
    if not seen:
        return Exhibit(sentence=text("coupons.say.no_thresholds"))
    shown = pd.DataFrame([{**row, **{key: text(f"coupons.reach.{key}", row) for key in _REACH}} for row in seen])
    table = frame_table("coupons.thresholds", shown, ("threshold", *(f"{key}.figure" for key in _REACH), "moved"), text)
    clear = [row for row in seen if row["low"] > 0]
    if not clear:
        return Exhibit(sentence=text("coupons.say.no_bunching"), table=table)
    moved = sum(row["moved"] for row in clear)
    low, high = moved - _spread(clear, "moved_low"), moved + _spread(clear, "moved_high")
    names = [text.count(row["threshold"]) for row in clear]
    return Exhibit(
        sentence=text("coupons.say.bunching", thresholds=names, moved=moved, low=low, high=high), table=table
    )


_REACH = ("held", "others", "gain", "interval")
"""Columns of the table of thresholds that put several numbers into one cell."""


def _spread(rows: Sequence[Mapping[str, Any]], end: str) -> float:
    """Half width of the interval of a sum of independent parts."""
    return math.sqrt(sum((row[end] - row["moved"]) ** 2 for row in rows))


def _hunting(row: Mapping[str, Any], text: Text) -> str:
    """Buyers who never buy without a coupon, beside the number by chance."""
    if row["coupon_buyers"] is FEW or not row["coupon_buyers"]:
        return text("coupons.say.no_hunters")
    if row["hunters"] is FEW or not row["hunters"]:
        return text("coupons.say.few_hunters", row, fewest=LEAST)
    key = "hunters" if row["low"] * row["coupon_buyers"] > row["by_chance"] else "hunters_by_chance"
    return text(f"coupons.say.{key}", row)


def _entries(whole: Mapping[str, Any], hunted: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    entries = (
        context.entry("coupon_use_rate", whole, "rate", of=("used", "issued"), method="Wilson"),
        context.entry("coupon_subsidy", whole, "subsidy"),
        context.entry("coupon_subsidy_rate", whole, of=("subsidy", "paid")),
    )
    if not hunted["hunters"] >= LEAST:
        return entries
    of = ("hunters", "coupon_buyers")
    return (*entries, context.entry("bonus_hunter_rate", hunted, "rate", of=of, method="Wilson"))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per template: light is issued, grey claimed, blue used; on the right the use rate."""
    looks = (("issued", BAND, 0.62), ("claimed", BASELINE, 0.44), ("used", ACCENT, 0.26))
    return row_chart(frame, text, "coupons.chart", *(Bar(name, colour, high, name) for name, colour, high in looks))


_USE = ("coupon_use_rate", "low", "high")
_MOVED = ("gain", "low", "high", "moved", "moved_low", "moved_high")

section = Section(
    "coupons",
    say,
    level=2,
    links=("coupons.order_id",),
    people=PEOPLE
    | {
        "issued": _USE,
        "claimed": (),
        "used": (*_USE, "subsidy", "gmv", "coupon_subsidy_rate"),
        "unlinked": (),
        **dict.fromkeys(("held", "held_above", "others", "others_above"), _MOVED),
        "hunters": ("rate", "low", "high", "hunted"),
        "coupon_buyers": ("hunters", "rate", "hunted"),
    },
    totals=(
        Sum("issued", lambda frame: frame["issued"].notna(), name="all_issued"),
        Sum("claimed", lambda frame: frame["claimed"].notna(), name="all_claimed"),
        Sum("used", lambda frame: frame["used"].notna(), name="all_used"),
        Amount("subsidy", "all_subsidy"),
        Amount("gmv", "all_gmv"),
    ),
)
