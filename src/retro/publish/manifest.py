"""Manifests of published runs, and records of failed ones."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from retro.blocks import MoneyState
from retro.errors import PublishError, RetroError
from retro.files import read_json, shown, write_json
from retro.i18n import Lang

Format = Literal["html", "pdf", "brief", "picture", "slides", "sheets", "quality"]
Badge = Literal["passed", "warning", "not_checked"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PublishedFile(_Record):
    """One page of a run.

    Attributes:
        path: Where it lies, relative to the run's folder, with `/`.
        sha256: Its content.
        bytes: Its size.
        lang: Its language.
        format: Its form: `brief` and `picture` are the first page alone, `sheets` its tables for Excel, `quality` the
            data-quality page.
    """

    path: str
    sha256: str
    bytes: int = Field(ge=0)
    lang: Lang
    format: Format

    @classmethod
    def of(cls, path: Path, folder: Path, lang: Lang, form: Format) -> Self:
        """Describe a file that was written below a run's folder."""
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        relative = path.relative_to(folder).as_posix()
        return cls(path=relative, sha256=digest, bytes=len(content), lang=lang, format=form)


class Tile(_Record):
    """The headline figure of a report.

    Attributes:
        figure: Its name in the ledger.
        label: What readers call it, by language.
        value: Its value, by language.
        number: Its value as a number; null where it has none.
    """

    figure: str
    label: dict[Lang, str]
    value: dict[Lang, str]
    number: Decimal | None = None


class Manifest(_Record):
    """One published run. Written last, so that a folder with a manifest is complete.

    Attributes:
        schema_version: Raised when fields change their meaning.
        folder: The params folder, such as `2025Q1`.
        name: The report's name in its folder.
        kind: Which notebook made it.
        title: The report's title by language.
        period_start: First moment of the window, local.
        period_end: First moment after it, local.
        period: Words for the window by language, where its dates mean nothing; empty otherwise.
        run_id: The run's own folder below `runs/`.
        created_at: When it was published, UTC.
        input_hash: Hash of everything that the pages depend on; equal hashes mean equal pages.
        code_version: The program's version.
        source_fingerprint: The content of the data that the report can see.
        contracts_hash: The contracts' content.
        params_hash: The resolved params' content.
        langs: Languages published.
        formats: Forms published.
        overrides: Params changed for this run; a run with any is a variant.
        badge: What the contracts said about the data.
        headline: The verdict's first sentence by language.
        state: Whether money was made: `made`, `lost` or `open`; empty where the kind does not judge it.
        tile: Its headline figure; null where it has none, as in editions of before.
        currency: The source's currency.
        dated_on: The day until which its data was observed; null where nobody says it.
        observed_until: The local moment until which its data was observed; null where the data holds no times, and in
            editions of before.
        files: The pages.
        warnings: For the analyst.
        seconds: Time by step.
        peak_memory_mb: The most memory that the run held.
    """

    schema_version: Literal[1] = 1
    folder: str
    name: str
    kind: str
    title: dict[Lang, str]
    period_start: dt.datetime
    period_end: dt.datetime
    period: dict[Lang, str] = {}
    run_id: str
    created_at: AwareDatetime
    input_hash: str
    code_version: str
    source_fingerprint: str
    contracts_hash: str
    params_hash: str
    langs: tuple[Lang, ...]
    formats: tuple[Format, ...]
    overrides: dict[str, Any] = {}
    badge: Badge
    headline: dict[Lang, str]
    state: MoneyState = ""
    tile: Tile | None = None
    currency: str = "CNY"
    dated_on: dt.date | None = None
    observed_until: dt.datetime | None = None
    files: tuple[PublishedFile, ...]
    warnings: tuple[str, ...] = ()
    seconds: dict[str, float] = {}
    peak_memory_mb: float | None = None


class Failure(_Record):
    """The record of a failed run, kept beside the last good edition.

    Attributes:
        run_id: The run's own folder below `runs/`.
        at: When it failed, UTC.
        step: The step that failed.
        exit_code: What the command answered.
        message: What went wrong, line by line.
    """

    run_id: str
    at: AwareDatetime
    step: str
    exit_code: int
    message: tuple[str, ...]


_AnyRecord = TypeVar("_AnyRecord", bound=_Record)


def write_manifest(manifest: Manifest, run: Path) -> Path:
    """Write `<run>/manifest.json`."""
    return write_json(run / "manifest.json", manifest.model_dump(mode="json"))


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        PublishError: It is missing or damaged.
    """
    return _read(path, Manifest)


def write_failure(failure: Failure, report: Path) -> Path:
    """Write `<report>/failure.json`, beside the last good edition."""
    return write_json(report / "failure.json", failure.model_dump(mode="json"))


def read_failure(path: Path) -> Failure:
    """Read a failure record.

    Raises:
        PublishError: It is missing or damaged.
    """
    return _read(path, Failure)


def _read(path: Path, model: type[_AnyRecord]) -> _AnyRecord:
    try:
        return model.model_validate(read_json(path))
    except ValidationError as reason:
        first = reason.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "its top"
        raise PublishError(f"{shown(path)}: {place} must fit the format, got {first['msg']!r}. Run it again.") from None
    except (RetroError, OSError) as reason:
        raise PublishError(str(reason)) from None
