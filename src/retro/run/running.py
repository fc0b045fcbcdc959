"""A run from the request to the new edition."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from retro.errors import RetroError
from retro.i18n import Lang
from retro.memory import LEAST_TO_RUN, refuse_little_memory
from retro.places import in_use
from retro.publish import Manifest, write_index
from retro.run.editions import clear_old_runs, is_current, newest_edition
from retro.run.failing import TooEarlyError, failure_on_record
from retro.run.holding import hold, holding, refuse_little_disk
from retro.run.job import Job, Request, prepare
from retro.sources import load_source


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        manifest: The edition that now stands there.
        latest: The address; of a report that was signed off before, that of its restatement.
        skipped: Whether the edition was there already.
        gone: Languages that the edition before had and this one has not, since they were made from other input.
    """

    manifest: Manifest
    latest: Path
    skipped: bool
    gone: tuple[Lang, ...] = ()


def run_report(request: Request, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """Make a report, publish it at its stable address and bring the index up to date.

    If anything fails, the last good edition stays there.

    Args:
        request: The request of a run.
        say: Called with the name of each step as it begins: `check`, `execute`, `publish`.

    Raises:
        TooEarlyError: It is to look further than the data reaches.
        RetroError: The run failed; a readable record of it stands beside the last good edition.
    """
    outcome = publish_report(request, say)
    write_index(request.reports)
    return outcome


def publish_report(request: Request, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """`run_report`, but for the index: whoever makes several reports writes it once for all.

    Args:
        request: The request of a run.
        say: As for `run_report`.

    Raises:
        TooEarlyError: It is to look further than the data reaches.
        RetroError: The run failed; a readable record of it stands beside the last good edition.
    """
    with holding(request, say), failure_on_record(request) as progress, in_use():
        refuse_little_memory(LEAST_TO_RUN)
        refuse_little_disk(request.reports)
        with contextlib.closing(prepare(request)) as job:
            if request.complete:
                _refuse_short(job)
            before = newest_edition(job)
            if (outcome := _kept(job, before)) is not None:
                return outcome
            from retro.run.making import make  # noqa: PLC0415 - what is there already needs no engine
            from retro.run.storing import clear_stored  # noqa: PLC0415 - same

            manifest, gone = make(job, before, progress, say)
    clear_old_runs(job)
    clear_stored()
    return Outcome(manifest, job.stands, skipped=False, gone=gone)


def standing(request: Request) -> Outcome | None:
    """The edition that is there already, found without opening the data; None where only a run can tell.

    It leaves the index as it is.
    """
    with contextlib.suppress(RetroError, OSError), hold(request.address, wait=False), in_use():
        job = prepare(request)
        if job.files_fingerprint is not None:
            return _kept(job, newest_edition(job))
    return None


def _refuse_short(job: Job) -> None:
    """Refuse to report on data that does not reach the moment up to which the run looks; the run says what is wrong.

    Raises:
        TooEarlyError: It ends before.
    """
    from retro.report.observed import reached  # noqa: PLC0415 - an edition that is there needs no engine

    until, said = None, load_source(job.source_file).observed_until  # of the job's own it is the run's moment
    with contextlib.suppress(RetroError):
        until = reached(job.params, job.tables)
    until = until and (said or until)
    if until and job.request.observed_until and until < job.request.observed_until:
        raise TooEarlyError(until)


def _kept(job: Job, before: Manifest | None) -> Outcome | None:
    """Keep the newest edition, where nothing that it was made from has changed: remove an earlier failure record."""
    if before is None or job.request.force or not is_current(job, before):
        return None
    (job.address / "failure.json").unlink(missing_ok=True)
    return Outcome(before, job.stands if job.stands.exists() else job.latest, skipped=True)
