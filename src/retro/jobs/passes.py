"""A whole pass of the monthly job: what is due is done, written down, told, and handed to a catalogue."""

from __future__ import annotations

from collections.abc import Callable

from retro.errors import RetroError
from retro.jobs.channels import read_notify
from retro.jobs.lineage import send_lineage
from retro.jobs.log import Log
from retro.jobs.telling import Teller
from retro.jobs.working import Worker
from retro.run import Done


def run_pass(worker: Worker, warn: Callable[[str], None]) -> list[Done]:
    """Do what is due, and tell of each as soon as it is done.

    Args:
        worker: What does it.
        warn: Told what could not be sent; it changes nothing of the pass.
    """
    log = Log("log")
    log.write("began", on=str(worker.on or ""), target=worker.target)
    try:
        notify = read_notify()
    except RetroError as reason:
        warn(str(reason))
        log.write("not_told", problem=str(reason))
        notify = None
    pass_done: list[Done] = []
    for done in worker.work():
        pass_done.append(done)
        log.done(done)
        if notify is None:
            continue
        problems = Teller(notify, worker.reports).tell(done)
        problems += send_lineage(notify.lineage, done, worker.reports)
        for problem in problems:
            warn(problem)
            log.write("not_told", report=done.report, problem=problem)
    log.write("ended", exit_code=max((done.exit_code for done in pass_done), default=0))
    return pass_done
