"""Last step of a run: the manifest and the new edition, or the record of a failure."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retro.contracts import read_verdict
from retro.errors import ParamsError, RetroError, engine_error
from retro.files import canonical_json, code_version, shown, sync_names, text_hash, unplaced, write_json
from retro.ledger import Ledger, read_ledger, started
from retro.memory import out_of_memory, peak_memory_mb
from retro.privacy import without_people
from retro.publish import (
    Failure,
    Manifest,
    Published,
    PublishedFile,
    Tile,
    first_picture,
    write_failure,
    write_index,
    write_manifest,
)
from retro.report.observed import observed
from retro.run.job import Job, Request
from retro.stopping import stop_code


def finish(job: Job, pages: Sequence[Published], quality: Sequence[PublishedFile]) -> Manifest:
    """Write the manifest, then swap the new edition in: only now does anyone see it."""
    verdict = read_verdict(job.folder / "verdict.json")
    write_json(job.folder / "params.json", job.params.model_dump(mode="json"))
    start, end = job.params.window.start, job.params.window.end
    manifest = Manifest(
        folder=job.request.folder.as_posix(),
        name=job.address.name,
        kind=job.params.kind,
        title=dict(job.params.title),
        period_start=start,
        period_end=end,
        period=dict(job.params.period or {}),
        run_id=job.run_id,
        created_at=dt.datetime.now(dt.UTC),
        input_hash=job.input_hash,
        code_version=code_version(),
        source_fingerprint=job.data_fingerprint,
        contracts_hash=verdict.contracts_hash,
        params_hash=text_hash(canonical_json(job.params.model_dump(mode="json"))),
        langs=job.langs,
        formats=tuple(dict.fromkeys(file.format for page in pages for file in page.files)),
        overrides=dict(job.request.overrides),
        badge=verdict.badge,
        headline={page.lang: page.headline for page in pages},
        state=pages[0].state,
        tile=_tile(pages, read_ledger(job.folder / "ledger.json")),
        currency=job.source.currency,
        dated_on=pages[0].dated_on,
        observed_until=observed(job.params, job.tables),
        files=(*(file for page in pages for file in page.files), *first_picture(pages, job.folder), *quality),
        warnings=tuple(dict.fromkeys(warning for page in pages for warning in page.warnings)),
        seconds={step: round(seconds, 2) for step, seconds in job.seconds.items()},
        peak_memory_mb=max(job.peak_memory_mb, peak_memory_mb()),
    )
    write_manifest(manifest, job.folder)
    sync_names(job.folder)
    (job.address / "failure.json").unlink(missing_ok=True)  # from here on one that lies there is of a later attempt
    point(job.stands, job.run_id)
    if not job.signed:
        (job.address / "restated").unlink(missing_ok=True)  # of the edition before, which was signed
    return manifest


def _tile(pages: Sequence[Published], ledger: Ledger) -> Tile | None:
    """The headline figure in all languages; None where a page has none."""
    rows = {page.lang: page.tile for page in pages if page.tile is not None}
    first = next(iter(rows.values()), None)
    if first is None:
        return None
    recorded = ledger.get(first.figure)
    return Tile(
        figure=first.figure,
        label={lang: row.label for lang, row in rows.items()},
        value={lang: row.value.partition(" (")[0] for lang, row in rows.items()},
        number=recorded.value if recorded is not None else None,
    )


def point(link: Path, run_id: str) -> None:
    """Let a stable address lead to a run, in one step, so that every reader finds a whole edition.

    Raises:
        RetroError: Something that is not a link stands there, such as a copy made without links.
    """
    if link.exists() and not link.is_symlink():
        raise RetroError(f"{shown(link)}: address must be a link to a run, got a folder. Move it away.")
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("runs") / run_id, target_is_directory=True)
    temporary.replace(link)


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

    Params that do not fit leave none: whoever typed them reads the message.
    """
    progress = Progress(f"{started()}-unprepared")
    try:
        yield progress
    except ParamsError:
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
