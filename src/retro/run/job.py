"""A run: the request, what it opened, and its folders."""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retro.campaigns import CampaignParams, load_params
from retro.errors import ParamsError, RetroError, SourceError
from retro.files import canonical_json, code_version, files_hash, project_root, read_json, shown, text_hash
from retro.i18n import LANGS, Lang
from retro.ledger import started, version_before
from retro.report import as_read, previous_ledger, read_campaigns, read_neighbours, read_periods, read_review
from retro.sources import Source, find_source, load_source
from retro.sources.fingerprint import fingerprint
from retro.sources.seen import seen

if TYPE_CHECKING:
    from retro.sources import Tables

LIBRARIES = ("duckdb", "ibis-framework", "pandas", "numpy", "scipy", "matplotlib", "seaborn", "nbconvert", "typst")
"""Libraries whose version can change a figure or a page."""

RESERVED = frozenset({"runs", "latest", "restated"})
"""Names that every report's own folder uses; a report of such a name could not be found."""


@dataclass(frozen=True)
class Request:
    """The request of a run.

    Attributes:
        params_file: The params file.
        langs: Languages of the pages.
        reports: The reports folder.
        source_file: The source file; by default the nearest `source.yaml` at or above the params file.
        overrides: Keys of the params to replace; such a run has an address of its own.
        force: Run although nothing has changed.
        keep: How many runs of a report are kept; older ones are removed.
        observed_until: Local moment up to which the run looks, whatever happened later; None for as far as the data
            goes. It is the run's own and no override: the report keeps its address.
        wait: Whether to wait for another run of the same report.
        complete: Run only where the data reaches `observed_until`.
    """

    params_file: Path
    langs: tuple[Lang, ...] = LANGS
    reports: Path = Path("reports")
    source_file: Path | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)
    force: bool = False
    keep: int = 12
    observed_until: dt.datetime | None = None
    wait: bool = True
    complete: bool = False

    @property
    def folder(self) -> Path:
        """The params file's folder below `params/`; its name alone for a file from elsewhere."""
        folder, root = self.params_file.resolve().parent, project_root() / "params"
        return folder.relative_to(root) if folder.is_relative_to(root) else Path(folder.name)

    @property
    def address(self) -> Path:
        """The report's own folder; overrides lead to another one, so that they never replace the plain report."""
        name = self.params_file.stem
        if self.overrides:
            name += f"+{text_hash(canonical_json(self.overrides))[:8]}"
        return self.reports / self.folder / name


