"""What a run is made from, written down before its notebook runs, so that later versions can tell what changed."""

from __future__ import annotations

import datetime as dt
import json
import platform
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from retro.contracts import load_contract, read_verdict
from retro.files import canonical_json, code_parts, project_root, text_hash
from retro.ledger import Inputs, TableContent, write_inputs
from retro.memo import Store
from retro.places import MEMO, own_folder
from retro.report import read_campaigns
from retro.report.observed import observed
from retro.run.job import LIBRARIES, Job
from retro.sources.as_of import MOMENTS

_CENT = Decimal("0.01")

_Days: TypeAlias = Mapping[str, tuple[int, str | None]]
"""Rows and worth by day."""

_KINDS = {"on": "date", "worth": "float64"}

_UNDATED = ""
"""The day of rows without a date."""


def record_inputs(job: Job) -> Path:
    """Write what a run is made from into its folder."""
    return write_inputs(job.folder, inputs_of(job, read_verdict(job.folder / "verdict.json").contracts_hash))


def inputs_of(job: Job, contracts: str) -> Inputs:
    """What a run is made from, part by part; `contracts` is the hash of those that its data was held against."""
    reports = read_campaigns(job.params, job.request.reports)
    first = job.params.window.baseline_start.date()
    return Inputs(
        observed_until=observed(job.params, job.tables),
        params=job.params.model_dump(mode="json"),
        tables=_contents(job, first),
        contracts=contracts,
        reports={one.name: text_hash(canonical_json(one.content)) for one in reports},
        code=code_parts(),
        libraries=libraries_now(),
    )


def libraries_now() -> dict[str, str]:
    """Versions of the libraries that can change a figure, and of Python."""
    return {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}


def _contents(job: Job, first: dt.date) -> dict[str, TableContent]:
    """Rows and worth by day of each table; counted once for the same contents, and in one query for all others."""
    store, known, asked = Store(own_folder(MEMO)), dict[str, str](), dict[str, str | None]()
    names = {name: _worth(job, name) for name in job.params.tables if name in job.tables}
    given = {name: job.tables.contents.given(name) for name in names}
    for name, worth in names.items():
        key = text_hash(canonical_json(["rows by day", name, given[name], worth]))
        text = store.get(key) if given[name] is not None else None
        if text is None:
            asked[name] = key if given[name] is not None else None
        else:
            known[name] = text
    for name, days in _by_day(job, {name: names[name] for name in asked}).items():
        known[name] = canonical_json(days)
        if (kept := asked[name]) is not None:
            store.put(kept, (), kept, known[name])
    return {name: _content(json.loads(known[name]), given[name] or "", worth, first) for name, worth in names.items()}


def _content(days: _Days, given: str, worth: str, first: dt.date) -> TableContent:
    total = [Decimal(amount) for _, amount in days.values() if amount is not None]
    return TableContent(
        content=given,
        rows=sum(rows for rows, _ in days.values()),
        worth=sum(total, Decimal(0)) if worth else None,
        days=_folded(days, first),
    )


def _worth(job: Job, name: str) -> str:
    """The column that says what a row is worth; empty where none does, or amounts are in several currencies."""
    path = project_root() / "data_contracts" / f"{name}.yaml"
    column = load_contract(path).worth if path.is_file() else ""
    columns = job.tables.whole(name).columns
    return column if column in columns and "currency" not in columns else ""


def _by_day(job: Job, names: Mapping[str, str]) -> Mapping[str, _Days]:
    """Of tables, with their worth, what each holds by local day; all on no day for a table without dates."""
    parts = [_counted(name, job.tables.whole(name), worth) for name, worth in names.items()]
    found = {name: dict[str, tuple[int, str | None]]() for name in names}
    for row in ibis.union(*parts).to_pyarrow().to_pylist() if parts else ():
        name, worth = row["name"], str(Decimal(str(row["worth"] or 0)).quantize(_CENT))
        day = _UNDATED if row["on"] is None else str(row["on"])[:10]
        found[name][day] = int(row["n"]), worth if names[name] else None
    return found


def _counted(name: str, table: ir.Table, worth: str) -> ir.Table:
    at = MOMENTS.get(name, "")
    day = [table[at].cast("timestamp").date().name("on")] if at in table.columns else []
    amount = {"worth": table[worth].cast("float64").sum()} if worth else {}
    found = table.aggregate(by=day, n=table.count(), **amount)
    lacking = {column: kind for column, kind in _KINDS.items() if column not in found.columns}
    found = found.mutate(**{column: ibis.null(kind) for column, kind in lacking.items()})
    return found.select("on", "n", "worth", name=ibis.literal(name))


def _folded(days: Mapping[str, tuple[int, str | None]], first: dt.date) -> dict[dt.date, str]:
    """Days since the report's baseline began, what was before under the day before it; rows without a date nowhere."""
    rows_of, worth_of = Counter[dt.date](), dict[dt.date, Decimal]()
    for said, (rows, worth) in days.items():
        if said != _UNDATED:
            day = max(dt.date.fromisoformat(said), first - dt.timedelta(days=1))
            rows_of[day] += rows
            if worth is not None:
                worth_of[day] = worth_of.get(day, Decimal(0)) + Decimal(worth)
    return {day: f"{rows_of[day]} {worth_of.get(day, '')}".strip() for day in sorted(rows_of)}
