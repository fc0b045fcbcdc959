"""Look at a folder, try the proposal against the contracts, and write source and params of a first report."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from retro.contracts import check_tables, describe
from retro.errors import SourceError
from retro.files import project_root
from retro.periods import Window
from retro.sources import Tables
from retro.sources.quoting import literal
from retro.start.asking import Asker
from retro.start.places import TOLD, check_given
from retro.start.profiles import Profile, profiles
from retro.start.proposal import Proposal, propose, take_users
from retro.start.roles import load_kinds
from retro.start.support import Support, one_more, supported
from retro.start.tables import WINDOW_COST
from retro.start.windows import Found, baseline_weeks, find_windows, last_month
from retro.start.writing import (
    campaign_id,
    month_text,
    refuse_existing,
    source_text,
    week_text,
    window_text,
    write_shop,
)

_SHORT = 3
"""Days of a window up to which it is told as a night's sale."""
_WEEK = dt.timedelta(days=7)


@dataclass
class Start:
    """What `retro start` found and wrote.

    Attributes:
        proposal: The proposed source.
        profiles: Each canonical table's.
        dropped: Tables that broke their contract, and how.
        broken: What orders break, if anything: then no report can be made.
        support: What each kind of report can show.
        gains: Sections that each missing table would add.
        found: The likely campaign windows.
        written: Files, the source first.
        first: The params of the first report; None where none can be made.
        why_none: Why not.
    """

    proposal: Proposal
    profiles: list[Profile] = field(default_factory=list)
    dropped: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    support: list[Support] = field(default_factory=list)
    gains: dict[str, list[str]] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    first: Path | None = None
    why_none: str = ""


def start(folder: Path, shop: str, asker: Asker, *, say: Callable[[str], None] = lambda _: None) -> Start:
    """Propose a source for a folder of exports, and write it with the params of a first report.

    Args:
        folder: The exports.
        shop: The folder below `params/` that is made; it must not be there.
        asker: Answers questions.
        say: Called with each step.

    Raises:
        RetroError: The shop is there already, a question is open, or the folder holds nothing to start with.
    """
    params = refuse_existing(shop)
    check_given(asker.given)
    kinds = load_kinds()
    proposal = propose(folder, shop, asker, say)
    asker.settle()
    if not proposal.tables:
        why = "; ".join(f"{name}: {reason}" for name, reason in list(proposal.unmapped.items())[:3])
        raise SourceError(
            f"{proposal.place}: files must hold a table that is known, got none ({why}). docs/start.md says more."
        )
    result = Start(proposal)
    say("read tables")
    daily = _windows(result)
    say("check contracts")
    tables = _tried(result, daily)
    result.profiles = profiles(tables, kinds)
    result.support = supported(tables.names)
    result.gains = one_more(result.support, tables.names)
    assumed = [f"{key}: {value}, which nobody was asked" for key, value in _assumed(asker).items() if key not in TOLD]
    texts = {"source.yaml": source_text(proposal, result.dropped, assumed)} | _params(result, tables, daily)
    result.written = write_shop(params, texts)
    result.first = next(iter(result.written[1:]), None)
    return result


def _assumed(asker: Asker) -> dict[str, str]:
    return {**asker.assumed, **{question.key: question.default for question in asker.unasked}}


def _windows(result: Start) -> pd.DataFrame:
    """Find the likely campaign windows, and book costs to the first where the analyst wanted that."""
    proposal = result.proposal
    daily = pd.DataFrame({"on": [], "orders": [], "gmv": []})
    tables = proposal.open()
    if "orders" in proposal.tables:
        result.found, daily = find_windows(tables)
    costs = proposal.tables.get("campaign_costs")
    if costs is not None:
        place = re.compile(re.escape(WINDOW_COST).replace(re.escape("{on}"), "(?P<on>.*?)"))
        if first := next(iter(result.found), None):
            ids = literal(campaign_id(proposal.shop, first))
            inside = rf"\g<on> >= date '{first.start}' and \g<on> < date '{first.end}'"
            said = f"case when {inside} then {ids} else 'everyday' end"
            costs.sql = place.sub(said, costs.sql)
        costs.sql = place.sub("'everyday'", costs.sql)
    return daily


def _tried(result: Start, daily: pd.DataFrame) -> Tables:
    """Leave out tables that break their contract, since they would stop every report; orders stay, and say so."""
    proposal = result.proposal
    while True:
        tables = proposal.open()
        breaches = _breaches(proposal, tables, daily)
        bad = [name for name in breaches if name != "orders"]
        if not bad:
            result.broken = breaches.get("orders", [])
            return tables
        for name in bad:
            result.dropped[name] = "; ".join(breaches[name])[:400]
            del proposal.tables[name]
        take_users(proposal)
        if not proposal.tables:
            raise SourceError(
                f"{proposal.where}: tables must hold to their contracts, got none that does: {result.dropped}."
            )


def _breaches(proposal: Proposal, tables: Tables, daily: pd.DataFrame) -> dict[str, list[str]]:
    root = project_root()
    end = dt.datetime.combine(daily["on"].iloc[-1], dt.time()) if len(daily) else dt.datetime(2000, 1, 8)  # noqa: DTZ001 - local
    verdict = check_tables(
        tables,
        needed=(),
        wanted=tables.names,
        folder=proposal.shop,
        contracts_dir=root / "data_contracts",
        window=Window(end - _WEEK, end),
        cache_dir=root / ".retro" / "verdicts",
    )
    found: dict[str, list[str]] = {}
    for one in verdict.breaches:
        found.setdefault(one.table, []).append(describe(one))
    return found


def _params(result: Start, tables: Tables, daily: pd.DataFrame) -> dict[str, str]:
    """The params of a first report, by file: the largest window found, then the last month, or else the last week."""
    shop = result.proposal.shop
    if "orders" not in tables:
        result.why_none = "a first report is made of orders with times and amounts, and there are none"
        open_ones = dict.fromkeys(key for one in result.proposal.readings.values() for key in one.open)
        if open_ones:
            answers = " ".join(f"--answer {key}=..." for key in open_ones)
            result.why_none += f"; delete params/{shop}/ and start again with {answers}"
        return {}
    texts = {}
    if result.found:
        first, *others = result.found
        weeks = baseline_weeks(first.start, daily)
        texts[f"found_{first.start}.yaml"] = window_text(shop, _kind(result, first.days), first, others, weeks)
    if (month := last_month(tables, daily)) is not None:
        texts[f"{month[0]:%Y-%m}.yaml"] = month_text(shop, *month)
    if texts:
        return texts
    if len(daily) < 2 * _WEEK.days:
        result.why_none = f"the data covers {len(daily)} whole days, and a report needs two weeks"
        return {}
    end = daily["on"].iloc[-1] + dt.timedelta(days=1)
    return {"last_week.yaml": week_text(shop, end - _WEEK, end, baseline_weeks(end - _WEEK, daily))}


def _kind(result: Start, days: int) -> str:
    return "new_user_week" if days > _SHORT and result.proposal.new_user == "registration" else "flash_sale_night"
