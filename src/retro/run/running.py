"""A run from the request to the new edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from retro.execute import SERVER
from retro.i18n import Lang
from retro.memory import LEAST_TO_RUN, refuse_little_memory
from retro.places import in_use
from retro.publish import Manifest, publish, write_index
from retro.run.checking import check_and_record, refuse_changed_data, refuse_early
from retro.run.editions import clear_old_runs, is_current, keep, languages, newest_edition, running
from retro.run.executing import execute
from retro.run.finishing import failure_on_record, finish, step
from retro.run.holding import holding, refuse_little_disk
from retro.run.inputs import record_inputs
from retro.run.job import Request, prepare
from retro.run.storing import clear_stored, store_inputs
from retro.run.surroundings import surroundings


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
    """Make a report and publish it at its stable address; if anything fails, the last good edition stays there.

    Args:
        request: The request of a run.
        say: Called with the name of each step as it begins: `check`, `execute`, `publish`.

    Raises:
        RetroError: The run failed; a readable record of it stands beside the last good edition.
    """
    with holding(request, say), failure_on_record(request) as progress, in_use():
        refuse_little_memory(LEAST_TO_RUN)
        refuse_little_disk(request.reports)
        job = prepare(request)
        before = newest_edition(job)
        if before is not None and is_current(job, before) and not request.force:
            keep(job)
            return Outcome(before, job.stands if job.stands.exists() else job.latest, skipped=True)
        refuse_early(job)
        job.langs, gone = languages(job, before)
        SERVER.start()  # it imports while the data is checked
        with running(job):
            with step(job, progress, "check", say):
                quality = check_and_record(job)
                record_inputs(job)
            with step(job, progress, "execute", say):
                notebooks = execute(job)
            with step(job, progress, "publish", say):
                around = surroundings(job)
                pages = [publish(notebook, job.folder, around=around) for notebook in notebooks]
            refuse_changed_data(job)
            store_inputs(job)
            manifest = finish(job, pages, quality)
    clear_old_runs(job)
    clear_stored()
    write_index(request.reports)
    return Outcome(manifest, job.stands, skipped=False, gone=gone)
