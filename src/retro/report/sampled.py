"""Findings of a sample: totals are scaled to the shop with an interval, or not told; rates keep theirs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

import pandas as pd

from retro.blocks import Table
from retro.figures import families, figure
from retro.figures import known as known_figure
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.samples import carrying, scaled
from retro.sections import Finding, Section
from retro.sections.section import Decision, frame_table
from retro.sources.spec import Sample, Source

_DRAWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "orders": frozenset({"orders", "order_items", "refunds", "coupons"}),
        "users": frozenset({"users", "orders", "order_items", "refunds", "coupons", "events", "points_ledger",
                            "member_tiers", "offers", "reviews", "surveys", "support_tickets"}),
        "events": frozenset({"events"}),
    }
)  # fmt: skip
"""The tables that hold a part of what the shop has where a sample of orders, users or events was drawn."""

_COUNTS = ("users", "buyers", "orders", "pieces", "coupons", "points", "events", "views", "visits", "count", "exact")
_TOLD = 4
_LEAST_UNITS = 5
"""Figures in the sentence; the table has all of them."""

_SALES = frozenset({"orders", "order_items", "refunds"})
"""Tables whose amounts vary as those of orders do."""

_PEAK = re.compile(r"\bmax\(|\blimit 1\b", re.IGNORECASE)

Spreads = tuple[float | None, float]
"""As `retro.metrics.samples.spreads` has them."""


def refused_by_sample(section: Section, source: Source, text: Text) -> str:
    """Why a sample cannot answer a section that follows people: only a sample of users holds all that is theirs.

    Where users are new at their first order, a sample of orders does not know who is new either.
    """
    sample = source.sample
    if sample is None or sample.of == "users":
        return ""
    by_orders = sample.of == "orders" and source.new_user == "first_order" and reads(section.name, {"users"})
    if not by_orders and not (section.of_people and touched(section.name, sample)):
        return ""
    return text("report.sample.of_people", of=text(f"report.sample.{sample.of}"))


def of_sample(section: Section, finding: Finding, sample: Sample | None, spread: Spreads, text: Text) -> Finding:
    """A finding as a sample supports it; what no sampled table is behind stays as it is.

    Its own sentences, tables and charts tell totals of the sample as if they were the shop's: in their place stand the
    figures that hold. Whether money was made, it cannot say.

    Args:
        section: The section.
        finding: What it says of the sample.
        sample: The sample; None for a whole shop.
        spread: How amounts and orders vary between what was drawn.
        text: Texts of the reader's language.
    """
    if sample is None or not touched(section.name, sample) or not finding.covered:
        return finding
    if finding.parts:
        parts = tuple(of_sample(section, part, sample, spread, text) for part in finding.parts)
        headline = tuple(said for part in parts for said in part.headline)[:1]
        return replace(
            finding, parts=parts, headline=headline if finding.headline else (), judged=(), decision=None, state=""
        )
    if not finding.sentence:
        return finding
    found = (_of_sample(entry, sample, spread) for entry in finding.entries)
    entries = tuple(entry for entry in found if entry is not None)
    known = [one for one in entries if one.value is not None]
    told = [one for one in known if one.low is not None]
    said = text("report.sample.said", share=sample.share, of=text(f"report.sample.{sample.of}"))
    figures = text("report.sample.between").join(_figure(one, text) for one in told[:_TOLD])
    sentence = (
        text("report.sample.figures", said=said, figures=figures) if told else text("report.sample.none", said=said)
    )
    return Finding(
        sentence,
        entries,
        _table(known, text) if known else None,
        title=finding.title,
        covered=bool(told),
        warnings=finding.warnings,
        headline=(text("report.sample.figures", said="", figures=figures),) if told else (),
        judged=(text("report.sample.unjudged"), text("report.sample.complete")) if finding.state else (),
        decision=Decision(text("report.sample.decided"), text("verdict.answer")) if finding.state else None,
        state="open" if finding.state else "",
        reservation=text(
            f"report.sample.cover_{sample.how}", share=sample.share, of=text(f"report.sample.{sample.of}")
        ),
    )


def touched(section: str, sample: Sample | None) -> bool:
    """Whether a section reads tables of which a sample holds only a part."""
    return sample is not None and reads(section, _DRAWN[sample.of])


def reads(section: str, tables: Collection[str]) -> bool:
    """Whether a section's figures are made from one of these tables."""
    family = families().get(section)
    return family is not None and not {*family.source, *_tables(section)}.isdisjoint(tables)


def _tables(section: str) -> frozenset[str]:
    return frozenset(table for one in families()[section].figures.values() for table in one.tables)


def _of_sample(entry: Entry, sample: Sample, spread: Spreads) -> Entry | None:
    """A figure of the shop from that of the sample; None where there is no saying."""
    known, drawn = figure(entry.name), _DRAWN[sample.of]
    if drawn.isdisjoint(entry.tables):
        return entry
    if not drawn.issuperset(entry.tables) and not {"products", "exposures"}.issuperset(set(entry.tables) - drawn):
        return None  # what was drawn beside what is whole, such as sales beside costs
    if sample.of != "users" and (known.people or entry.unit in {"users", "buyers"}):
        return None  # how many people a sample of orders stands for depends on how often each ordered
    if entry.low is None and "estimate" in {known.unexpressed, _unexpressed(known.numerator)}:
        return None
    if _PEAK.search(known.expression):
        return None  # the highest hour of a sample is high by chance too
    if known.numerator or entry.unit not in {*_COUNTS, "money"}:
        return entry
    if not known.expression:
        return entry if known.unexpressed == "statistic" else None
    factor = _spread(entry, sample, spread)
    if sample.how != "random" or entry.value is None or factor is None:
        return None
    if entry.value and carrying(entry.value, factor) < _LEAST_UNITS:
        return None  # it hangs on what a few bought, of whom another sample would have drawn others
    value, low, high = scaled(entry.value, sample.share, factor)
    return entry.model_copy(update={"value": value, "low": low, "high": high, "method": "sample"})


def _spread(entry: Entry, sample: Sample, spread: Spreads) -> float | None:
    """How much a total varies from one drawn unit to the next; None where nothing says so, such as points of a user."""
    if entry.unit == "money":
        return spread[0] if _SALES.issuperset(entry.tables) else None
    if entry.unit == "orders":
        return spread[1]
    drawn = {"users": ("users", "buyers"), "events": ("events",), "orders": ("coupons",)}
    return 1.0 if entry.unit in drawn[sample.of] else None


def _unexpressed(name: str) -> str | None:
    found = known_figure(name) if name else None
    return None if found is None else found.unexpressed


def _figure(entry: Entry, text: Text) -> str:
    label = figure(entry.name).label_of(entry.name, text.lang, in_table=True)
    interval = text.interval(entry.low, entry.high, entry.unit)
    key = "figure" if interval else "bare"
    return text(f"report.sample.{key}", label=label, value=text.value(entry.value, entry.unit), interval=interval)


def _table(told: list[Entry], text: Text) -> Table:
    rows = [
        (
            figure(one.name).label_of(one.name, text.lang, in_table=True),
            text.value(one.value, one.unit),
            text.interval(one.low, one.high, one.unit),
        )
        for one in told
    ]
    frame = pd.DataFrame(rows, columns=["label", "value", "interval"])
    return frame_table("report.sample", frame, dict.fromkeys(frame.columns, "name.plain"), text)
