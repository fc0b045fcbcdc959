"""The figures of a run; tests and other reports read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from retro.errors import RetroError
from retro.figures import Unit as Unit  # noqa: PLC0414 - sections take it from here
from retro.figures import figure, formerly_named, renamed, renamed_family
from retro.files import read_json, shown, write_json
from retro.validation import FrozenModel


class Entry(FrozenModel):
    """One figure of a report.

    Attributes:
        name: The figure's name, the same everywhere: ledger, targets, docs; a word of the shop in it as it is written.
        value: Its value; null when it has not been observed yet.
        unit: Its unit. Rates run from 0 to 1, a change is relative, money is in the source's currency.
        numerator: What a rate or ratio divides.
        denominator: What it divides by.
        low: Lower end of the 95 % interval, where the figure is an estimate.
        high: Upper end.
        method: How the interval was made.
        observed_until: Local moment until which its data was observed.
        tables: The canonical tables it was computed from; none for counts of a plan's claims.
        definition: Its heading in `docs/metrics.md`.
        about: Of a located loss, its place: `figure`, `dimension`, `segment`, `factor`, and what else is known, by the
            names of the columns of `metrics.causes`. Empty for all other figures.
        draws: The draws behind the interval, six digits each, parted by spaces, so that sums over reports come from
            them; of campaigns that are estimated together, those of one place are of one world. Empty for most.
        first: The value that was published first, where a later version moved it; null otherwise.
        moved_by: By how much each of `restating.CHANGES` has moved it since, in its order; sums up to the whole move.
    """

    name: str = Field(pattern=r"^\S(.*\S)?$")
    value: Decimal | None
    unit: Unit
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    method: str = ""
    observed_until: dt.datetime | None = None
    tables: tuple[str, ...]
    definition: str = Field(pattern=r"^[a-z0-9_]+$")
    about: Mapping[str, str] = Field(default_factory=dict)
    draws: str = Field("", pattern=r"^[-+.e0-9 ]*$")
    first: Decimal | None = None
    moved_by: Mapping[str, Decimal] = Field(default_factory=dict)


def entry(
    name: str,
    value: Decimal | None,
    *,
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    method: str = "",
    observed_until: dt.datetime | None = None,
    unit: Unit | None = None,
    tables: Iterable[str] | None = None,
    about: Mapping[str, str] | None = None,
    draws: str = "",
) -> Entry:
    """An entry whose unit, tables and definition are those of the figure in `retro.figures`.

    Args:
        name: The figure.
        value: Its value; None when it has not been observed yet.
        numerator: What a rate or ratio divides.
        denominator: What it divides by.
        low: Lower end of the 95 % interval.
        high: Upper end.
        method: How the interval was made.
        observed_until: Local moment until which its data was observed.
        unit: Its unit, for effects of experiments, whose metrics have units of their own.
        tables: Its tables, where this run used others than the figure says.
        about: Of a located loss, where it is.
        draws: The draws behind the interval.

    Raises:
        RetroError: There is no such figure; the message names the closest.

    Examples:
        >>> sold = entry("gmv", Decimal(100))
        >>> sold.unit, sold.tables
        ('money', ('orders',))
    """
    defined = figure(name)
    return Entry(
        name=name,
        value=value,
        unit=unit or defined.unit,
        numerator=numerator,
        denominator=denominator,
        low=low,
        high=high,
        method=method,
        observed_until=observed_until,
        tables=defined.tables if tables is None else tuple(tables),
        definition=defined.family,
        about=about or {},
        draws=draws,
    )


class Ledger:
    """The figures of one run, by name, in the order in which they were recorded."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            self.record(entry)

    def record(self, entry: Entry) -> None:
        """Add a figure; recording it again, as a cell that is run twice does, replaces it."""
        self._entries[entry.name] = entry

    def get(self, name: str) -> Entry | None:
        """The figure of a name, or None; an older ledger has words of a shop in other letters."""
        return self._entries.get(name) or self._entries.get(formerly_named(name))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All figures."""
        return tuple(self._entries.values())


def write_ledger(path: Path, ledger: Ledger) -> Path:
    """Write a ledger as JSON.

    Raises:
        RetroError: A figure is in no family of `retro.figures`; the message names the closest.
    """
    for one in ledger.entries:
        figure(one.name)
    entries = [one.model_dump(mode="json", exclude=_empty(one)) for one in ledger.entries]
    return write_json(path, {"entries": entries})


def _empty(entry: Entry) -> set[str]:
    """What few figures have, where this one has not."""
    return {name for name in ("draws", "first", "moved_by") if getattr(entry, name) in ("", None, {})}


def read_ledger(path: Path) -> Ledger:
    """Read a ledger; figures of an older one have the names that they have today.

    Raises:
        RetroError: The file is missing or is not a ledger.
    """
    data = read_json(path)
    try:
        return Ledger(Entry.model_validate(_of_today(one)) for one in data["entries"])
    except (KeyError, TypeError, ValidationError):
        raise RetroError(f"{shown(path)}: file must be a ledger of figures. Run its report again.") from None


def _of_today(data: Mapping[str, Any]) -> dict[str, Any]:
    name, family, about = data["name"], data["definition"], data.get("about") or {}
    about = about | {"figure": renamed(about["figure"])} if "figure" in about else about
    return {**data, "name": renamed(name, family), "definition": renamed_family(family), "about": about}
