"""The slides: what decides, one finding a slide, with charts that PowerPoint can edit where it has the form."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Inches

from retro.blocks import Bars, Brief, Document, Figure, Note, ScoreRow, Span, Verdict
from retro.blocks.sentences import sentences
from retro.errors import PublishError
from retro.files import shown
from retro.i18n import load_text
from retro.publish.around import define
from retro.publish.arrangement import Part, without_verdict
from retro.publish.deck import INK, LONGEST_TITLE, SOFT, Deck, cut
from retro.publish.paper import display_width
from retro.publish.sheets import read_number
from retro.publish.zipped import undated

_UNDATED = dt.date(2000, 1, 1)
"""The date of a document that has none; a fixed one, so that equal input makes equal files."""

_MOST, _LEAST_WORTH = 10, 1
"""Slides of a report, and what a section must be worth to have one."""

_FEW = 2
"""Bars that compare something."""

_LONGEST_TEXT = 420
"""Characters that a text has room for; the report has them whole."""

_STATES: Final = {
    "made": RGBColor(0x0C, 0x66, 0x40),
    "lost": RGBColor(0xA3, 0x20, 0x1D),
    "open": RGBColor(0x80, 0x50, 0x00),
}


def slides(document: Document, template: Path | None = None) -> tuple[bytes, tuple[str, ...]]:
    """The slides of a document, and what could not be drawn as written: verdict, key figures, chart, findings, actions.

    Findings come by worth, each with its chart: an editable one where every row has a bar and nothing else, otherwise a
    picture with its alternative text. Notes hold the definitions. The same document gives the same bytes.

    Args:
        document: The document; one without a verdict begins with its findings.
        template: A company's own template; its slides are left out.

    Raises:
        PublishError: The template cannot be opened, or a chart cannot be drawn.
    """
    deck = _Report(_opened(template), load_text(document.lang), set())
    verdict, rest = without_verdict(document)
    brief = verdict.brief if verdict is not None else None
    deck.opening(document, verdict)
    if brief is not None:
        deck.key_figures(brief)
        deck.attained(brief)
        if brief.chart is not None:
            deck.chart(brief.chart.title or deck.text("page.slides.chart"), brief.chart, "", brief.chart.caption)
    room = _MOST - len(deck.file.slides) - (2 if brief is not None else 0)
    for part in _findings(rest, brief)[:room]:
        deck.finding(part)
    if brief is not None:
        deck.actions(brief)
        deck.reservation(brief)
    _date(deck.file, document)
    content = io.BytesIO()
    deck.file.save(content)
    warning = deck.text("page.slides.unknown", signs=deck.text.join(sorted(deck.unknown))) if deck.unknown else ""
    return undated(content.getvalue(), document.cover.dated_on or _UNDATED), (warning,) if warning else ()


def _opened(template: Path | None) -> Any:  # noqa: ANN401 - python-pptx is not typed
    """A deck without slides: the company's, or a plain wide one."""
    if template is None:
        file = Presentation()
        file.slide_width, file.slide_height = Inches(13.333), Inches(7.5)
        return file
    try:
        file = Presentation(str(template))
    except Exception as reason:  # noqa: BLE001 - python-pptx and zipfile trip over what is no deck in many ways
        raise PublishError(
            f"{shown(template)}: template must be a PowerPoint file (.pptx), got {type(reason).__name__}."
        ) from None
    listed = file.slides._sldIdLst  # noqa: SLF001 - python-pptx has no way to remove a slide
    for one in list(listed):
        file.part.drop_rel(one.rId)
        listed.remove(one)
    return file


def _findings(rest: Sequence[Part], brief: Brief | None) -> list[Part]:
    """The parts that have a finding and a chart other than the headline's, by worth and then in their order."""
    shown_already = brief.chart.svg if brief is not None and brief.chart is not None else ""
    found = [
        part
        for part in rest
        if part.said
        and part.worth >= _LEAST_WORTH
        and not part.quiet
        and (figure := _figure(part)) is not None
        and figure.svg != shown_already
    ]
    return sorted(found, key=lambda part: (-part.worth, part.place))


def _figure(part: Part) -> Figure | None:
    return next((block for block in part.blocks if isinstance(block, Figure)), None)


