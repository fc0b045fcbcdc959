"""Arrangement: what of a document decides, what proves it, and what belongs into the appendix.

A part is a heading with what stands below it, up to the next heading.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from retro.blocks import Block, Callout, Document, Heading, List, Note, Paragraph, Span, Table, Verdict

_APPENDIX, _MOST = 0, 3
"""What a heading is worth whose part belongs into the appendix, and one that says nothing of it."""

_DEEPEST = 4
"""The deepest level that a heading has."""


@dataclass(frozen=True)
class Part:
    """A part of a document.

    Attributes:
        blocks: The heading, where it has one, and what stands below it.
        place: Its number, from 0.
        worth: What it is worth on paper, from 0 to 3, as `Heading` has it; that of the heading above where it has none.
    """

    blocks: tuple[Block, ...]
    place: int
    worth: int

    @property
    def heading(self) -> Heading | None:
        """Its heading; None before the first."""
        first = self.blocks[0]
        return first if isinstance(first, Heading) else None

    @property
    def level(self) -> int:
        """The level of its heading; 0 without one."""
        return self.heading.level if self.heading else 0

    @property
    def title(self) -> str:
        """Its heading in words."""
        return "".join(span.text for span in self.heading.spans) if self.heading else ""

    @property
    def quiet(self) -> bool:
        """Whether it found no difference, so that one line says it all."""
        return self.heading is not None and self.heading.quiet and bool(self.said)

    @property
    def said(self) -> tuple[Span, ...]:
        """Its finding."""
        return next(iter(self.told), ())

    @property
    def told(self) -> list[tuple[Span, ...]]:
        """The paragraphs and points of its findings, the finding first."""
        boxes = (block for block in self.blocks if isinstance(block, Callout) and block.tone == "finding")
        return [line.spans for box in boxes for line in _paragraphs(box.blocks)]

    @property
    def line(self) -> Paragraph:
        """Its one line: heading and finding."""
        return Paragraph(spans=(Span(text=f"{self.title}  ", strong=True), *self.said))


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """The paragraphs among blocks, those of lists too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, List):
            yield from (one for item in block.items for one in _paragraphs(item))


@dataclass(frozen=True)
class Printed:
    """A document as it is printed.

    Attributes:
        verdict: The verdict with the first page; None where there is none.
        body: What proves it, each part with its place.
        appendix: Everything else.
        moved: Titles of the parts that stand in the appendix because the body was full.
    """

    verdict: Verdict | None
    body: tuple[tuple[int, tuple[Block, ...]], ...]
    appendix: tuple[Block, ...] = ()
    moved: tuple[str, ...] = ()


def parts(blocks: Sequence[Block]) -> list[Part]:
    """The parts of a document, in order.

    Examples:
        >>> from retro.blocks import spans
        >>> top, text = Heading(level=1, spans=spans("Sales"), worth=1), Paragraph(spans=spans("Up."))
        >>> [(one.title, one.worth, len(one.blocks)) for one in parts([text, top, text])]
        [('', 3, 1), ('Sales', 1, 2)]
    """
    groups: list[list[Block]] = []
    for block in blocks:
        if not groups or isinstance(block, Heading):
            groups.append([])
        groups[-1].append(block)
    above: list[tuple[int, int]] = []
    found = []
    for place, group in enumerate(groups):
        first, worth = group[0], _MOST
        if isinstance(first, Heading):
            above = [one for one in above if one[0] < first.level]
            worth = above[-1][1] if first.worth is None and above else _MOST if first.worth is None else first.worth
            above.append((first.level, worth))
        found.append(Part(tuple(group), place, worth))
    return found


def without_verdict(document: Document) -> tuple[Verdict | None, list[Part]]:
    """The first verdict, and the parts of the rest.

    A heading that stood above the verdict alone goes with it, and what stood below that heading moves up.
    """
    verdict = next((block for block in document.blocks if isinstance(block, Verdict)), None)
    if verdict is None:
        return None, parts(document.blocks)
    kept: list[Block] = []
    gone = _DEEPEST
    for part in parts(document.blocks):
        rest = [block for block in part.blocks if block is not verdict]
        if len(rest) < len(part.blocks) and len(rest) <= 1 and part.heading is not None:
            gone = part.level
            continue
        if part.heading is not None and part.level <= gone:
            gone = _DEEPEST
        up = part.level > gone
        kept += (_lifted(block) if up and isinstance(block, Heading) else block for block in rest)
    return verdict, parts(kept)


def _lifted(heading: Heading) -> Heading:
    return heading.model_copy(update={"level": heading.level - 1})


def printed(document: Document, moved: AbstractSet[int] = frozenset()) -> Printed:
    """Divide a document for paper: first page, body, appendix.

    Folded tables and definitions go into the appendix, under the heading that they stood below; so do parts that are
    worth nothing in a meeting, and those that are to be moved. A part that found no difference leaves its one line. A
    document of no page limit has no appendix.

    Args:
        document: The document, outlined.
        moved: Places of parts that the body has no room for.
    """
    verdict, rest = without_verdict(document)
    if document.cover.pages is None:
        return Printed(verdict, tuple((part.place, part.blocks) for part in rest))
    body: list[tuple[int, tuple[Block, ...]]] = []
    appendix: list[Block] = []
    whole = False
    empty = moved | _emptied(rest, moved)
    for part in rest:
        below = whole and part.level > 1
        kept, left = ((), part.blocks) if part.place in empty else _divided(part)
        whole = below or (part.level == 1 and not kept)
        if kept:
            body.append((part.place, kept))
        appendix += _lowered(left, 3 if below else 2)
    titles = tuple(part.title for part in rest if part.place in moved)
    return Printed(verdict, tuple(body), tuple(appendix), titles)


def leaving(document: Document) -> list[list[Part]]:
    """What may leave the body, each section with all below it: the least worth first, of equals the last."""
    _, rest = without_verdict(document)
    free = [part for part in rest if part.heading is not None and part.worth != _APPENDIX]
    families = [[part, *_below(part, rest)] for part in free]
    return sorted(families, key=lambda family: (max(one.worth for one in family), -family[0].place))


def _emptied(rest: Sequence[Part], moved: AbstractSet[int]) -> AbstractSet[int]:
    """Parts that hold a heading and its question alone, and below which everything is moved."""
    found: set[int] = set()
    for part in rest:
        below = {one.place for one in _below(part, rest)}
        if below and below <= moved and all(isinstance(block, Heading | Paragraph) for block in part.blocks):
            found.add(part.place)
    return found


def _below(part: Part, rest: Sequence[Part]) -> Iterator[Part]:
    """The parts that belong to a part."""
    return itertools.takewhile(lambda one: one.level > part.level, rest[part.place + 1 :])


def _divided(part: Part) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """What stays in the body, and what goes into the appendix."""
    if part.worth == _APPENDIX:
        return (), part.blocks
    if part.quiet:
        return (part.line,), part.blocks
    kept = tuple(block for block in part.blocks if not _backs(block))
    rest = tuple(block for block in part.blocks if _backs(block))
    if not rest or part.heading is None:
        return part.blocks, ()
    return kept, (part.heading.model_copy(update={"anchor": f"{part.heading.anchor}-a"}), *rest)


def _backs(block: Block) -> bool:
    """Whether a block only backs what was said: data that a page folds, and definitions."""
    return isinstance(block, Note) or (isinstance(block, Table) and block.folded)


def _lowered(blocks: Iterable[Block], level: int) -> Iterator[Block]:
    """Blocks with their headings at a level of the appendix."""
    for block in blocks:
        yield block.model_copy(update={"level": level}) if isinstance(block, Heading) else block
