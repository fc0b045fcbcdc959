"""The index of all reports, rebuilt from the reports folder."""

from __future__ import annotations

import datetime as dt
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from retro.blocks import MoneyState
from retro.errors import PublishError
from retro.files import canonical_json, code_version, locked, shown, text_hash, unplaced, write_atomic
from retro.i18n import LANGS, Lang, load_text
from retro.publish.manifest import Badge, Failure, Format, Manifest, read_failure, read_manifest
from retro.publish.style import TEMPLATES, style_sheet
from retro.signs import harmless

_STYLE_SHEETS = ("base.css", "index.css")

_NOT_REPORTS = {"runs", "latest"}
"""Folders of a report that hold runs, not further reports."""

_BADGES: dict[Badge, tuple[str, str]] = {"passed": ("good", "●"), "warning": ("watch", "▲"), "not_checked": ("", "○")}
"""Tone and sign of what the contracts said; the words stand beside the sign."""

_STATES: dict[MoneyState, tuple[str, str, str]] = {
    "made": ("good", "▲", "made"),
    "lost": ("bad", "▼", "lost"),
    "open": ("watch", "◆", "open"),
    "": ("", "–", "none"),
}
"""Tone, sign and words of whether money was made."""

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - local, as manifests have it


@dataclass(frozen=True)
class Entry:
    """One report as the index shows it.

    Attributes:
        folder: Where it lies below the reports, without its name.
        name: The last part of its address.
        edition: Its last good run; None where there is none yet.
        failure: Its last attempt, where that failed: a good run takes the record away.
        damage: What is wrong with its records, for each that cannot be read.
    """

    folder: str
    name: str
    edition: Manifest | None
    failure: Failure | None
    damage: tuple[str, ...]

    @property
    def is_variant(self) -> bool:
        """Whether it was run with changed params."""
        return self.edition is not None and bool(self.edition.overrides)

    @property
    def tone_and_sign(self) -> tuple[str, str]:
        """The badge of the contracts, as a tone and a sign."""
        return _BADGES[self.edition.badge] if self.edition else ("", "")

    @property
    def state(self) -> tuple[str, str, str]:
        """Whether money was made: tone, sign and key of the words; editions that do not say it judge no money."""
        state = self.edition.state if self.edition else ""
        return _STATES[state]

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The params that were changed, and to what."""
        overrides = self.edition.overrides if self.edition else {}
        return [(key, value if isinstance(value, str) else canonical_json(value)) for key, value in overrides.items()]

    @property
    def failed_at(self) -> str:
        """When the last attempt failed."""
        return f"{self.failure.at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if self.failure else ""

    def title(self, lang: Lang) -> str:
        """Its title; its name where there is no edition in this language."""
        return self.edition.title.get(lang, self.name) if self.edition else self.name

    def headline(self, lang: Lang) -> str:
        """The first sentence of its verdict."""
        return self.edition.headline.get(lang, "") if self.edition else ""

    def failed_step(self, lang: Lang) -> str:
        """The step that the last attempt failed in."""
        return load_text(lang).label("index.step", self.failure.step) if self.failure else ""

    def period(self, lang: Lang) -> str:
        """Its window."""
        if self.edition is None:
            return ""
        if self.edition.period:
            return self.edition.period[lang]
        return load_text(lang).period(self.edition.period_start, self.edition.period_end)

    def address(self, lang: Lang) -> str:
        """The web page in one language; empty where there is none."""
        return next((address for of, form, address in self.links() if (of, form) == (lang, "html")), "")

    def links(self) -> Iterator[tuple[Lang, Format, str]]:
        """Its pages: language, form and address, Chinese first."""
        files = self.edition.files if self.edition else ()
        base = f"{self.folder}/{self.name}/latest" if self.folder else f"{self.name}/latest"
        for file in sorted(files, key=lambda file: (LANGS.index(file.lang), file.format)):
            if file.path == "brief.png":  # the same picture as that of its language
                continue
            yield file.lang, file.format, quote(f"{base}/{file.path}")


def write_index(reports: Path) -> Path:
    """Write `<reports>/index.html` from the manifests and failure records below.

    Every report appears: with its last good edition, with the failure of a later attempt beside it, or with the
    words that its records are damaged. The same records give the same page.

    Args:
        reports: The folder of all reports.

    Returns:
        The page's path.
    """
    # Two runs that end together must not overwrite each other's report with what they read before it was there.
    with locked(reports / ".index.lock"):
        folders: dict[str, list[Entry]] = {}
        for entry in sorted(_entries(reports), key=_latest_and_longest):
            folders.setdefault(entry.folder, []).append(entry)
        page = _Index(sorted(folders.items(), reverse=True))
        index = reports / "index.html"
        if index.is_file() and page.records in index.read_text(encoding="utf-8", errors="replace"):
            return index
        return write_atomic(index, _environment().get_template("catalogue.html.j2").render(page=page))


def _entries(reports: Path) -> Iterator[Entry]:
    for place, folders, files in os.walk(reports):
        if "latest" in folders or "latest" in files or "failure.json" in files:
            yield _entry(reports, Path(place))
        folders[:] = sorted(set(folders) - _NOT_REPORTS)


def _entry(reports: Path, report: Path) -> Entry:
    damage: list[str] = []
    edition: Manifest | None = None
    failure: Failure | None = None
    if (report / "latest").is_symlink() or (report / "latest").exists():
        try:
            edition = read_manifest(report / "latest" / "manifest.json")
        except PublishError as reason:
            damage.append(_below(reports, reason))
    if (report / "failure.json").is_file():
        try:
            failure = read_failure(report / "failure.json")
        except PublishError as reason:
            damage.append(_below(reports, reason))
    place = report.relative_to(reports)
    folder = "" if place.parent == Path() else place.parent.as_posix()
    return Entry(folder, place.name or shown(reports), edition, failure, tuple(damage))


def _below(reports: Path, reason: PublishError) -> str:
    """What is wrong with a record, which is named by its place below the reports and by no path of this machine."""
    return unplaced(str(reason).replace(f"{shown(reports)}/", ""))


def _latest_and_longest(entry: Entry) -> tuple[dt.timedelta, dt.datetime, str]:
    """Its place: what ended last comes first, a quarter before its months; one without an edition after all others."""
    if entry.edition is None:
        return dt.timedelta.max, _EPOCH, entry.name
    return _EPOCH - entry.edition.period_end, entry.edition.period_start, entry.name


class _Index:
    def __init__(self, folders: list[tuple[str, list[Entry]]]) -> None:
        self.folders = folders
        self.zh, self.en = load_text("zh"), load_text("en")

    @functools.cached_property
    def said(self) -> str:
        """All that the page says of its reports, as JSON."""
        return canonical_json([self._said(entry) for _folder, entries in self.folders for entry in entries])

    @functools.cached_property
    def records(self) -> str:
        """A hash of all that the page says, written into it: a page with the same hash need not be drawn again."""
        return text_hash(code_version() + self.said)

    def style(self) -> tuple[str, str]:
        words = (
            value for text in (self.zh, self.en) for key, value in text.entries.items() if key.startswith("index.")
        )
        return style_sheet(_STYLE_SHEETS, {*self.said, *"".join(words)})

    def _said(self, entry: Entry) -> list[object]:
        records = [record.model_dump(mode="json") for record in (entry.edition, entry.failure) if record]
        return [entry.folder, entry.name, entry.damage, [entry.period(lang) for lang in LANGS], records]


@functools.cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES / "retro")
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finally,
    )


def _finally(value: object) -> object:
    """A word of a record as a page may show it."""
    return harmless(value) if isinstance(value, str) and not isinstance(value, Markup) else value
