"""Run reports: check the data, execute the notebook, publish the pages, and swap the new edition in at the very end."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retro.campaigns import CampaignParams, load_params
from retro.contracts import (
    GateVerdict,
    Quarantined,
    check_tables,
    raise_on_breach,
    read_verdict,
    write_quarantine,
    write_verdict,
)
from retro.errors import ExecutionError, ParamsError, RetroError, did_you_mean, shorten
from retro.execute import execute_notebook
from retro.files import canonical_json, code_version, files_hash, project_root, shown, text_hash, write_json
from retro.i18n import LANGS, Lang
from retro.ledger import compare, read_ledger, write_ledger
from retro.publish import (
    Failure,
    Manifest,
    Published,
    PublishedFile,
    publish,
    read_manifest,
    write_failure,
    write_index,
    write_manifest,
)
from retro.publish.quality import Checked, publish_quality
from retro.report import VARIABLE, RunContext, previous_ledger
from retro.sources import Source, Tables, find_source, load_source, open_tables, secrets

_LIBRARIES = ("duckdb", "ibis-framework", "pandas", "numpy", "scipy", "matplotlib", "seaborn", "nbconvert", "typst")
"""Libraries whose version can change a figure or a page."""

_RUN_TIME = "%Y%m%dT%H%M%S%fZ"
"""How a run's id begins: ids sort by time."""

_RUNS_SHOWN = 8
"""Earlier runs on the data-quality page."""


@dataclass(frozen=True)
class Request:
    """What is to be run.

    Attributes:
        params_file: The params file.
        langs: Languages of the pages.
        reports: The reports folder.
        source_file: The source file; by default the nearest `source.yaml` at or above the params file.
        overrides: Keys of the params to replace; such a run has an address of its own.
        force: Run although nothing has changed.
    """

    params_file: Path
    langs: tuple[Lang, ...] = LANGS
    reports: Path = Path("reports")
    source_file: Path | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    force: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a run ended: the edition that now stands at its address, and whether it was there already."""

    manifest: Manifest
    latest: Path
    skipped: bool


@dataclass
class Job:
    """A run being carried out: what was asked, opened once, and what each step took.

    Attributes:
        request: What was asked.
        params: Validated params.
        source_file: The source file in use.
        source: What it says.
        tables: The opened source.
    """

    request: Request
    params: CampaignParams
    source_file: Path
    source: Source
    tables: Tables
    step: str = "prepare"
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def address(self) -> Path:
        """The report's own folder; overrides lead to another one, so that they never replace the plain report."""
        name = self.request.params_file.stem
        if self.request.overrides:
            name += f"+{text_hash(canonical_json(self.request.overrides))[:8]}"
        return self.request.reports / self.request.params_file.resolve().parent.name / name

    @property
    def latest(self) -> Path:
        """The stable address of the newest good edition."""
        return self.address / "latest"

    @cached_property
    def run_id(self) -> str:
        """When the run began and what went in."""
        return f"{dt.datetime.now(dt.UTC):{_RUN_TIME}}-{self.input_hash[:8]}"

    @property
    def folder(self) -> Path:
        """Where everything of this run is built."""
        return self.address / "runs" / self.run_id

    @property
    def notebook(self) -> Path:
        """The kind's notebook."""
        return project_root() / "notebooks" / f"{self.params.kind}.ipynb"

    @cached_property
    def data_fingerprint(self) -> str:
        """A hash of the data."""
        return self.tables.fingerprint()

    @cached_property
    def input_hash(self) -> str:
        """A hash of everything that a page can depend on; equal hashes mean equal pages."""
        root = project_root()
        previous = previous_ledger(self.params, self.request.reports)
        return text_hash(
            canonical_json(
                {
                    "params": self.params.model_dump(mode="json"),
                    "data": self.data_fingerprint,
                    "contracts": files_hash(sorted((root / "data_contracts").rglob("*.yaml"))),
                    "notebook": files_hash([self.notebook]) if self.notebook.is_file() else None,
                    "previous": [entry.model_dump(mode="json") for entry in previous.entries],
                    "code": code_version(),
                    "libraries": {name: version(name) for name in _LIBRARIES},
                    "python": sys.version_info[:2],
                }
            )
        )


