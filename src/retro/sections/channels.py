"""Channels: cost and first-time buyers of each."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.privacy import Amount, Sum
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Which channel brought first-time buyers at what cost, whose cost is not booked, or why none can be known."""
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("channels.say.none"))
    booked = [row["spend"] for row in rows if not pd.isna(row["spend"])]
    spend = sum(booked, Decimal(0))
    gmv = rows[0]["all_gmv"]
    named = frame.assign(channel=[row["channel"] or text("policy.shared") for row in rows])
    known = [row for row in rows if row["channel"] and not pd.isna(row["buyers"])]
    columns: tuple[str, ...] = ("channel.channel", "spend")
    if not known:
        key = "unknown" if any(row["channel"] for row in rows) else "none"
        table = frame_table("channels", named, columns, text) if key == "unknown" else None
        return Finding(text(f"channels.say.{key}", spend=spend), (), table, covered=key == "unknown")
    paid = sorted((row for row in known if not pd.isna(row["cac"]) and row["spend"] > 0), key=lambda row: row["cac"])
    sentence = text(f"channels.say.{'total' if booked else 'uncosted'}", spend=spend, gmv=gmv)
    sentence += (_unbooked(known, text) if booked else "") + _range(paid, text)
    entries = (context.entry("channel_gmv", {"channel_gmv": gmv}),)
    columns += ("first_buyers", "buyers", "gmv", "cac", "roas", "contribution")
    columns = columns if booked else tuple(name for name in columns if name not in {"spend", "cac", "roas"})
    table = frame_table("channels", named, columns, text, folded=False)
    return Finding(sentence, entries, exhibits=(Exhibit(table=table), _lifetime(frame, paid, text)))


def _unbooked(known: Sequence[Mapping[str, Any]], text: Text) -> str:
    free = [text.label("channel", row["channel"]) for row in known if pd.isna(row["spend"])]
    if len(free) == len(known):
        return text("channels.say.unbooked_all")
    return text("channels.say.unbooked", names=free) if free else ""


def _range(paid: Sequence[Mapping[str, Any]], text: Text) -> str:
    if not paid:
        return ""
    ends = {"best": paid[0]["channel"], "worst": paid[-1]["channel"]}
    return text("channels.say.range", ends, low=paid[0]["cac"], high=paid[-1]["cac"])


def _lifetime(frame: pd.DataFrame, paid: Sequence[Mapping[str, Any]], text: Text) -> Exhibit:
    ages = [int(str(column).rpartition("_")[2]) for column in frame.columns if _AGE.fullmatch(str(column))]
    seen = [age for age in ages if frame[f"value_{age}"].notna().any()]
    missing = [age for age in ages if age not in seen]
    sentence = text("channels.say.unobserved", days=missing) if missing else ""
    if not seen or not paid:
        return Exhibit(sentence=sentence)
    ratio = f"value_per_cac_{seen[-1]}"
    known = [row for row in paid if not pd.isna(row[ratio])]
    if known:
        sentence = _earned(known, ratio, seen[-1], text) + sentence
    columns = ["channel.channel", "first_buyers", "cac"]
    columns += [f"{name}_{age}" for name in ("value", "value_per_cac") for age in seen]
    shown = frame[frame["channel"].isin([row["channel"] for row in known or paid])]
    return Exhibit(sentence=sentence, table=frame_table("channels.value", shown, columns, text, folded=False))


def _earned(known: Sequence[Mapping[str, Any]], ratio: str, days: int, text: Text) -> str:
    earned = [text.label("channel", row["channel"]) for row in known if row[ratio] >= 1]
    key = "all" if len(earned) == len(known) else "some" if earned else "none"
    ratios = [row[ratio] for row in known]
    facts = {"count": len(known), "names": earned, "low": min(ratios), "high": max(ratios)}
    return text(f"channels.say.lifetime_{key}", facts, days=days)


_AGE = re.compile(r"value_\d+")

_EACH = ("cac", *(f"{name}_{age}" for name in ("value", "value_per_cac") for age in (30, 60, 90)))

section = Section(
    "channels",
    say,
    level=2,
    newcomers=True,
    people={"buyers": ("orders", "gmv", "roas", "contribution"), "first_buyers": _EACH},
    totals=(
        Sum("buyers", lambda frame: frame["buyers"].notna(), name="all_buyers"),
        Sum("first_buyers", lambda frame: frame["first_buyers"].notna(), name="all_first_buyers"),
        Amount("gmv", "all_gmv"),
    ),
)
