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
from typing import Any

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
        tables={name: _content(job, name, first) for name in job.params.tables if name in job.tables},
        contracts=contracts,
        reports={one.name: text_hash(canonical_json(one.content)) for one in reports},
        code=code_parts(),
        libraries=libraries_now(),
    )


def libraries_now() -> dict[str, str]:
    """Versions of the libraries that can change a figure, and of Python."""
    return {name: version(name) for name in LIBRARIES} | {"python": platform.python_version()}


def _content(job: Job, name: str, first: dt.date) -> TableContent:
    """A table's rows and worth by day; counted once for the same contents."""
    given, worth = job.tables.contents.given(name), _worth(job, name)
    store, key = Store(own_folder(MEMO)), text_hash(canonical_json(["rows by day", name, given, worth]))
    text = store.get(key) if given is not None else None
    if text is None:
        text = canonical_json(_by_day(job.tables.whole(name), MOMENTS.get(name, ""), worth))
        if given is not None:
            store.put(key, (), key, text)
    days: Mapping[str, tuple[int, str | None]] = json.loads(text)
    total = [Decimal(amount) for _, amount in days.values() if amount is not None]
    return TableContent(
        content=given or "",
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


def _by_day(table: ir.Table, moment: str, worth: str) -> dict[str, tuple[int, str | None]]:
    """Rows, and what they are worth, by local day; all on no day for a table without dates."""
    day = table[moment].cast("timestamp").date() if moment in table.columns else None
    amount = table[worth].cast("float64") if worth else None
    facts: dict[str, Any] = {"n": table.count()} | ({"worth": amount.sum()} if amount is not None else {})
    found = (table.aggregate(**facts) if day is None else table.group_by(on=day).aggregate(**facts)).to_pyarrow()
    return {
        "" if row.get("on") is None else str(row["on"])[:10]: (
            int(row["n"]),
            str(Decimal(str(row["worth"] or 0)).quantize(_CENT)) if worth else None,
        )
        for row in found.to_pylist()
    }


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
