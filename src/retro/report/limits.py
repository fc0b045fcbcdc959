"""Limits: what a section cannot say of this shop's data, though its tables and columns are there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

from retro.campaigns import CampaignParams
from retro.i18n import Text
from retro.metrics.history import FULL_LOOK_BACK
from retro.metrics.links import LINKS, unlinked
from retro.periods import Window
from retro.privacy import masked_count
from retro.report.sampled import reads, refused_by_sample
from retro.sections import Section
from retro.sources import Tables
from retro.sources.grain import COARSENESS


class Asking(Protocol):
    """The part of `Report` that limits are found from."""

    params: CampaignParams
    tables: Tables
    text: Text

    @property
    def window(self) -> Window: ...  # noqa: D102 - `Report` documents it

    @property
    def first_order(self) -> dt.date | None: ...  # noqa: D102 - as above


def refused(section: Section, report: Asking) -> str:
    """Why the data cannot answer a section: its moments are too coarse, or a sample tears apart what it follows."""
    for table, needed in section.grain.items():
        if table in report.tables and COARSENESS[found := report.tables.grain(table)] > COARSENESS[needed]:
            return report.text(f"report.grain.{found}", table=table)
    return refused_by_sample(section, report.tables.source, report.text)


def lost_links(section: Section, report: Asking) -> Iterator[str]:
    """What a section says of rows whose order or person is not known: they are counted, and shown apart."""
    for name in section.links:
        link, tables = LINKS[name], report.tables
        shop = {one: getattr(tables, one) for one in (link.table, link.to) if one in tables}
        found = tables.once(unlinked, name, shop, report.window, _experiments(report.params))
        if found is not None and found[1]:
            rows, lost = found
            yield report.text(f"report.unlinked.{name}", rows=rows, lost=masked_count(lost))


def short_history(section: Section, report: Asking) -> Iterator[str]:
    """A caution beside new customers of a shop whose orders are known for a short time before the period only.

    Where users are new at their first order, it holds for whatever is told of users.
    """
    by_orders = report.tables.source.new_user == "first_order" and reads(section.name, {"users"})
    if section.newcomers or by_orders:
        yield from known_since(report)


def known_since(report: Asking) -> Iterator[str]:
    """Since when orders are known, where that is too short a time to tell new customers from old ones surely."""
    first = report.first_order
    if first is not None and (days := (report.window.start.date() - first).days) < FULL_LOOK_BACK.days:
        yield report.text(f"report.young.{'none' if days <= 0 else 'short'}", days=days, since=first)


def _experiments(params: CampaignParams) -> tuple[str, ...]:
    """The experiments on users whose exposures a report counts."""
    invitation = getattr(params, "invitation", None)
    own = (design.id for design in params.experiments if design.unit == "user")
    return (*own, *((invitation,) if invitation else ()))
