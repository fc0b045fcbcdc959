"""Compute an edition's figures again from its stored inputs, beside the reports; nothing is published."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from retro.contracts import raise_on_breach, write_verdict
from retro.execute import SERVER
from retro.files import make_folder, project_root
from retro.i18n import Lang
from retro.ledger import Version, read_version
from retro.memory import LEAST_TO_RUN, refuse_little_memory
from retro.places import REPLAY, in_use, own_folder
from retro.run.checking import check, refuse_early
from retro.run.editions import running
from retro.run.executing import execute
from retro.run.inputs import record_inputs
from retro.run.job import Request, prepare
from retro.run.storing import Stored, restore


def recompute(
    stored: Stored,
    reports: Path,
    lang: Lang,
    observed_until: dt.datetime | None,
    say: Callable[[str], None] = lambda _: None,
) -> Version:
    """An edition's figures by today's code, from the params, contracts and tables that it was made from.

    Args:
        stored: What it was made from.
        reports: The reports folder, in whose runs the other reports are read as they stood then.
        lang: The language of the notebook; a figure has none.
        observed_until: Local moment until which its data was observed.
        say: Called with the name of each step.

    Raises:
        RetroError: What it was made from is no more to be had, or it fails under today's code.
    """
    reports = reports.resolve()
    with in_use():
        refuse_little_memory(LEAST_TO_RUN)
        place = own_folder(REPLAY) / f"{Path(stored.run).name}-{os.getpid()}"
        shutil.rmtree(place, ignore_errors=True)
        try:
            source = restore(stored, place)
            beside = _beside(stored, reports, place / "reports")
            with contextlib.chdir(place):
                params = project_root() / stored.params_file
                overrides = stored.overrides
                asked = Request(params, (lang,), beside, source, overrides, observed_until=observed_until)
                with contextlib.closing(prepare(asked)) as job:
                    refuse_early(job)
                    SERVER.start()
                    with running(job):
                        say("check")
                        verdict = check(job)
                        write_verdict(job.folder / "verdict.json", verdict)
                        raise_on_breach(verdict)
                        record_inputs(job)
                        say("execute")
                        execute(job)
                return read_version(job.folder)
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _beside(stored: Stored, reports: Path, place: Path) -> Path:
    """A reports folder of its own, in which the other reports stand as they stood, as far as these runs are kept."""
    for name, run in stored.reports.items():
        link = place / name
        runs = (reports / name).with_name("runs")
        now = (reports / name).resolve().name
        make_folder(link.parent)
        if runs.is_dir() and not link.with_name("runs").is_symlink():
            link.with_name("runs").symlink_to(runs, target_is_directory=True)
        link.symlink_to(Path("runs") / (run if (runs / run).is_dir() else now), target_is_directory=True)
    return make_folder(place)