def run_report(request: Request, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """Make a report and put it at its stable address; the last good edition stays there if anything fails.

    Args:
        request: What is to be run.
        say: Told the name of each step as it begins: `check`, `execute`, `publish`.

    Raises:
        RetroError: The run failed; a readable record of it stands beside the last good edition.
    """
    job = prepare(request)
    if (done := _already_done(job)) is not None and not request.force:
        return Outcome(done, job.latest, skipped=True)
    with _failure_on_record(job):
        with _step(job, "check", say):
            quality = _check(job)
        with _step(job, "execute", say):
            notebooks = _execute(job)
        with _step(job, "publish", say):
            pages = [publish(notebook, job.folder) for notebook in notebooks]
        manifest = _finish(job, pages, quality)
    write_index(request.reports)
    return Outcome(manifest, job.latest, skipped=False)


def find_params(target: str) -> list[Path]:
    """The params files that a target means: `2025Q1` all of a folder, `2025Q1/new_user_week` one.

    Raises:
        ParamsError: There is no such folder or file.
    """
    root = project_root() / "params"
    for path in (root / target, root / f"{target}.yaml", Path(target)):
        if path.is_dir():
            if files := sorted(file for file in path.glob("*.yaml") if file.name != "source.yaml"):
                return files
            raise ParamsError(f"{shown(path)}: folder must hold a params file. Add one, such as new_user_week.yaml.")
        if path.is_file():
            return [path]
    raise ParamsError(f"{target}: must be a folder or file of params/. {did_you_mean(target, known_targets())}")


def known_targets() -> list[str]:
    """Every folder and params file that can be run."""
    root = project_root() / "params"
    files = [path.relative_to(root).with_suffix("") for path in root.rglob("*.yaml") if path.name != "source.yaml"]
    return sorted({path.as_posix() for path in files} | {path.parent.as_posix() for path in files} - {"."})


def prepare(request: Request) -> Job:
    """Validate what was asked and open the source.

    Raises:
        ParamsError: The params do not fit.
        SourceError: The source does not fit or cannot be opened.
    """
    source_file = request.source_file or find_source(request.params_file)
    source = load_source(source_file)
    params = load_params(request.params_file, zone=source.zone, overrides=request.overrides)
    return Job(request, params, source_file, source, open_tables(source, shown(source_file), params.segment))


def check(job: Job) -> GateVerdict:
    """Run the contract gate on the tables that the report can use."""
    root = project_root()
    return check_tables(
        job.tables,
        needed=job.params.required_tables,
        wanted=job.params.optional_tables,
        folder=job.request.params_file.resolve().parent.name,
        contracts_dir=root / "data_contracts",
        window=job.params.window,
        cache_dir=root / ".retro" / "verdicts",
    )


def set_aside(job: Job, verdict: GateVerdict, name: Path) -> tuple[Quarantined, ...]:
    """Write the rows that break a rule below `quarantine/`, outside the reports since they hold keys."""
    root = project_root()
    return write_quarantine(
        job.tables,
        verdict,
        folder=job.request.params_file.resolve().parent.name,
        contracts_dir=root / "data_contracts",
        out=root / "quarantine" / name,
    )


def _check(job: Job) -> tuple[PublishedFile, ...]:
    """Keep the gate's verdict and its page with the run, the broken rows outside it, and stop at a breach."""
    verdict = check(job)
    write_verdict(job.folder / "verdict.json", verdict)
    set_aside(job, verdict, Path(job.run_id))
    checked = Checked(
        title=job.params.title,
        window=job.params.window,
        shop=job.source.shop,
        currency=job.source.currency,
        verdict=verdict,
        history=_earlier_verdicts(job),
    )
    pages = tuple(publish_quality(checked, lang, job.folder) for lang in job.request.langs)
    raise_on_breach(verdict)
    return pages


def _earlier_verdicts(job: Job) -> list[tuple[dt.datetime, GateVerdict]]:
    """The verdicts of the runs before, oldest first; a run's id says when it began."""
    found = []
    for path in sorted((job.address / "runs").glob("*/verdict.json"))[-_RUNS_SHOWN - 1 :]:
        if path.parent.name != job.run_id:
            at = dt.datetime.strptime(path.parent.name.partition("-")[0], _RUN_TIME).replace(tzinfo=dt.UTC)
            found.append((at, read_verdict(path)))
    return found


def _already_done(job: Job) -> Manifest | None:
    """The newest edition, if it was made from the same input in all the languages asked for."""
    path = job.latest / "manifest.json"
    if not path.is_file():
        return None
    try:
        manifest = read_manifest(path)
    except RetroError:  # a damaged edition is no edition
        return None
    whole = all((job.latest / file.path).is_file() for file in manifest.files)
    same = manifest.input_hash == job.input_hash and set(job.request.langs) <= set(manifest.langs)
    return manifest if whole and same else None


def _execute(job: Job) -> list[Path]:
    """Execute the notebook in every language at once, each in a process of its own."""
    context = RunContext(
        source=job.source_file.resolve(), folder=job.folder.resolve(), reports=job.request.reports.resolve()
    )
    context_file = write_json(job.folder / "context.json", context.model_dump(mode="json"))
    try:
        with ThreadPoolExecutor(len(job.request.langs)) as pool:
            notebooks = list(pool.map(lambda lang: _execute_one(job, lang, context_file), job.request.langs))
    finally:
        context_file.unlink()  # it holds this machine's paths
    _merge_ledgers(job)
    return notebooks


def _execute_one(job: Job, lang: Lang, context_file: Path) -> Path:
    return execute_notebook(
        job.notebook,
        job.folder / f"{lang}.ipynb",
        parameters={
            "params_file": shown(job.request.params_file),
            "lang": lang,
            "overrides": dict(job.request.overrides),
        },
        environment={VARIABLE: str(context_file.resolve())},
        secrets=secrets(job.source.url),
    )


def _merge_ledgers(job: Job) -> None:
    """Hold the languages' figures against each other and keep one ledger: a figure has no language."""
    paths = [job.folder / f"ledger.{lang}.json" for lang in job.request.langs]
    if missing := [path.name for path in paths if not path.is_file()]:
        raise ExecutionError(f"{shown(job.notebook)}: last cell must call report.conclude(), got no {missing[0]}.")
    first, *others = [read_ledger(path) for path in paths]
    for other in others:
        if changes := compare(first, other):
            names = shorten([change.name for change in changes])
            raise ExecutionError(
                f"{shown(job.notebook)}: figures must be equal in every language, but differ: {names}."
            )
    write_ledger(job.folder / "ledger.json", first)
    for path in paths:
        path.unlink()


def _finish(job: Job, pages: Sequence[Published], quality: Sequence[PublishedFile]) -> Manifest:
    """Write the manifest, then swap the new edition in: only now does anyone see it."""
    verdict = read_verdict(job.folder / "verdict.json")
    write_json(job.folder / "params.json", job.params.model_dump(mode="json"))
    start, end = job.params.window
    manifest = Manifest(
        folder=job.address.parent.name,
        name=job.address.name,
        kind=job.params.kind,
        title=dict(job.params.title),
        period_start=start,
        period_end=end,
        run_id=job.run_id,
        created_at=dt.datetime.now(dt.UTC),
        input_hash=job.input_hash,
        code_version=code_version(),
        source_fingerprint=job.data_fingerprint,
        contracts_hash=verdict.contracts_hash,
        params_hash=text_hash(canonical_json(job.params.model_dump(mode="json"))),
        langs=job.request.langs,
        formats=("html", "pdf"),
        overrides=dict(job.request.overrides),
        badge=verdict.badge,
        headline={page.lang: page.headline for page in pages},
        files=(*(file for page in pages for file in page.files), *quality),
        warnings=tuple(dict.fromkeys(warning for page in pages for warning in page.warnings)),
        seconds={step: round(seconds, 2) for step, seconds in job.seconds.items()},
        peak_memory_mb=_peak_memory_mb(),
    )
    write_manifest(manifest, job.folder)
    _point_latest_to(job)
    (job.address / "failure.json").unlink(missing_ok=True)
    return manifest


def _point_latest_to(job: Job) -> None:
    """Replace the stable address in one step, so that every reader finds a whole edition."""
    temporary = job.address / f".latest.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("runs") / job.run_id, target_is_directory=True)
    temporary.replace(job.latest)


def _peak_memory_mb() -> int:
    """The largest process of the run so far, this one or a child."""
    sizes = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(sizes) // (1024 * 1024 if sys.platform == "darwin" else 1024)


@contextlib.contextmanager
def _step(job: Job, name: str, say: Callable[[str], None]) -> Iterator[None]:
    job.step = name
    say(name)
    began = time.perf_counter()
    yield
    job.seconds[name] = time.perf_counter() - began


@contextlib.contextmanager
def _failure_on_record(job: Job) -> Iterator[None]:
    """Leave a readable record of a failure beside the last good edition, and say it on the index."""
    try:
        yield
    except BaseException as reason:
        lines = str(reason).splitlines() if isinstance(reason, RetroError) else [f"{type(reason).__name__}: {reason}"]
        failure = Failure(
            run_id=job.run_id,
            at=dt.datetime.now(dt.UTC),
            step=job.step,
            exit_code=getattr(reason, "exit_code", 1),
            message=tuple(lines),
        )
        write_failure(failure, job.address)
        write_index(job.request.reports)
        raise
