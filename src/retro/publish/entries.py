"""The reports of a folder, as their records tell: last good edition, last failure, decided actions."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from retro.blocks import MoneyState
from retro.campaigns.review import Action
from retro.errors import PublishError, RetroError
from retro.files import canonical_json, read_json, shown, unplaced
from retro.i18n import LANGS, Lang, load_text
from retro.publish.manifest import Badge, Failure, Format, Manifest, Tile, read_failure, read_manifest

_NOT_REPORTS = {"runs", "latest", "restated"}
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

_FIRST: tuple[Format, ...] = ("html", "brief", "pdf", "slides", "sheets", "quality", "picture")
"""The order in which a report's files are listed."""


@dataclass(frozen=True)
class Entry:
    """One report as the catalogue shows it.

    Attributes:
        folder: Where it lies below the reports, without its name.
        name: The last part of its address.
        edition: Its last good run; None where there is none yet.
        failure: Its last attempt, where that failed: a good run takes the record away.
        damage: What is wrong with its records, for each that cannot be read.
        actions: What it decided.
        previous: The address of the last comparable report; empty where it names none.
        first: Its headline figure in the first edition that is kept, where that was another value; else None.
    """

    folder: str
    name: str
    edition: Manifest | None
    failure: Failure | None
    damage: tuple[str, ...]
    actions: tuple[Action, ...] = ()
    previous: str = ""
    first: Tile | None = None

    @property
    def place(self) -> str:
        """Its address below the reports."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @property
    def anchor(self) -> str:
        """Its place on the catalogue, as a link names it."""
        return quote(self.place)

    @property
    def kind(self) -> str:
        """Its campaign type; empty where there is no edition."""
        return self.edition.kind if self.edition else ""

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
        return _STATES[self.edition.state if self.edition else ""]

    @property
    def changes(self) -> list[tuple[str, str]]:
        """The params that were changed, and to what."""
        overrides = self.edition.overrides if self.edition else {}
        return [(key, value if isinstance(value, str) else canonical_json(value)) for key, value in overrides.items()]

    @property
    def failed_at(self) -> str:
        """When the last attempt failed."""
        return _utc(self.failure.at) if self.failure else ""

    @property
    def made_at(self) -> str:
        """When its edition was published."""
        return _utc(self.edition.created_at) if self.edition else ""

    @property
    def tile(self) -> Tile | None:
        """Its headline figure."""
        return self.edition.tile if self.edition else None

    def title(self, lang: Lang) -> str:
        """Its title; its name where there is no edition in this language."""
        return self.edition.title.get(lang, self.name) if self.edition else self.name

    def headline(self, lang: Lang) -> tuple[Lang, str]:
        """The first sentence of its verdict, in the other language where this one has none."""
        said = self.edition.headline if self.edition else {}
        return next(((one, said[one]) for one in (lang, *LANGS) if said.get(one)), (lang, ""))

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

    def data_until(self, lang: Lang) -> str:
        """The day until which its data was observed; empty where no edition says it."""
        day = self.edition.dated_on if self.edition else None
        return load_text(lang).day(day) if day else ""

    def owners(self, lang: Lang) -> list[str]:
        """Who has to act."""
        return list(dict.fromkeys(load_text(lang).pick(action.owner) for action in self.actions))

    def address(self, lang: Lang) -> str:
        """The web page in one language; empty where there is none."""
        return next((address for of, form, address in self.links() if (of, form) == (lang, "html")), "")

    def pages(self, lang: Lang) -> list[tuple[Lang, Format, str]]:
        """Its files in one language; where it was not published in it, those in the other."""
        found = list(self.links())
        return [one for one in found if one[0] == lang] or found

    def links(self) -> Iterator[tuple[Lang, Format, str]]:
        """Its files: language, form and address, Chinese first."""
        files = self.edition.files if self.edition else ()
        for file in sorted(files, key=lambda file: (LANGS.index(file.lang), _FIRST.index(file.format))):
            if file.path == "brief.png":  # the same picture as that of its language
                continue
            yield file.lang, file.format, quote(f"{self.place}/latest/{file.path}")


def read_entries(reports: Path) -> list[Entry]:
    """All reports below a folder, what ended last first, a quarter before its months."""
    return sorted(_entries(reports), key=_latest_and_longest)


@dataclass(frozen=True)
class Editions:
    """The headline figure of reports of one kind over time.

    Attributes:
        values: By report, oldest first.
        here: The place of the report that shows them.
    """

    values: Sequence[tuple[Entry, Decimal]] = field(default_factory=tuple)
    here: int = 0

    @property
    def points(self) -> Sequence[tuple[float, float]]:
        """Where they stand in a box of 96 by 24, the last right, the largest on top; none of fewer than two."""
        return line_points([float(value) for _, value in self.values])


def line_points(numbers: Sequence[float]) -> Sequence[tuple[float, float]]:
    """Where numbers stand in a box of 96 by 24, the last right, the largest on top; none of fewer than two.

    Examples:
        >>> line_points([1, 3]), line_points([5])
        ([(4.0, 20.0), (92.0, 4.0)], ())
    """
    if len(numbers) < 2:  # noqa: PLR2004 - one point is no line
        return ()
    low, width = min(numbers), max(numbers) - min(numbers) or 1.0
    step = 88 / (len(numbers) - 1)
    return [(round(4 + step * at, 1), round(20 - 16 * (one - low) / width, 1)) for at, one in enumerate(numbers)]


def editions(entry: Entry, entries: Sequence[Entry]) -> Editions:
    """The editions of a report's headline figure: reports of its kind that have it, in the order of their periods."""
    if entry.edition is None or entry.tile is None or entry.is_variant:
        return Editions()
    alike: dict[str, tuple[dt.datetime, Entry, Decimal]] = {}
    for one in entries:
        tile = one.tile
        if not one.edition or one.is_variant or tile is None or tile.number is None:
            continue
        if (one.kind, tile.figure) == (entry.kind, entry.tile.figure):
            alike[one.place] = (one.edition.period_end, one, tile.number)
    ordered = sorted(alike.values(), key=lambda found: (found[0], found[1].place))
    here = next((at for at, (_, one, _) in enumerate(ordered) if one is entry), 0)
    return Editions([(one, number) for _, one, number in ordered], here)


