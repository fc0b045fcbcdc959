"""Split what moves since the version before, exactly: compute what lies between, one change after the other."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from retro.errors import RetroError
from retro.ledger import Changes, Ledger, Steps, Version, changes, read_inputs, read_version, write_steps
from retro.run.job import Job
from retro.run.recomputing import recompute
from retro.run.storing import Stored, read_stored

_GROUPS: Mapping[str, frozenset[str]] = {
    "orders": frozenset({"orders", "order_items"}),
    "refunds": frozenset({"refunds"}),
}
"""Tables whose late rows are told by table; all others come after them, together."""

_Change = tuple[str, Stored, dt.datetime | None]
"""What changed, and what the figures are made from once it has: inputs, and until when data is observed."""


def split(job: Job, say: Callable[[], None]) -> None:
    """Write down what lies between a run and the version before it; nothing in a first version.

    One change alone has moved all that moves. Of several, the figures between them are computed from stored inputs;
    where these cannot be had, or give no report by today's code, the changes are told together.

    Args:
        job: A run whose inputs are recorded and stored.
        say: Called where something has to be computed.
    """
    if job.before is None:
        return
    steps = Steps()
    try:
        found = _changes(job, job.before)
        if len(found) > 1:
            say()
        between = [_figures(job, *change) for change in found[:-1]]
        if found:
            steps = Steps(names=tuple(name for name, *_ in found), between=tuple(between))
    except Exception:
        logging.getLogger(__name__).debug("%s: what moved is not split", job.run_id, exc_info=True)
    write_steps(job.folder, steps)


def _figures(job: Job, _: str, stored: Stored, until: dt.datetime | None) -> dict[str, Any]:
    made = recompute(stored, job.request.reports, job.langs[0], until)
    return {entry.name: entry.value for entry in made.ledger.entries}


def _changes(job: Job, before: Path) -> list[_Change]:
    """What differs from the version before, in the order of `CHANGES`.

    Raises:
        RetroError: A version did not say what it was made from, or its tables are no more to be had.
    """
    old, new = read_version(before), Version(job.run_id, Ledger(), read_inputs(job.folder))
    if old.inputs is None or new.inputs is None:
        raise RetroError(f"{before.name}: version must say what it was made from, but does not.")
    found, a, b = changes(old, new), read_stored(before), read_stored(job.folder)
    program = [("code", a, old.inputs.observed_until)] if found.modules or found.libraries else []
    several = [*program, *_others(found, a, b, old.inputs.observed_until, new.inputs.observed_until)]
    if len(several) > 1 and several[0][0] in {"code", "params", "reports"} and _served_late(found, b):
        raise RetroError(f"{before.name}: tables of a server must be as they were, but are not.")
    return several


def _served_late(found: Changes, stored: Stored) -> bool:
    """Whether a server has other rows of days that were observed before: it has no more what it had."""
    served = not str(stored.source.get("url", "duckdb://")).startswith("duckdb://")
    return served and any(table.late_rows or table.late_days for table in found.tables)


def _others(
    found: Changes, a: Stored, b: Stored, until: dt.datetime | None, later: dt.datetime | None
) -> Iterator[_Change]:
    """What differs beside the program."""
    source = {key: value for key, value in b.source.items() if key != "observed_until"}
    source |= {key: value for key, value in a.source.items() if key == "observed_until"}
    # files are params of all reports, and most of them nobody reads
    own = {name: getattr(b, name) for name in ("folder", "params_file", "files", "overrides")}
    now = a.model_copy(update={**own, "source": source})
    if found.params or found.contracts or a.overrides != b.overrides or source != a.source:
        yield "params", now, until
    now = now.model_copy(update={"reports": b.reports})
    if found.reports:
        yield "reports", now, until
    moved = {table.table for table in found.tables}
    fed = {
        name: _fed(name, b.source) & moved for name in {**a.tables, **b.tables} if _hashes(a, name) != _hashes(b, name)
    }
    for change, members in _GROUPS.items():
        group = [name for name in fed if fed[name] & members]
        now, fed = _with(now, b, group), {name: tables for name, tables in fed.items() if name not in group}
        if group:
            yield change, now, until
    now = _with(now, b, [*fed]).model_copy(update={"database": b.database})
    if any(fed.values()) or (a.database != b.database and moved) or _served_late(found, b):
        yield "other_tables", now, until
    if until != later:
        yield "later_days", now.model_copy(update={"source": b.source}), later


def _hashes(stored: Stored, name: str) -> list[str]:
    return [file.hash for file in stored.tables.get(name, ())]


def _with(now: Stored, later: Stored, names: list[str]) -> Stored:
    """What it was made from, with some tables as they are later."""
    return now.model_copy(update={"tables": {**now.tables, **{name: later.tables.get(name, ()) for name in names}}})


def _fed(name: str, source: Mapping[str, Any]) -> set[str]:
    """The tables that a file's rows come into: its own, and those whose SQL names it."""
    specs: dict[str, Mapping[str, Any]] = {**source.get("raw", {}), **source.get("tables", {})}
    fed, todo = set[str](), [name]
    while todo:
        fed |= set(todo)
        named = re.compile(rf"\b({'|'.join(map(re.escape, todo))})\b")
        todo = [one for one, spec in specs.items() if one not in fed and named.search(str(spec.get("sql") or ""))]
    return fed
