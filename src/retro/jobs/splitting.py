"""Split what moved between two editions exactly: compute those between them, one change after the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from retro.errors import RetroError
from retro.files import code_parts, read_json, shown
from retro.jobs.due import observed_of
from retro.ledger import Ledger, Move, Version, compare, find_version, read_version, versions
from retro.run.inputs import libraries_now
from retro.run.recomputing import recompute
from retro.run.storing import Stored, read_stored

_GROUPS = (("orders", ("orders", "order_items")), ("refunds", ("refunds",)))
"""Tables whose late rows are shown by table; all others come after them, together."""


@dataclass(frozen=True)
class Step:
    """One of the changes between two editions.

    Attributes:
        name: What changed: `code`, `params`, `reports`, `orders`, `refunds`, `other tables`, `later days`.
        before: The figures without it.
        after: The figures with it and all that come before it.
    """

    name: str
    before: Ledger
    after: Ledger

    def of(self, figure: str) -> Decimal | None:
        """By how much a figure moved; None where it is missing on one side."""
        old, new = self.before.get(figure), self.after.get(figure)
        if old is None or new is None or old.value is None or new.value is None:
            return None
        return new.value - old.value


@dataclass(frozen=True)
class Split:
    """What moved between two editions of a report.

    Attributes:
        first: The earlier edition's run.
        current: The later edition's run.
        moves: The figures that moved, with first and current value.
        steps: The changes, in their fixed order; a figure's parts sum up to its move.
    """

    first: str
    current: str
    moves: tuple[Move, ...]
    steps: tuple[Step, ...]


def split(reports: Path, address: Path, first: str = "", say: Callable[[str], None] = lambda _: None) -> Split:
    """Split what moved since an earlier edition, in a fixed order: code, params, reports, tables, later days.

    Args:
        reports: The reports folder.
        address: The report's own folder.
        first: The earlier edition, or the beginning of its id; by default the first that is kept.
        say: Called with the name of each step.

    Raises:
        RetroError: There are no two editions, or the inputs of one are not to be had.
    """
    current = (address / "latest").resolve()
    earlier = find_version(address, first) if first else next(iter(versions(address)), current)
    if earlier == current:
        raise RetroError(f"{shown(address)}: report must have an edition before the one that stands, got none.")
    before, after = read_version(earlier), read_version(current)
    steps = list(_steps(_Edition.of(earlier), _Edition.of(current), reports, say))
    return Split(earlier.name, current.name, compare(before.ledger, after.ledger), tuple(steps))


@dataclass(frozen=True)
class _Edition:
    """An edition, published or in thought: its inputs, and its figures once they are known."""

    stored: Stored
    until: dt.datetime | None
    version: Version
    lang: str

    @classmethod
    def of(cls, run: Path) -> _Edition:
        manifest = read_json(run / "manifest.json")
        return cls(read_stored(run), observed_of(manifest), read_version(run), manifest["langs"][0])

    @property
    def by_todays_code(self) -> bool:
        inputs = self.version.inputs
        return inputs is not None and (inputs.code, inputs.libraries) == (code_parts(), libraries_now())


def _steps(old: _Edition, new: _Edition, reports: Path, say: Callable[[str], None]) -> Iterator[Step]:
    """The changes from one edition to the other; the later one's own code, where it is not today's, comes last."""

    def figures(edition: _Edition, name: str) -> Ledger:
        told = lambda step: say(f"{name}: {step}")  # noqa: E731 - as short as it is
        return recompute(edition.stored, reports, "en" if edition.lang == "en" else "zh", edition.until, told).ledger

    at, now = old.version.ledger, old
    if not old.by_todays_code:
        ledger = figures(old, "code")
        yield Step("code", at, ledger)
        at = ledger
    ways = list(_ways(old, new))
    for name, way in ways:
        now = way(now)
        last = name == ways[-1][0] and new.by_todays_code
        ledger = new.version.ledger if last else figures(now, name)
        yield Step(name, at, ledger)
        at = ledger
    if not new.by_todays_code:
        yield Step("code", at, new.version.ledger)


_Way = Callable[[_Edition], _Edition]


def _ways(old: _Edition, new: _Edition) -> Iterator[tuple[str, _Way]]:
    """What differs between two editions beside the code, each as the change that it is."""
    a, b = old.stored, new.stored
    kept = {"observed_until": a.source.get("observed_until")}
    source = {key: value for key, value in {**b.source, **kept}.items() if value is not None}
    own = ("files", "folder", "params_file", "overrides")
    if any(getattr(a, name) != getattr(b, name) for name in own) or source != a.source:
        update = {name: getattr(b, name) for name in own} | {"source": source}
        yield "params", lambda now: replace(now, stored=now.stored.model_copy(update=update))
    if a.reports != b.reports:
        yield "reports", lambda now: replace(now, stored=now.stored.model_copy(update={"reports": b.reports}))
    differ = [name for name in {**a.tables, **b.tables} if _hashes(a, name) != _hashes(b, name)]
    for name, members in (*_GROUPS, ("other tables", tuple(sorted(differ)))):
        if group := [one for one in differ if one in members]:
            differ = [one for one in differ if one not in group]
            yield name, _tables(group, b)
    if a.database != b.database:
        yield "other tables", lambda now: replace(now, stored=now.stored.model_copy(update={"database": b.database}))
    if old.until != new.until:
        yield (
            "later days",
            lambda now: replace(now, stored=now.stored.model_copy(update={"source": b.source}), until=new.until),
        )


def _hashes(stored: Stored, name: str) -> list[str]:
    return [file.hash for file in stored.tables.get(name, ())]


def _tables(names: list[str], later: Stored) -> _Way:
    def way(now: _Edition) -> _Edition:
        tables = {**now.stored.tables, **{name: later.tables[name] for name in names if name in later.tables}}
        return replace(now, stored=now.stored.model_copy(update={"tables": tables}))

    return way
