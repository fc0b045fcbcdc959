"""Editions of a report: which one is current, in which languages, and how many are kept."""

from __future__ import annotations

import shutil

from retro.errors import RetroError
from retro.files import project_root
from retro.i18n import LANGS, Lang
from retro.publish import Manifest, PublishedFile, read_manifest, write_index
from retro.run.job import Job


def newest_edition(job: Job) -> Manifest | None:
    """The newest edition; None where there is none, or none that can be read."""
    path = job.latest / "manifest.json"
    if not path.is_file():
        return None
    try:
        return read_manifest(path)
    except RetroError:  # a damaged edition is no edition
        return None


def is_current(job: Job, edition: Manifest) -> bool:
    """Whether an edition was made from the same input in all the languages asked for, and nobody changed its pages."""
    same = edition.input_hash == job.input_hash and set(job.langs) <= set(edition.langs)
    return same and all(_as_published(job, file) for file in edition.files)


def languages(job: Job, edition: Manifest | None) -> tuple[tuple[Lang, ...], tuple[Lang, ...]]:
    """The languages to make, and those that are lost.

    A language that the edition before has stays: where the input is the same it is made again, to the same bytes. A
    page that was made from other input would contradict the new one, so it goes.
    """
    before = set(edition.langs) if edition is not None else set()
    if edition is not None and edition.input_hash == job.input_hash:
        return tuple(lang for lang in LANGS if lang in {*job.langs, *before}), ()
    return job.langs, tuple(lang for lang in LANGS if lang in before - set(job.langs))


def keep(job: Job) -> None:
    """Keep the newest edition: remove an earlier failure record, and rebuild the index."""
    failure, index = job.address / "failure.json", job.request.reports / "index.html"
    if failure.is_file() or not index.is_file():
        failure.unlink(missing_ok=True)
        write_index(job.request.reports)


def clear_old_runs(job: Job) -> None:
    """Remove old runs of a report with their quarantine; never the published one."""
    standing = job.latest.resolve()
    runs = sorted((run for run in (job.address / "runs").iterdir() if run.is_dir()), key=lambda run: run.name)
    for run in runs[: -job.request.keep]:
        if run.resolve() != standing:
            shutil.rmtree(run, ignore_errors=True)
            shutil.rmtree(project_root() / "quarantine" / run.name, ignore_errors=True)


def _as_published(job: Job, file: PublishedFile) -> bool:
    path = job.latest / file.path
    return path.is_file() and PublishedFile.of(path, job.latest, file.lang, file.format) == file
