"""A section's finding as blocks: sentence, chart, table, definition."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from retro.blocks import Block, Callout, Heading, List, Note, Paragraph, opening, spans
from retro.blocks.sentences import sentences
from retro.campaigns import CampaignParams
from retro.i18n import Text
from retro.ledger import Entry
from retro.report.drawn import Drawing, drawn
from retro.sections import Finding, Section

_EVIDENCE = ("impact", "order_impact")
"""Sections that a judgement of money rests on; they are shown whole though they find no difference."""

_CLAUSE = re.compile(r"\s*[；;]\s*")
"""Where what is short enough for a title ends within a sentence."""

_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
"""Asides, within which nothing ends."""

_INTERVAL = re.compile(r"\s*（[^（）]*区间[^（）]*）|\s*\([^()]*\binterval\b[^()]*\)")
"""An interval in brackets, which a chart draws."""


def section_blocks(
    section: Section,
    finding: Finding,
    frame: Any,  # noqa: ANN401 - what the section's metric returns
    text: Text,
    options: Mapping[str, object],
    drawing: Drawing = drawn,
) -> Sequence[Block]:
    """What a section shows; nothing where its finding has nothing to say.

    Args:
        section: The section.
        finding: What it says.
        frame: What its chart draws.
        text: Texts of the reader's language.
        options: Further arguments of the chart.
        drawing: Draws charts as blocks.
    """
    if finding.parts:
        return _chapter(section.name, finding, text, drawing)
    if not finding.sentence:
        return ()
    chart: tuple[Block, ...] = ()
    if section.draw is not None and finding.has_figures and section.drawable(frame):
        chart = (drawing(section.draw, frame, text, options).model_copy(update={"title": title_of(finding)}),)
    evidence = _evidence(finding, text, drawing, titled=bool(chart))
    return (*_callouts(finding), *chart, *evidence, _definition(section.name, finding, text))


def headed(key: str, level: int, text: Text) -> Sequence[Block]:
    """A section's heading and the question that it answers; nothing where it continues the one before it.

    Args:
        key: What its texts `heading` and `question` begin with.
        level: Level of the heading.
        text: Texts of the reader's language.
    """
    if not text.has(f"{key}.heading"):
        return ()
    question = (Paragraph(spans=spans(text(f"{key}.question"))),) if text.has(f"{key}.question") else ()
    return (Heading(level=level, spans=spans(text(f"{key}.heading"))), *question)


def weighed(heading: Sequence[Block], section: str, finding: Finding, params: CampaignParams) -> Sequence[Block]:
    """A section's heading, with what the section is worth on paper and whether it found nothing.

    Args:
        heading: The blocks of `headed`.
        section: The section's name.
        finding: What it says.
        params: The verdict's sections, its chart and the targets.
    """
    opens = section in (*params.headlines, *params.headline_charts) or bool(finding.judged)
    worth = 3 if opens else 2 if any(entry.name in params.targets for entry in recorded(finding)) else 1
    nothing = finding.quiet or _bare(finding)
    marks = {"worth": worth, "quiet": nothing and worth == 1 and section not in _EVIDENCE}
    return [block.model_copy(update=marks) if isinstance(block, Heading) else block for block in heading]


def _bare(finding: Finding) -> bool:
    """Whether a sentence is all there is: no figure, chart, table or reservation stands below it."""
    evidence = (finding.exhibits, finding.parts, finding.warnings, finding.table, finding.has_figures)
    return bool(finding.sentence) and finding.covered and not any(part is not None and part for part in evidence)


def uncovered(finding: Finding) -> Sequence[str]:
    """Name the sections that the shop's data does not cover."""
    if finding.parts:
        return [f"{part.title}: {part.sentence.strip()}" for part in finding.parts if not part.covered]
    return [] if finding.covered or not finding.sentence else [finding.sentence.strip()]


def title_of(finding: Finding) -> str:
    """What a finding's chart shows; else its first sentence, without marks and the intervals that the chart draws."""
    said = finding.shows or (finding.headline or (finding.sentence,))[0]
    line = sentences(_INTERVAL.sub("", _plain(said.strip().split("\n")[0])))[0]
    end = _CLAUSE.search(_BRACKETS.sub(lambda aside: "·" * len(aside[0]), line))
    return line[: end.start() if end is not None else None].rstrip("。. ")


def _chapter(section: str, finding: Finding, text: Text, drawing: Drawing) -> Sequence[Block]:
    blocks: list[Block] = []
    for part in finding.parts:
        blocks.append(Heading(level=2, spans=spans(part.title)))
        blocks += [*_callouts(part), *_evidence(part, text, drawing, titled=False)]
    return (*blocks, _definition(section, finding, text))


def _callouts(finding: Finding) -> Sequence[Block]:
    tone: Literal["finding", "not_covered"] = "finding" if finding.covered else "not_covered"
    said = Callout(tone=tone, blocks=_said(finding.sentence))
    warned = (Paragraph(spans=spans(warning.strip())) for warning in finding.warnings)
    return (said, *(Callout(tone="warning", blocks=(paragraph,)) for paragraph in warned))


def _said(sentence: str) -> tuple[Block, ...]:
    """A finding's paragraphs; of one that is long its opening, and below it the other sentences, point by point."""
    lead, points = opening(sentence)
    if not points:
        return tuple(Paragraph(spans=spans(line.strip())) for line in lead.strip().splitlines())
    items = [(Paragraph(spans=spans(point)),) for point in points]
    rest = items[0] if len(items) == 1 else (List(items=tuple(items)),)
    return (Paragraph(spans=spans(lead.strip())), *rest)


def _evidence(finding: Finding, text: Text, drawing: Drawing, *, titled: bool) -> Sequence[Block]:
    """The exhibits; a chart's title is its own sentence, of the first that has none the finding's unless it has been.

    What else an exhibit says stands above it.
    """
    blocks: list[Block] = []
    for exhibit in finding.exhibits:
        title, said = "", exhibit.sentence.strip()
        if exhibit.chart is not None and said:
            first, *rest = sentences(said)
            title, said = _INTERVAL.sub("", _plain(first)).strip().rstrip("。."), "".join(rest)
        elif exhibit.chart is not None and not titled:
            title, titled = title_of(finding), True
        if said:
            blocks.append(Paragraph(spans=spans(said)))
        if exhibit.chart is not None:
            chart = drawing(exhibit.chart, exhibit.frame, text, exhibit.options)
            blocks.append(chart.model_copy(update={"title": title}))
        if exhibit.table is not None:
            blocks.append(exhibit.table)
    return (*blocks, *((finding.table,) if finding.table is not None else ()))


def _plain(said: str) -> str:
    """What is said, without marks."""
    return "".join(span.text for span in spans(said))


def _definition(section: str, finding: Finding, text: Text) -> Note:
    names = tuple(dict.fromkeys(entry.name for entry in recorded(finding)))
    of_parts = [
        text("chart.panels.part", panel=one.title, parts=one.footnote.strip()) for one in finding.parts if one.footnote
    ]
    words = (finding.footnote.strip(), *of_parts, text(f"{section}.definition"))
    return Note(spans=spans("\n".join(filter(None, words))), figures=names)


def recorded(finding: Finding) -> Sequence[Entry]:
    """The figures of a finding and of its parts."""
    return (*finding.entries, *(entry for part in finding.parts for entry in part.entries))
