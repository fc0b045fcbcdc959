"""Editions of a report: which one is current, in which languages, and how many are kept."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from retro.errors import RetroError
from retro.files import locked, project_root
from retro.i18n import LANGS, Lang
from retro.ledger import begun
from retro.publish import Manifest, PublishedFile, read_manifest
from retro.run.job import Job

LOCK = ".running"
"""The file that a run locks in its folder while it is made."""

_LONG = 3600
"""Seconds that no file takes to be written."""


def newest_edition(job: Job) -> Manifest | None:
    """The newest edition, of a signed report its restatement; None where there is none, or none that can be read."""
    standing = (link / "manifest.json" for link in (job.stands, job.latest))
    path = next((path for path in standing if path.is_file()), None)
    if path is None:
        return None
    try:
        return read_manifest(path)
    except RetroError:  # a damaged edition is no edition
        return None


def is_current(job: Job, edition: Manifest) -> bool:
    """Whether an edition was made from the same input in all the languages asked for, and nobody changed its pages."""
    same = edition.input_hash == job.input_hash and set(job.langs) <= set(edition.langs)
    return same and all(_as_published(job.address / "runs" / edition.run_id, file) for file in edition.files)


def languages(job: Job, edition: Manifest | None) -> tuple[tuple[Lang, ...], tuple[Lang, ...]]:
    """The languages to make, and those that are lost.

    A language that the edition before has stays: where the input is the same it is made again, to the same bytes. A
    page that was made from other input would contradict the new one, so it goes.
    """
    before = set(edition.langs) if edition is not None else set()
    if edition is not None and edition.input_hash == job.input_hash:
        return tuple(lang for lang in LANGS if lang in {*job.langs, *before}), ()
    return job.langs, tuple(lang for lang in LANGS if lang in before - set(job.langs))


@contextlib.contextmanager
def running(job: Job) -> Iterator[None]:
    """Hold the lock by which other runs see that this one's folder is not left over."""
    with locked(job.folder / LOCK):
        yield
    (job.folder / LOCK).unlink(missing_ok=True)


def clear_old_runs(job: Job) -> None:
    """Remove all but the newest good editions, and what dead runs left; never one that stands or runs.

    A folder whose name is no run's is somebody else's.
    """
    standing = {job.latest.resolve(), (job.address / "restated").resolve()}
    runs = [run for run in sorted((job.address / "runs").iterdir()) if run.is_dir() and begun(run.name)]
    ended = [run for run in runs if not _runs(run)]
    good = [run for run in ended if (run / "manifest.json").is_file()]
    dead = [run for run in ended if run not in good]
    for run in (*good[: -job.request.keep], *dead):
        if run.resolve() not in standing:
            shutil.rmtree(run, ignore_errors=True)
            shutil.rmtree(project_root() / "quarantine" / run.name, ignore_errors=True)
    for half in (*job.address.glob(".failure.json.*"), *job.request.reports.glob(".index.html.*")):
        if half.stat().st_mtime < time.time() - _LONG:  # of a process that was killed while it wrote
            half.unlink(missing_ok=True)
    for link in (
        *job.address.glob(".latest.*"),
        *job.address.glob(".restated.*"),
    ):  # of a run that was killed before it could put it in place
        if link.is_symlink() and not (link.exists() and _runs(link.resolve())):
            link.unlink(missing_ok=True)


def _runs(run: Path) -> bool:
    """Whether the process that makes a run is alive: then it holds the run's lock."""
    if not (run / LOCK).is_file():
        return False
    with locked(run / LOCK, wait=False) as mine:
        return not mine


def _as_published(run: Path, file: PublishedFile) -> bool:
    path = run / file.path
    return path.is_file() and PublishedFile.of(path, run, file.lang, file.format) == file