def _entries(reports: Path) -> Iterator[Entry]:
    for place, folders, files in os.walk(reports):
        if "latest" in folders or "latest" in files or "failure.json" in files:
            yield _entry(reports, Path(place))
        folders[:] = sorted(set(folders) - _NOT_REPORTS)


def _entry(reports: Path, report: Path) -> Entry:
    damage: list[str] = []
    edition: Manifest | None = None
    failure: Failure | None = None
    params: Mapping[str, Any] = {}
    if (report / "latest").is_symlink() or (report / "latest").exists():
        try:
            edition = read_manifest(report / "latest" / "manifest.json")
            params = _params(report / "latest" / "params.json")
        except PublishError as reason:
            damage.append(_below(reports, reason))
    if (report / "failure.json").is_file():
        try:
            failure = read_failure(report / "failure.json")
        except PublishError as reason:
            damage.append(_below(reports, reason))
    place = report.relative_to(reports)
    folder = "" if place.parent == Path() else place.parent.as_posix()
    actions, previous = _actions(params), str(params.get("previous") or "")
    first = _first(report, edition)
    return Entry(folder, place.name or shown(reports), edition, failure, tuple(damage), actions, previous, first)


def _first(report: Path, edition: Manifest | None) -> Tile | None:
    """The headline figure that was said first, where it was restated since."""
    if edition is None or edition.tile is None:
        return None
    oldest = next(iter(sorted((report / "runs").glob("*/manifest.json"))), None)
    try:
        tile = read_manifest(oldest).tile if oldest is not None else None
    except PublishError:
        return None
    restated = tile is not None and tile.figure == edition.tile.figure and tile.number != edition.tile.number
    return tile if restated else None


def _params(path: Path) -> Mapping[str, Any]:
    """What an edition was asked; nothing where it does not say it, as those of another version."""
    try:
        data = read_json(path) if path.is_file() else {}
    except RetroError:
        return {}
    return data if isinstance(data, dict) else {}


def _actions(params: Mapping[str, Any]) -> tuple[Action, ...]:
    try:
        return tuple(Action.model_validate(one) for one in params.get("actions") or ())
    except (ValidationError, TypeError):
        return ()


def _below(reports: Path, reason: PublishError) -> str:
    """What is wrong with a record, which is named by its place below the reports and by no path of this machine."""
    return unplaced(str(reason).replace(f"{shown(reports)}/", ""))


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def _latest_and_longest(entry: Entry) -> tuple[dt.timedelta, dt.datetime, str]:
    """Its place: what ended last comes first, a quarter before its months; one without an edition after all others."""
    if entry.edition is None:
        return dt.timedelta.max, _EPOCH, entry.name
    return _EPOCH - entry.edition.period_end, entry.edition.period_start, entry.name
