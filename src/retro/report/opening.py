"""Open the report that a notebook is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retro.campaigns import CampaignParams, load_params
from retro.contracts import GateVerdict, last_verdict, leave_out, personal_columns, read_verdict
from retro.files import project_root, shown
from retro.i18n import Lang, load_text
from retro.memo import Store
from retro.places import MEMO, own_folder
from retro.report.bases import bases_of
from retro.report.coverage import with_coverage
from retro.report.desk import at_desk, live_tables
from retro.report.locked import read_review
from retro.report.neighbours import read_neighbours, reported
from retro.report.observed import observed, refuse_unfinished, refuse_unrestricted
from retro.report.reaching import as_read
from retro.report.recorded import previous_ledger, read_campaigns
from retro.report.remembered import remembering
from retro.report.run_context import RunContext, read_run_context
from retro.sources import Tables, find_source, load_source, open_tables

if TYPE_CHECKING:
    from retro.report.report import Report


def open_report(params_file: str, *, lang: Lang = "zh", overrides: Mapping[str, Any] | None = None) -> Report:
    """Open a report and show its cover.

    Executed by `retro run`, the report uses the run's source and verdict and records its figures.
    Explored by hand, it uses the source beside the params file, the last verdict on this data, and records nothing.

    Args:
        params_file: The params file, relative to the project's root.
        lang: Language of the report, `zh` or `en`.
        overrides: Keys of the params schema to replace, validated like the file.

    Raises:
        ParamsError: The params do not fit their schema.
        SourceError: The source cannot be found or opened.
    """
    from retro.report.report import Report  # noqa: PLC0415 - charts cost two seconds, which `retro run` need not pay

    root = project_root()
    run = read_run_context()
    path = run.params if run is not None and run.params is not None else root / params_file
    source_file = run.source if run is not None else find_source(path)
    source = load_source(source_file).until(run.observed_until if run is not None else None)
    params = load_params(path, zone=source.zone, overrides=overrides)
    source = as_read(source, params)
    personal = personal_columns(root / "data_contracts") if params.segment else ()
    session = run.session if run is not None else ""
    tables = open_tables(source, source_file.name, params.segment, personal, session)
    remembering(tables)
    refuse_unrestricted(params, tables)
    refuse_unfinished(params, tables, shown(path))
    asked, params = params.comparable, params.to_date(observed(params, tables)).comparable
    text = load_text(lang, source.currency)
    reports = run.reports if run is not None else root / "reports"
    gate = _gate(run, path, params, tables)
    if gate is not None:
        leave_out(tables, gate)
    campaigns, bases = read_campaigns(params, reports), bases_of(params, root / "params", source.zone)
    address = run.address if run is not None else reports / path.parent.name / path.stem
    review = read_review(path, params, reports, address)
    previous = previous_ledger(params, reports)
    near = (reported(path, asked, reports), *read_neighbours(path, params, reports, source.zone))
    report = Report(params, tables, text, gate, run, previous, campaigns, bases, review, near, path, address)
    report.overrides = dict(overrides or {})
    Store(own_folder(MEMO)).clear()
    if at_desk():
        live_tables()
    report.cover()
    return report


def _gate(run: RunContext | None, path: Path, params: CampaignParams, tables: Tables) -> GateVerdict | None:
    if run is not None:
        return read_verdict(run.verdict)
    root = project_root()
    verdict = last_verdict(
        tables,
        needed=params.needed_tables(tables.names),
        wanted=params.tables,
        folder=path.parent.name,
        contracts_dir=root / "data_contracts",
        window=params.window,
        cache_dir=own_folder("verdicts"),
    )
    return None if verdict is None else with_coverage(verdict, tables, params.tables, params.window)
