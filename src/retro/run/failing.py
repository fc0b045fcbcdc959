"""Steps of a run, and the record of a failure in one of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from retro.errors import ParamsError, RetroError, engine_error
from retro.files import unplaced
from retro.ledger import started
from retro.memory import out_of_memory
from retro.privacy import without_people
from retro.publish import Failure
from retro.run.job import Job, Request
from retro.stopping import stop_code


class TooEarlyError(RetroError):
    """No failure: data is not there yet; `reaches` says until when it was observed."""

    def __init__(self, reaches: dt.datetime) -> None:
        super().__init__(f"data reaches {reaches:%Y-%m-%dT%H:%M}")
        self.reaches = reaches


@dataclass
class Progress:
    """The step of a run, for the record of a failure."""

    run_id: str
    step: str = "prepare"


@contextlib.contextmanager
def step(job: Job, progress: Progress, name: str, say: Callable[[str], None]) -> Iterator[None]:
    """Enter a step of a run, and time it."""
    progress.run_id, progress.step = job.run_id, name
    say(name)
    began = time.perf_counter()
    yield
    job.seconds[name] = time.perf_counter() - began


@contextlib.contextmanager
def failure_on_record(request: Request) -> Iterator[Progress]:
    """Leave a readable record of a failure beside the last good edition, and say it on the index.

    Params that do not fit leave none: whoever typed them reads the message. Nor does data that is waited for.
    """
    progress = Progress(f"{started()}-unprepared")
    try:
        yield progress
    except (ParamsError, TooEarlyError):
        raise
    except BaseException as reason:
        lack = out_of_memory(reason)
        failure = Failure(
            run_id=progress.run_id,
            at=dt.datetime.now(dt.UTC),
            step=progress.step,
            exit_code=stop_code() or getattr(reason, "exit_code", 1),
            message=_in_words(lack or reason),
        )
        _record_if_room(failure, request)
        if (code := stop_code()) is not None:
            raise SystemExit(code) from reason
        if lack is not None:
            raise lack from reason
        raise


def _record_if_room(failure: Failure, request: Request) -> None:
    """Write a failure down and say it on the index; where that finds no memory or disk, the failure itself is told.

    Raises:
        BaseException: Whatever else went wrong.
    """
    try:
        from retro.publish import write_failure, write_index  # noqa: PLC0415 - runs that change nothing end sooner

        write_failure(failure, request.address)
        write_index(request.reports)
    except OSError:
        logging.getLogger(__name__).debug("no record of a failure", exc_info=True)
    except BaseException as reason:
        if out_of_memory(reason) is None:
            raise


def _in_words(reason: BaseException) -> tuple[str, ...]:
    if stop_code() is not None or isinstance(reason, KeyboardInterrupt | SystemExit):
        return ("The run was stopped before its end.",)
    if isinstance(reason, RetroError):
        return tuple(without_people(unplaced(str(reason))).splitlines())  # it repeats what was asked for
    return (without_people(unplaced(engine_error(reason))),)
