"""First step of a run: the contract gate, its page, and the quarantined rows."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

from retro.contracts import (
    GateVerdict,
    Quarantined,
    check_tables,
    raise_on_breach,
    read_verdict,
    write_quarantine,
    write_verdict,
)
from retro.errors import ParamsError, RetroError, SourceError
from retro.files import locked, project_root, shown
from retro.ledger import begun
from retro.places import in_use, own_folder, quarantine_folder
from retro.publish import PublishedFile
from retro.publish.quality import Checked, publish_quality
from retro.report.coverage import with_coverage
from retro.report.observed import observed, refuse_unfinished, refuse_unrestricted
from retro.report.remembered import remembering
from retro.run.job import Job
from retro.run.surroundings import surroundings
from retro.sources import CurrencyError

_RUNS_SHOWN = 8
"""Earlier runs on the data-quality page."""


def check(job: Job) -> GateVerdict:
    """Run the contract gate on the tables that the report can use."""
    root = project_root()
    remembering(job.tables)
    verdict = check_tables(
        job.tables,
        needed=job.params.needed_tables(job.tables.names),
        wanted=job.params.tables,
        folder=job.request.folder.name,
        contracts_dir=root / "data_contracts",
        window=job.params.window,
        cache_dir=own_folder("verdicts"),
    )
    return with_coverage(verdict, job.tables, job.params.tables, job.params.window)


def refuse_early(job: Job) -> None:
    """Refuse what the data cannot answer before anything runs; data that cannot be asked is left to the gate."""
    refuse_unrestricted(job.params, job.tables)
    try:
        refuse_unfinished(job.params, job.tables, shown(job.request.params_file))
        job.tables.refuse_currencies(job.params.tables, observed(job.params, job.tables))
    except (ParamsError, CurrencyError):
        raise
    except Exception:  # noqa: BLE001, S110 - engines raise their own kinds; the gate says what is wrong with the table
        pass


def set_aside(job: Job, verdict: GateVerdict, name: Path) -> tuple[Quarantined, ...]:
    """Write the rows that break a rule below `quarantine/`, outside the reports since they hold keys."""
    with in_use():
        return write_quarantine(
            job.tables,
            verdict,
            folder=job.request.folder.name,
            contracts_dir=project_root() / "data_contracts",
            out=quarantine_folder() / name,
        )


def check_and_record(job: Job) -> tuple[PublishedFile, ...]:
    """Keep the gate's verdict and its page with the run, the broken rows outside it, and stop at a breach."""
    with locked(own_folder("verdicts") / ".lock"):  # what a run beside this one checks need not be checked twice
        verdict = check(job)
    write_verdict(job.folder / "verdict.json", verdict)
    set_aside(job, verdict, Path(job.run_id))
    checked = Checked(
        title=job.params.title,
        window=job.params.window,
        shop=job.source.shop,
        currency=job.source.currency,
        verdict=verdict,
        history=_earlier_verdicts(job),
    )
    around = None if verdict.breaches else surroundings(job)  # a run that stops here has no other page
    pages = tuple(publish_quality(checked, lang, job.folder, around) for lang in job.langs)
    raise_on_breach(verdict)
    return pages


def refuse_changed_data(job: Job) -> None:
    """Refuse to publish figures of data that nobody checked.

    A server without a `version` query is let be: its tables grow while a report is made.

    Raises:
        SourceError: The data is not what the gate checked.
    """
    if job.tables.has_version and job.tables.fingerprint() != job.data_fingerprint:
        where = shown(job.source_file)
        raise SourceError(f"{where}: data must stay as it was checked, but changed during the run. Run it again.")


def _earlier_verdicts(job: Job) -> list[tuple[dt.datetime, GateVerdict]]:
    """The verdicts of the editions before the first of this input, each input once.

    So a run that is forced again makes the same page, though it has runs before it that the first had not.
    """
    firsts: dict[str, Path] = {}
    for path in sorted((job.address / "runs").glob("*/verdict.json")):
        if path.with_name("manifest.json").is_file() or path.parent == job.folder:
            firsts.setdefault(path.parent.name.partition("-")[2], path)
    own = firsts[job.run_id.partition("-")[2]]
    found = []
    for path in [path for path in firsts.values() if path < own][-_RUNS_SHOWN:]:
        if (at := begun(path.parent.name)) is not None:
            with contextlib.suppress(RetroError):  # an older version's verdict, which this one cannot read
                found.append((at, read_verdict(path)))
    return found
