"""Around a page: the files and reports that it leads to, and where its figures come from."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from retro.contracts import GateVerdict
from retro.errors import RetroError
from retro.figures import column, families, figure, known
from retro.i18n import LANGS, Lang, Text
from retro.ledger import Entry, Ledger
from retro.publish.manifest import Format
from retro.sections.scorecard import figure_label, figure_value, moved_words

NAMES: Mapping[Format, str] = {
    "html": "{lang}.html",
    "pdf": "{lang}.pdf",
    "brief": "brief.{lang}.pdf",
    "picture": "brief.{lang}.png",
    "slides": "report.{lang}.pptx",
    "sheets": "report.{lang}.xlsx",
    "quality": "quality.{lang}.html",
}
"""How the file of each form is called in a run's folder."""

_LINKED: tuple[Format, ...] = ("brief", "pdf", "slides", "sheets", "quality")
"""The files that a page leads to, in this order."""

CATALOGUES: Mapping[Lang, str] = {"zh": "index.html", "en": "index.en.html"}
"""The page of all reports, in the reports folder."""

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Related:
    """Another report: its address below the reports folder, such as `2025Q1/quarter`, and its title by language."""

    address: str
    title: Mapping[str, str] | str


@dataclass(frozen=True)
class Around:
    """What surrounds a report.

    Attributes:
        address: The report's address below the reports folder, such as `2025Q1/new_user_week`.
        langs: The languages in which it is published.
        currency: The source's currency.
        made_from: The reports that it is made from.
        part_of: The reports that are made from it.
        ledger: Its recorded figures.
        verdict: What the contracts said of its data.
        input_hash: What it was made from.
        slides_template: The company's own template of slides.
    """

    address: str
    langs: Collection[Lang]
    currency: str = "CNY"
    made_from: tuple[Related, ...] = ()
    part_of: tuple[Related, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    verdict: GateVerdict | None = None
    input_hash: str = ""
    slides_template: Path | None = None

    @property
    def _top(self) -> str:
        """The way from an edition, `<address>/latest`, to the reports folder."""
        return "../" * (len(self.address.split("/")) + 1)

    def catalogue(self, lang: Lang) -> str:
        """The page of all reports."""
        return self._top + CATALOGUES[lang]

    def related(self, one: Related, lang: Lang, text: Text) -> Link:
        """The way to another report."""
        return Link(text.pick(one.title), f"{self._top}{quote(one.address)}/latest/{lang}.html")


@dataclass(frozen=True)
class Link:
    """A link of a page's head; `lang` where it leads to the other language."""

    words: str
    href: str
    lang: Lang | None = None


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from, ready to be read.

    Attributes:
        name: Its name in the ledger.
        label: What readers call it.
        value: Its value; empty where there is none.
        made_of: Numerator and denominator with their values, for a rate or ratio.
        interval: The interval of an estimate, and how it was made.
        definition: Its definition.
        tables: Its source tables, each with how many of its rules hold.
        restated: What was published first, where a later version moved it, and what moved it since; else empty.
    """

    name: str
    label: str
    value: str
    made_of: str
    interval: str
    definition: str
    tables: tuple[str, ...]
    restated: str = ""


def languages(around: Around, lang: Lang, file: Format = "html") -> tuple[Link, ...]:
    """The same page in the other language, where there is one."""
    words = {"zh": "中文", "en": "English"}
    return tuple(
        Link(words[other], NAMES[file].format(lang=other), other)
        for other in LANGS
        if other != lang and other in around.langs
    )


def files(lang: Lang, formats: Collection[Format], text: Text) -> tuple[Link, ...]:
    """The other files of a report in one language."""
    return tuple(Link(text(f"page.files.{form}"), NAMES[form].format(lang=lang)) for form in _LINKED if form in formats)


def origins(around: Around, text: Text) -> Mapping[str, Origin]:
    """Where each recorded figure comes from, by its name."""
    return {entry.name: _origin(entry, around, text) for entry in around.ledger.entries}


def define(name: str, text: Text) -> str:
    """The definition of a figure, names of other figures in words; empty for one that nobody defined."""
    defined = known(name)
    return _plain((defined.definition or {}).get(text.lang, ""), defined.family, text) if defined is not None else ""


def _origin(entry: Entry, around: Around, text: Text) -> Origin:
    defined = figure(entry.name)
    interval = text.interval(entry.low, entry.high, entry.unit)
    return Origin(
        name=entry.name,
        label=figure_label(entry.name, text),
        value=figure_value(entry, text).partition(" (")[0],
        made_of=_made_of(entry, defined.numerator, defined.denominator, text),
        interval=" · ".join(filter(None, (interval, entry.method if interval else ""))),
        definition=define(entry.name, text),
        tables=tuple(_checked(table, around.verdict, text) for table in entry.tables),
        restated=_restated(entry, text),
    )


def _restated(entry: Entry, text: Text) -> str:
    """What was published first, and what moved it since; empty for a figure that nothing moved."""
    if entry.first is None:
        return ""
    first = figure_value(entry.model_copy(update={"value": entry.first}), text).partition(" (")[0]
    return text("page.origin.restated_value", value=first, parts=moved_words(entry.moved_by, entry.unit, text))


def _made_of(entry: Entry, above: str, below: str, text: Text) -> str:
    """`orders 80 ÷ users 100`; the words alone where the values are not recorded."""
    if not above:
        return ""
    parts = []
    for name, value in ((above, entry.numerator), (below, entry.denominator)):
        words = _word(name, figure(entry.name).family, text)
        parts.append(words if value is None else f"{words} {text.short(value)}")
    return " ÷ ".join(parts)


def _word(name: str, family: str, text: Text) -> str:
    """A figure, column or term of a family in words."""
    terms = families()[family].terms
    if name in terms:
        return terms[name][text.lang]
    try:
        return column(family, name).label_of(name, text.lang)
    except RetroError:
        return name


def _plain(definition: str, family: str, text: Text) -> str:
    """A definition with names of figures in words."""
    return _CODE.sub(lambda found: _word(found[1], family, text), definition)


def _checked(table: str, verdict: GateVerdict | None, text: Text) -> str:
    asked = [result for result in verdict.results if result.table == table] if verdict is not None else []
    if not asked:
        return table
    held = sum(result.outcome == "passed" for result in asked)
    return text("page.origin.rules", table=table, held=held, all=len(asked))
