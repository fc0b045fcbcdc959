"""A run whose edition is not there yet: check, execute, publish, and swap the new edition in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from retro.execute import SERVER
from retro.i18n import Lang
from retro.publish import Manifest, publish
from retro.run.checking import check_and_record, refuse_changed_data, refuse_early
from retro.run.editions import languages, running
from retro.run.executing import execute
from retro.run.failing import Progress, step
from retro.run.finishing import finish
from retro.run.inputs import record_inputs
from retro.run.job import Job
from retro.run.splitting import split
from retro.run.storing import store_inputs
from retro.run.surroundings import surroundings


def make(
    job: Job, before: Manifest | None, progress: Progress, say: Callable[[str], None]
) -> tuple[Manifest, tuple[Lang, ...]]:
    """Make a report's new edition.

    Args:
        job: The run.
        before: The edition before.
        progress: Where the run is told to be, for the record of a failure.
        say: Called with the name of each step.

    Returns:
        The new edition, and the languages that the edition before had and this one has not.

    Raises:
        RetroError: A step failed; nothing of the new edition is seen.
    """
    refuse_early(job)
    job.langs, gone = languages(job, before)
    SERVER.start()  # it imports while the data is checked
    with running(job):
        with step(job, progress, "check", say):
            quality = check_and_record(job)
            record_inputs(job)
        store_inputs(job)
        with contextlib.ExitStack() as computing:
            split(job, lambda: computing.enter_context(step(job, progress, "split", say)))
        with step(job, progress, "execute", say):
            notebooks = execute(job)
        with step(job, progress, "publish", say):
            around = surroundings(job)
            pages = [publish(notebook, job.folder, around=around) for notebook in notebooks]
        refuse_changed_data(job)
        return finish(job, pages, quality), gone
