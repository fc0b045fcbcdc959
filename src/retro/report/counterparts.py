"""Counterparts: the measured figures beside stated ones that no section of a kind shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from retro.campaigns.stated import StatedParams
from retro.figures import renamed
from retro.ledger import Ledger
from retro.metrics.windows import DAY
from retro.report.limits import Asking, refused
from retro.report.sections import recorded
from retro.sections import SECTIONS, Context, Finding
from retro.sources import NotCovered
from retro.statements import names_of


class Measuring(Asking, Protocol):
    """The part of `Report` that counterparts are measured with."""

    metrics: Any

    @property
    def ledger(self) -> Ledger: ...  # noqa: D102 - `Report` documents it


def counterparts(report: Measuring, context: Context) -> Iterator[tuple[str, Finding, frozenset[str]]]:
    """The findings of sections that measure what the params state, and the names of the figures stated.

    Nothing where nobody states them, a section of the report has them already, or the shop lacks their tables.

    Args:
        report: The report so far.
        context: Params and texts.
    """
    had = {entry.name for entry in report.ledger.entries}
    asked = _stated(report.params.stated) - had
    for section, (figures, frames) in _MEASURED.items():
        if not (wanted := asked & figures) or refused(SECTIONS[section], report):
            continue
        given = frames(report) if all(name in report.params.tables for name in ("events", "users", "orders")) else ()
        if given and not any(isinstance(frame, NotCovered) for frame in given):
            finding = SECTIONS[section](*given, context)
            yield section, finding, wanted & {entry.name for entry in recorded(finding)}


def _stated(stated: StatedParams) -> frozenset[str]:
    """The measured figures that stated ones and claims name."""
    own = {renamed(stated.measured_as.get(name, name)) for name in stated.figures}
    named = (name for claim in stated.claims for name in names_of(claim.relation))
    return frozenset(
        {*own, *(renamed(name.removeprefix("measured.")) for name in named if name.startswith("measured."))}
    )


def _peak(report: Measuring) -> tuple[Any, ...]:
    window = report.window
    since = replace(window, start=window.start - window.baseline_weeks * 7 * DAY)
    daily = report.metrics.activity(report.tables.events, since)
    return (report.metrics.dau_peak(daily, window, others=report.params.roi.others),)


def _activity(report: Measuring) -> tuple[Any, ...]:
    tables, window = report.tables, report.window
    rates = report.metrics.activity_rates(tables.users, tables.events, tables.orders, window)
    return report.metrics.activity(tables.events, window), rates


_MEASURED: Mapping[str, tuple[frozenset[str], Callable[[Measuring], tuple[Any, ...]]]] = {
    "dau_peak": (frozenset({"dau_peak", "dau_peak_lift_rate"}), _peak),
    "activity": (frozenset({"dau_mean", "activity_rate", "monthly_activity_rate", "active_buyer_rate"}), _activity),
}
"""Sections that measure what plans state of the whole shop: their figures, and what they read."""
