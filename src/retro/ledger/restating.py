"""Restated figures: the value that was published first, and by how much each change has moved it since, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from pydantic import Field, ValidationError

from retro.errors import RetroError
from retro.files import read_json, write_json
from retro.ledger.entries import Entry, Ledger
from retro.validation import FrozenModel

CHANGES = ("code", "params", "reports", "orders", "refunds", "other_tables", "later_days", "together")
"""What moves a figure, in the order in which it is told: the program, params (with contracts and source), the reports
that it is made from, late rows by table, and the days since; `together` what nobody could tell apart."""

_FILE = "steps.json"
"""The file in a run's folder that says them."""


class Steps(FrozenModel):
    """The changes between two versions of a report.

    Attributes:
        names: Their names, of `CHANGES` and in its order.
        between: The figures once the first of them has happened, once the second has, and so on, without the last,
            whose figures are the later version's.
    """

    names: tuple[str, ...] = ("together",)
    between: tuple[Mapping[str, Decimal | None], ...] = Field(default=(), max_length=len(CHANGES))


def write_steps(run: Path, steps: Steps) -> Path:
    """Write `<run>/steps.json`."""
    return write_json(run / _FILE, steps.model_dump(mode="json"))


def read_steps(run: Path) -> Steps:
    """What lies between a run and the version before it; all together where the run did not say."""
    try:
        return Steps.model_validate(read_json(run / _FILE))
    except (RetroError, ValidationError):
        return Steps()


def restated(before: Ledger, after: Ledger, steps: Steps) -> Iterator[Entry]:
    """The figures of a version, each with the value that was published first and what moved it since.

    A figure that has no value now, or had none before, is not restated.

    Args:
        before: The version before, whose figures may have been restated themselves.
        after: This version.
        steps: What lies between.

    Examples:
        >>> facts = {"name": "gmv", "unit": "money", "tables": (), "definition": "sales"}
        >>> old, new = (Ledger([Entry(value=one, **facts)]) for one in (Decimal(90), Decimal(100)))
        >>> (told,) = restated(old, new, Steps(names=("params", "orders"), between=({"gmv": Decimal(88)},)))
        >>> str(told.first), {name: str(part) for name, part in told.moved_by.items()}
        ('90', {'params': '-2', 'orders': '12'})
    """
    for entry in after.entries:
        old = before.get(entry.name)
        if old is None or old.value is None or entry.value is None:
            yield entry
            continue
        parts = dict(old.moved_by)
        for name, part in _parts(entry.name, old.value, entry.value, steps):
            parts[name] = parts.get(name, Decimal(0)) + part
        moved_by = {name: parts[name] for name in CHANGES if parts.get(name)}
        first = (old.value if old.first is None else old.first) if moved_by else None
        yield entry.model_copy(update={"first": first, "moved_by": moved_by})


def parts_between(before: Entry | None, after: Entry | None) -> dict[str, Decimal]:
    """By how much each change moved a figure between two versions of which one followed the other.

    Empty where their records do not add up to the move, as of two reports.
    """
    if before is None or after is None or before.value is None or after.value is None:
        return {}
    parts = {name: after.moved_by.get(name, Decimal(0)) - before.moved_by.get(name, Decimal(0)) for name in CHANGES}
    told = {name: part for name, part in parts.items() if part}
    return told if sum(told.values(), Decimal(0)) == after.value - before.value else {}


def _parts(name: str, old: Decimal, new: Decimal, steps: Steps) -> Iterator[tuple[str, Decimal]]:
    values = [old, *(one.get(name) for one in steps.between), new]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or len(values) != len(steps.names) + 1:  # what is missing in between is told by nobody
        yield "together", new - old
        return
    for change, (earlier, later) in zip(steps.names, pairwise(known), strict=True):
        yield change, later - earlier
