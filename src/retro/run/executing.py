"""Second step of a run: the notebook in every language at once, and one ledger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from retro.errors import ExecutionError, shorten
from retro.execute import Executed, Together, execute_notebook
from retro.files import shown, unplaced, write_json
from retro.i18n import Lang
from retro.ledger import compare, read_ledger, write_ledger
from retro.places import scratch_folder
from retro.report import VARIABLE, RunContext
from retro.run.job import Job
from retro.sources import secrets


def execute(job: Job) -> list[Path]:
    """Execute the notebook in every language at once, each in a process of its own."""
    context = RunContext(
        source=job.source_file.resolve(),
        folder=job.folder.resolve(),
        reports=job.request.reports.resolve(),
        params=job.request.params_file.resolve(),
        observed_until=job.request.observed_until,
        before=job.before.resolve() if job.before else None,
        session=job.tables.session,
    )
    together = Together()
    # The context holds this machine's paths, so it stays outside the run.
    with TemporaryDirectory(dir=scratch_folder()) as folder, ThreadPoolExecutor(len(job.langs)) as pool:
        context_file = write_json(Path(folder) / "context.json", context.model_dump(mode="json"))
        try:
            executed = list(pool.map(lambda lang: _execute_one(job, lang, context_file, together), job.langs))
        except BaseException:
            together.stop()
            raise
    _merge_ledgers(job)
    job.peak_memory_mb = max(one.peak_memory_mb for one in executed)
    return [one.copy for one in executed]


def _execute_one(job: Job, lang: Lang, context_file: Path, together: Together) -> Executed:
    return execute_notebook(
        job.notebook,
        job.folder / f"{lang}.ipynb",
        parameters={
            "params_file": unplaced(shown(job.request.params_file)),
            "lang": lang,
            "overrides": dict(job.request.overrides),
        },
        environment={VARIABLE: str(context_file.resolve())},
        secrets=secrets(job.source),
        together=together,
    )


def _merge_ledgers(job: Job) -> None:
    """Hold the languages' figures against each other and keep one ledger: a figure has no language."""
    paths = [job.folder / f"ledger.{lang}.json" for lang in job.langs]
    if missing := [path.name for path in paths if not path.is_file()]:
        raise ExecutionError(f"{shown(job.notebook)}: last cell must call report.conclude(), got no {missing[0]}.")
    first, *others = [read_ledger(path) for path in paths]
    for other in others:
        if moves := compare(first, other):
            names = shorten([move.name for move in moves])
            raise ExecutionError(
                f"{shown(job.notebook)}: figures must be equal in every language, but differ: {names}."
            )
    write_ledger(job.folder / "ledger.json", first)
    for path in paths:
        path.unlink()
