"""The catalogue of all reports, and the pages of all actions and all KPIs, rebuilt from the reports folder."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from retro.files import canonical_json, code_version, locked, text_hash, write_atomic
from retro.i18n import LANGS, Lang, load_text
from retro.publish.around import CATALOGUES
from retro.publish.cockpit import DOMAINS, Kpi, by_domain, kpis
from retro.publish.entries import Editions, Entry, editions, read_entries
from retro.publish.failed import FAILURES, write_failures
from retro.publish.followed import Decided, decided
from retro.publish.style import TEMPLATES, script, style_sheet
from retro.signs import harmless

ACTIONS = {"zh": "actions.html", "en": "actions.en.html"}
"""The page of all actions by language, in the reports folder."""

KPIS = {"zh": "kpis.html", "en": "kpis.en.html"}
"""The page of all KPIs by language, in the reports folder."""

_CATALOGUE, _ACTIONS, _KPIS = "catalogue", "actions", "kpis"
_SHEET = ("base.css", "page.css", "actions.css")
_STYLES = {_CATALOGUE: ("base.css", "index.css"), _ACTIONS: _SHEET, _KPIS: _SHEET}
_SCRIPTS = {_CATALOGUE: "index.js", _ACTIONS: "page.js", _KPIS: "page.js"}


def write_index(reports: Path) -> Path:
    """Write the catalogue and the pages of all actions and KPIs, each in both languages, from the records of a folder.

    Every report appears: with its last good edition, with the failure of a later attempt beside it, or with the
    words that its records are damaged. The same records give the same pages.

    Args:
        reports: The folder of all reports.

    Returns:
        The path of the Chinese catalogue, `<reports>/index.html`.
    """
    # Two runs that end together must not overwrite each other's report with what they read before it was there.
    with locked(reports / ".index.lock"):
        entries = read_entries(reports)
        actions, cockpit = decided(entries, reports), kpis(entries, reports)
        for lang in LANGS:
            for name, path in ((_CATALOGUE, CATALOGUES[lang]), (_ACTIONS, ACTIONS[lang]), (_KPIS, KPIS[lang])):
                page = _Page(name, lang, entries, actions, cockpit)
                place = reports / path
                if not (place.is_file() and page.records in place.read_text(encoding="utf-8", errors="replace")):
                    write_atomic(place, templates().get_template(f"{name}.html.j2").render(page=page))
        write_failures(entries, reports, templates())
    return reports / CATALOGUES["zh"]


class _Page:
    """What a template draws: the reports, the actions, the KPIs, and the words of one language."""

    def __init__(
        self, name: str, lang: Lang, entries: Sequence[Entry], actions: Sequence[Decided], cockpit: Sequence[Kpi]
    ) -> None:
        self._name, self.lang, self.text = name, lang, load_text(lang)
        self.other: Lang = "en" if lang == "zh" else "zh"
        self.entries, self.actions = entries, actions
        self.catalogues, self.action_pages, self.kpi_pages, self.failures = CATALOGUES, ACTIONS, KPIS, FAILURES
        self.kpis, self.kpi_count = by_domain(cockpit), len(cockpit)
        self.missed = sum(one.last.status == "missed" for one in cockpit)
        self.open = [one for one in actions if not one.done]

    @functools.cached_property
    def folders(self) -> list[tuple[str, list[Entry]]]:
        """The reports by folder, the newest first."""
        folders: dict[str, list[Entry]] = {}
        for entry in self.entries:
            folders.setdefault(entry.folder, []).append(entry)
        return sorted(folders.items(), reverse=True)

    def editions(self, entry: Entry) -> Editions:
        return editions(entry, self.entries)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The campaign types that there are, each with its name."""
        names = dict.fromkeys(entry.kind for entry in self.entries if entry.kind)
        return [(name, self.text.label("index.kind", name)) for name in names]

    @property
    def states(self) -> list[tuple[str, str]]:
        """The verdicts that there are, each in words."""
        names = dict.fromkeys(entry.state[2] for entry in self.entries if entry.edition)
        return [(name, self.text(f"index.state.{name}")) for name in names]

    @property
    def periods(self) -> list[tuple[str, str]]:
        """The folders that there are."""
        return [(folder, folder) for folder, _ in self.folders if folder]

    @property
    def silent(self) -> list[str]:
        """The domains of which no report has a KPI."""
        told = {domain for domain, _ in self.kpis}
        return [self.text(f"index.kpis.domain.{name}") for name in DOMAINS if name not in told]

    @property
    def owners(self) -> list[tuple[str, str]]:
        """Everyone who has an open action."""
        return [(owner, owner) for owner in sorted({self.text.pick(one.action.owner) for one in self.open})]

    def open_owners(self, entry: Entry) -> list[str]:
        """Who has an open action of a report."""
        return list(dict.fromkeys(self.text.pick(one.action.owner) for one in self.open if one.entry is entry))

    @functools.cached_property
    def said(self) -> str:
        """All that the page says of its reports, as JSON."""
        told = [(domain, [(one.said(self.text), one.points) for one in own]) for domain, own in self.kpis]
        return canonical_json([*map(self._said, self.entries), [one.said(self.text) for one in self.actions], told])

    @functools.cached_property
    def records(self) -> str:
        """A hash of all that the page says, written into it: a page with the same hash need not be drawn again."""
        return text_hash(code_version() + self.said)

    def style(self) -> tuple[Markup, Markup, str]:
        """Style sheet, script, and the policy that allows both."""
        words = (value for key, value in self.text.entries.items() if key.startswith(("index.", "page.tools.")))
        code, allowed = script(_SCRIPTS[self._name])
        style, policy = style_sheet(_STYLES[self._name], {*self.said, *"".join(words), *"中文English"})
        return style, code, f"{policy}; {allowed}"

    def _said(self, entry: Entry) -> list[object]:
        records = [record.model_dump(mode="json") for record in (entry.edition, entry.failure, entry.first) if record]
        texts = [entry.period(self.lang), entry.data_until(self.lang)]
        return [entry.folder, entry.name, entry.damage, texts, records, entry.owners(self.lang)]


@functools.cache
def templates() -> Environment:
    """The templates of the pages that stand around reports."""
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