class _Report(Deck):
    """The slides of a report, one method each."""

    def opening(self, document: Document, verdict: Verdict | None) -> None:
        """What the report is, and what it says."""
        cover, brief = document.cover, verdict.brief if verdict is not None else None
        slide = self.slide(cover.title)
        lines = [(" · ".join(filter(None, (cover.shop, cover.period))), 18, SOFT, False)]
        if brief is not None and brief.state:
            lines.append((self.text(f"page.state.{brief.state}"), 24, _STATES[brief.state], True))
        said = list(brief.first if brief is not None else verdict.sentences[:2] if verdict is not None else ())
        lines += [(cut(_words(one), _LONGEST_TEXT), 22 if at == 0 else 18, INK, at == 0) for at, one in enumerate(said)]
        if verdict is not None:
            lines.append((f"{verdict.badge} · {verdict.observed_until}", 14, SOFT, False))
        self.lines(slide, lines, top=1.7, height=5.2)
        self.note(slide, "\n".join(_words(one) for one in (brief.why if brief is not None else ())))

    def key_figures(self, brief: Brief) -> None:
        """The tiles as a table."""
        slide = self.slide(self._met(brief))
        head = [
            self.text(f"page.slides.{name}") for name in ("figure", "value", "interval", "target", "previous", "status")
        ]
        rows = [(row.label, row.value, row.interval, row.target, row.previous, row.status_text) for row in brief.tiles]
        if rows:
            kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
            widths = [(3.2, 2.6, 2.2, 1.6, 1.4, 1.3)[place] for place in kept]
            self.table(slide, [[row[place] for place in kept] for row in (head, *rows)], widths)
            self.note(slide, self._definitions(brief))
        else:
            self.lines(slide, [(self.text("page.brief.no_tiles"), 20, INK, False)], top=1.7, height=2)

    def _met(self, brief: Brief) -> str:
        """What the tiles come to: how many reach their target, of those that have one."""
        aimed = [row for row in brief.tiles if row.target]
        met = sum(row.status == "good" for row in aimed)
        return self.text("page.slides.met", met=met, all=len(aimed)) if aimed else self.text("page.brief.tiles")

    def attained(self, brief: Brief) -> None:
        """Each figure as a share of its target, where both are numbers."""
        rows = [(row, share) for row in brief.tiles if (share := _share(row)) is not None]
        if len(rows) < _FEW:
            return
        bars = Bars(
            title=self.text("page.slides.attained_title"),
            names=tuple(row.label for row, _ in rows),
            values=tuple(share for _, share in rows),
            words=tuple(f"{self.text.rate(share)} {row.status_text}".strip() for row, share in rows),
        )
        parts = [self.text("chart.named", name=row.label, value=self.text.rate(share)) for row, share in rows]
        slide = self.slide(self.text("page.slides.attained"))
        self.bars(slide, bars, self.text("chart.clause").join(parts), 1.5)
        self.note(slide, self._definitions(brief))

    def _definitions(self, brief: Brief) -> str:
        """What the tiles mean."""
        defined = [(row.label, define(row.figure, self.text)) for row in brief.tiles if row.figure]
        return "\n".join(self.text("chart.named", name=name, value=words) for name, words in defined if words)

    def chart(self, title: str, figure: Figure, said: str, notes: str) -> None:
        """A chart with the words beside it."""
        slide = self.slide(title)
        if said:
            self.lines(slide, [(said, 16, SOFT, False)], top=1.35, height=0.9)
        top = 2.2 if said else 1.5
        self.drawn(slide, figure, top)
        self.note(slide, notes)

    def finding(self, part: Part) -> None:
        """One finding: its first sentence is the title, or its chart's title where no slide holds the sentence."""
        said = [one.strip() for line in part.told for one in sentences(_words(line)) if one.strip()]
        figure = _figure(part)
        if figure is None:
            return
        fits = display_width(said[0]) <= LONGEST_TITLE or not figure.title
        title, more = (said[0], said[1:]) if fits else (figure.title, said)
        definitions = [_words(block.spans) for block in part.blocks if isinstance(block, Note)]
        notes = "\n\n".join(filter(None, (part.title, " ".join(said), figure.caption, *definitions)))
        rest = cut(" ".join(more), _LONGEST_TEXT // 2)
        self.chart(title, figure, rest, notes)

    def actions(self, brief: Brief) -> None:
        """What to do, by whom, until when, and what it is worth."""
        slide = self.slide(self.text("page.brief.actions"))
        if not brief.actions:
            self.lines(slide, [(self.text("page.brief.no_actions"), 20, INK, False)], top=1.7, height=2)
            return
        head = [self.text(f"page.brief.{name}") for name in ("what", "owner", "due", "worth")]
        rows = [(one.what, one.owner, one.due, one.worth or self.text("page.brief.no_worth")) for one in brief.actions]
        self.table(slide, [head, *rows], (5.8, 2.2, 2.4, 1.9))
        if brief.more_actions:
            self.note(slide, self.text("page.brief.more_actions", count=brief.more_actions))

    def reservation(self, brief: Brief) -> None:
        """What speaks most against it, and what it rests on."""
        slide = self.slide(self.text("page.brief.reservation"))
        lines = [(cut(_words(brief.reservation), _LONGEST_TEXT), 20, INK, False)]
        lines += [(cut(_words(one), _LONGEST_TEXT // 2), 16, SOFT, False) for one in brief.why[:3]]
        self.lines(slide, lines, top=1.6, height=5.3)
        self.note(slide, "\n".join(_words(one) for one in brief.why))


def _date(file: Any, document: Document) -> None:  # noqa: ANN401 - as above
    """Facts of the file, none of which comes from the clock."""
    moment = dt.datetime.combine(document.cover.dated_on or _UNDATED, dt.time())
    facts = file.core_properties
    facts.title, facts.author, facts.last_modified_by = document.title[:250], document.cover.shop[:250], ""
    facts.created = facts.modified = moment
    facts.revision = 1


def _share(row: ScoreRow) -> float | None:
    """A figure over its target; None where one of them is no number, or the target is not above 0."""
    value, target = read_number(row.value.partition(" (")[0]), read_number(row.target)
    if value is None or target is None or target[0] <= 0:
        return None
    return float(value[0] / target[0])


def _words(line: Sequence[Span]) -> str:
    return "".join(span.text for span in line).replace("\n", " ")
