"""Planning of a campaign: a proposal of how its effect will be told, for the params file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import pandas as pd

from retro.campaigns import CAMPAIGN_TYPES
from retro.errors import RetroError, did_you_mean
from retro.files import shown
from retro.metrics.planning import GOOD_ENOUGH, hold_out_power, switchback_power
from retro.metrics.windows import DAY
from retro.sources import load_source, open_tables

_EFFECT = "incremental_gmv"


@dataclass(frozen=True)
class Asked:
    """What `retro plan` is asked.

    Attributes:
        kind: The campaign type.
        start, end: The coming campaign, local, half open.
        anticipation_days, settling_days: Days around it that belong to its effect.
    """

    kind: str
    start: dt.datetime
    end: dt.datetime
    anticipation_days: int = 0
    settling_days: int = 14


def propose_plan(asked: Asked, source_file: Path, today: dt.date) -> Iterator[str]:
    """The lines of an `evaluation:` for the params file, with what each size of a hold-out can find.

    Args:
        asked: The coming campaign.
        source_file: The source file; its newest days tell how much members' purchases vary.
        today: The day on which the plan is registered.

    Raises:
        RetroError: The kind is none that judges an effect on sales, or the window is none.
    """
    kinds = [name for name, one in CAMPAIGN_TYPES.items() if _EFFECT in one.judged_by]
    if asked.kind not in kinds:
        hint = did_you_mean(asked.kind, kinds)
        raise RetroError(f"retro plan: kind must be one of {', '.join(kinds)}, got {asked.kind!r}. {hint}")
    if asked.end <= asked.start:
        raise RetroError(
            f"retro plan: end must be after start ({asked.start.isoformat()}), got {asked.end.isoformat()}."
        )
    tables = open_tables(load_source(source_file), shown(source_file))
    orders, until = tables.whole("orders"), tables.observed_until("orders")
    campaign = max(-(-(asked.end - asked.start) // DAY), 1)
    days = campaign + asked.anticipation_days + asked.settling_days
    people = pd.DataFrame()
    if "users" in tables and "user_id" in orders.columns:
        people = hold_out_power(orders, tables.whole("users"), until=until, days=days)
    chosen = _chosen(people)
    yield "# Put this into the params file before the start, and commit it: its first version is its date."
    yield "evaluation:"
    yield f"  registered_on: {today}"
    yield f"  estimator: {'time_series' if chosen is None else 'hold_out'}"
    yield f"  start: {asked.start:%Y-%m-%dT%H:%M}"
    yield f"  end: {asked.end:%Y-%m-%dT%H:%M}"
    yield f"  anticipation_days: {asked.anticipation_days}"
    yield f"  settling_days: {asked.settling_days}"
    yield "  primary: net_contribution"
    yield '  hypotheses: [{zh: 净贡献大于 0, en: "The net contribution is above 0"}]'
    if chosen is not None:
        yield f"  hold_out_share: {chosen['share']:g}"
        yield f"  detectable: {chosen['detectable']:.0f}"
    for row in people.to_dict("records"):
        yield (
            f"# {row['share']:.0%} held out ({row['held_out']:,} members) find {row['detectable']:,.0f} of GMV "
            f"({row['of_sales']:.1%} of what members buy in {days} days) in 8 of 10 campaigns."
        )
    yield from _without_people(people, orders, until, campaign)


def _chosen(people: pd.DataFrame) -> dict[str, float] | None:
    """The smallest share that finds a tenth of sales; the largest where none does, None where nobody is known."""
    if people.empty:
        return None
    enough = people[people["of_sales"] <= GOOD_ENOUGH]
    row = (enough.head(1) if len(enough) else people.tail(1)).to_dict("records")[0]
    return {str(name): float(value) for name, value in row.items()}


def _without_people(people: pd.DataFrame, orders: ir.Table, until: dt.datetime, days: int) -> Iterator[str]:
    """What to do where customers cannot be randomised, or too few of them would be."""
    known = not people.empty and bool((people["of_sales"] <= GOOD_ENOUGH).any())
    if known:
        return
    found, mean = switchback_power(orders, until=until, days=days)
    why = (
        "No share finds a tenth of sales"
        if not people.empty
        else "Nobody knows who bought, so people cannot be held out"
    )
    if found == found:  # noqa: PLR0124 - NaN is unlike itself
        yield (
            f"# {why}. Switch it on and off by day at random (switchback): {days} days find {found:,.0f} of GMV a day "
            f"({found / mean:.0%}) in 8 of 10 campaigns, where it leaves nothing behind on the next day."
        )
    else:
        yield f"# {why}, and {days} days are too few to switch it on and off by day."
    yield "# Or hold out whole regions or shops at random (geo hold-out), as an experiment whose unit is the region."