@dataclass
class Job:
    """A run in progress: the request, and what it opened.

    Attributes:
        request: What was asked.
        params: Validated params.
        source_file: The source file in use.
        source: What it says.
        seconds: What each step took.
        langs: Languages of the pages: those asked for, and those that the edition before has.
        peak_memory_mb: The largest process of its notebooks, in MiB.
    """

    request: Request
    params: CampaignParams
    source_file: Path
    source: Source
    seconds: dict[str, float] = field(default_factory=dict)
    langs: tuple[Lang, ...] = ()
    peak_memory_mb: int = 0

    def __post_init__(self) -> None:
        self.langs = self.langs or self.request.langs

    @property
    def address(self) -> Path:
        """The report's own folder."""
        return self.request.address

    @property
    def latest(self) -> Path:
        """The stable address of the newest good edition."""
        return self.address / "latest"

    @cached_property
    def signed(self) -> bool:
        """Whether the edition at the stable address was signed off, and by nobody anew since: no run replaces it."""
        try:
            signatures = signed_off(self.latest)
            return bool(signatures) and signatures == self.params.model_dump(mode="json")["signed_off"]
        except RetroError:  # a damaged edition is no edition
            return False

    @property
    def stands(self) -> Path:
        """The address that this run's edition takes: a signed report keeps its own, and gets a restatement beside."""
        return self.address / "restated" if self.signed else self.latest

    @cached_property
    def run_id(self) -> str:
        """When the run began and what went in."""
        return f"{started()}-{self.input_hash[:8]}"

    @property
    def folder(self) -> Path:
        """Where everything of this run is built."""
        return self.address / "runs" / self.run_id

    @property
    def notebook(self) -> Path:
        """The kind's notebook."""
        return project_root() / "notebooks" / f"{self.params.kind}.ipynb"

    @cached_property
    def tables(self) -> Tables:
        """The source, opened when it is first asked: of files that have not changed nothing is asked.

        Raises:
            SourceError: It cannot be opened.
        """
        from retro.contracts import personal_columns  # noqa: PLC0415 - an edition that is there needs no engine
        from retro.sources import open_tables  # noqa: PLC0415 - same

        personal = personal_columns(project_root() / "data_contracts") if self.params.segment else ()
        return open_tables(self.source, shown(self.source_file), self.params.segment, personal)

    @cached_property
    def files_fingerprint(self) -> str | None:
        """A hash of the data, where it lies in files; None where only a server can tell."""
        return fingerprint(self.source, shown(self.source_file))

    def close(self) -> None:
        """Let a server have back what the source's session holds; DuckDB's ends with its memory."""
        tables = self.__dict__.get("tables")
        if tables is not None:
            tables.release()

    @cached_property
    def data_fingerprint(self) -> str:
        """A hash of the data."""
        return self.files_fingerprint or self.tables.fingerprint()

    @property
    def data_seen(self) -> str:
        """A hash of the data that the report can see; files that were seen before need not be opened for it."""
        if self.source.observed_until is None:
            return self.data_fingerprint
        files = self.files_fingerprint
        return self.tables.seen() if files is None else seen(self.source, files, lambda: self.tables.contents_seen)

    @cached_property
    def before(self) -> Path | None:
        """The last version that was made from other input; None where there is none."""
        return version_before(self.folder, self.input_hash)

    @property
    def slides_template(self) -> Path | None:
        """The company's own template of slides.

        Raises:
            SourceError: The source names one that does not exist.
        """
        if self.source.slides is None:
            return None
        path = project_root() / self.source.slides
        if not path.is_file():
            raise SourceError(f"{shown(self.source_file)}: slides must be a file of this project, got {shown(path)}.")
        return path

    @cached_property
    def periods(self) -> Sequence[tuple[str, CampaignParams]]:
        """The reports that are made from this one: address and params of each."""
        return read_periods(self.request.params_file, self.source.zone)

    @cached_property
    def input_hash(self) -> str:
        """A hash of everything that a page can depend on; equal hashes mean equal pages."""
        root = project_root()
        reports = self.request.reports
        previous = previous_ledger(self.params, reports)
        file = self.request.params_file
        review = read_review(file, self.params, reports, self.address)
        neighbours = read_neighbours(file, self.params, reports, self.source.zone)
        return text_hash(
            canonical_json(
                {
                    "params": self.params.model_dump(mode="json"),
                    "data": self.data_seen,
                    "observed until": self.source.observed_until,
                    "contracts": files_hash(sorted((root / "data_contracts").rglob("*.yaml"))),
                    "notebook": files_hash([self.notebook]) if self.notebook.is_file() else None,
                    "previous": [entry.model_dump(mode="json") for entry in previous.entries],
                    "actions": [action.model_dump(mode="json") for action in review.actions],
                    "moved targets": [asdict(change) for change in review.changes],
                    "campaigns": [one.content for one in read_campaigns(self.params, reports)],
                    "neighbours": [one.content for one in neighbours],
                    "slides": files_hash([self.slides_template]) if self.slides_template else None,
                    "periods": [(name, params.title) for name, params in self.periods],
                    "code": code_version(),
                    "libraries": _libraries(),
                    "python": sys.version_info[:2],
                }
            )
        )


@functools.cache
def _libraries() -> Mapping[str, str]:
    return {name: version(name) for name in LIBRARIES}


def signed_off(edition: Path) -> list[Any]:
    """Who stands for an edition, as its params say; empty where nobody does, or there is no edition."""
    path = edition / "params.json"
    params = read_json(path) if path.is_file() else {}
    return list(params.get("signed_off") or ()) if isinstance(params, dict) else []


def prepare(request: Request) -> Job:
    """Validate what was asked; the source is opened when its tables are asked for.

    Raises:
        ParamsError: The params do not fit.
        SourceError: The source does not fit.
    """
    for name in request.address.relative_to(request.reports).parts:
        if name in RESERVED:
            where = shown(request.params_file)
            raise ParamsError(f"{where}: file and folder must not be called {name!r}, a part of every report.")
    source_file = request.source_file or find_source(request.params_file)
    source = load_source(source_file).until(request.observed_until)
    params = load_params(request.params_file, zone=source.zone, overrides=request.overrides)
    return Job(request, params, source_file, as_read(source, params))
