"""Blocks to Markdown: what a report says, as text that can be reviewed line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from retro.blocks.model import (
    Block,
    Brief,
    Callout,
    Cover,
    Divider,
    Figure,
    Heading,
    Image,
    List,
    Note,
    Paragraph,
    Preformatted,
    Quote,
    Scorecard,
    ScoreRow,
    Span,
    Table,
    Verdict,
)
from retro.blocks.notebook import Document
from retro.blocks.sentences import SENTENCE

_ALERTS = {"finding": "IMPORTANT", "note": "NOTE", "warning": "WARNING", "not_covered": "NOT_COVERED"}
"""How GitHub opens a box of each tone; it knows no word for a section that is not covered."""

_MISSING = "–"
_SPECIAL = re.compile(r"[\\`]|\*(?=\S)|(?<=\S)\*|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<=\])(?=\()")
"""What Markdown would read as markup."""

_OPENER = re.compile(r"^(?=#{1,6}( |$)|>|[-+]( |$)|=+$|-+$)|^(\d+)(?=[.)]( |$))")
"""What would open a heading, a quote or a list at the start of a line."""


def as_markdown(document: Document) -> str:
    """Write a document as Markdown: GitHub's, with pipe tables and `> [!IMPORTANT]` boxes.

    Each sentence stands on a line of its own, so that a diff shows the one that changed. A chart is its description
    and its caption; nothing else of a drawing is written, neither colours nor the tone of a value, which a sign or a
    word says as well. A small `▸` marks a table that a page folds.

    Examples:
        >>> from retro.blocks import Callout, Column, Cover, Document, Paragraph, Table, Cell, spans
        >>> finding = Callout(tone="finding", blocks=(Paragraph(spans=spans("Sold **12 %** more. It was warm.")),))
        >>> table = Table(
        ...     caption="By day",
        ...     columns=(Column(label="Day"), Column(label="Orders", numeric=True)),
        ...     rows=((Cell(text="Mon"), Cell(text="7")), (Cell(text="Tue"), Cell(text=""))),
        ... )
        >>> print(as_markdown(Document(Cover(title="A week", lang="en"), (finding, table))))
        # A week
        <BLANKLINE>
        > [!IMPORTANT]
        > Sold **12 %** more.
        > It was warm.
        <BLANKLINE>
        **By day**
        <BLANKLINE>
        | Day | Orders |
        | --- | ---: |
        | Mon | 7 |
        | Tue | – |
        <BLANKLINE>
    """
    return "\n\n".join((_cover(document.cover), *map(_block, document.blocks))) + "\n"


def _cover(cover: Cover) -> str:
    details = [cover.subtitle, cover.shop, cover.period, *cover.details]
    lines = [f"- {_escaped(detail)}" for detail in details if detail]
    return "\n".join([f"# {_escaped(cover.title)}", *([""] if lines else []), *lines])


def _block(block: Block) -> str:
    match block:
        case Cover():
            return _cover(block)
        case Heading():
            return f"{'#' * (block.level + 1)} {_inline(block.spans)}"
        case Paragraph():
            return _sentences(_inline(block.spans))
        case Note():
            return _sentences(f"*{_inline(block.spans)}*")
        case Callout():
            return _callout(block)
        case Quote():
            return _quoted("\n\n".join(map(_block, block.blocks)))
        case Verdict():
            return _verdict(block)
        case _:
            return _thing(block)


def _thing(block: List | Figure | Image | Table | Scorecard | Preformatted | Divider) -> str:
    """A block that is more than text."""
    match block:
        case List():
            marks = (f"{number}. " if block.ordered else "- " for number in range(1, len(block.items) + 1))
            return "\n".join(_item(mark, item) for mark, item in zip(marks, block.items, strict=True))
        case Figure():
            return _picture("chart", block)
        case Image():
            return _picture("picture", block)
        case Table():
            rows = ([cell.text and _bold(cell.text, strong=cell.strong) for cell in row] for row in block.rows)
            columns = [(column.label, column.numeric) for column in block.columns]
            return _captioned(("▸ " if block.folded else "", block.caption), _table(columns, rows))
        case Scorecard():
            fields = [name for name in ScoreRow.model_fields if name not in {"status", "figure"}]
            scores = ([_escaped(getattr(row, name)) for name in fields] for row in block.rows)
            return _captioned(("", block.caption), _table([(label, False) for label in block.columns], scores))
        case Preformatted():
            fence = "`" * max((3, *(len(run) + 1 for run in re.findall("`+", block.text))))
            return f"{fence}\n{block.text}\n{fence}"
        case Divider():
            return "---"
        case _:
            assert_never(block)


def _callout(block: Callout) -> str:
    opening = f"[!{_ALERTS[block.tone]}]"
    parts = [f"**{_escaped(block.title)}**"] if block.title else []
    return _quoted(f"{opening}\n" + "\n\n".join([*parts, *map(_block, block.blocks)]))


def _verdict(block: Verdict) -> str:
    sentences = [_item("- ", (Paragraph(spans=sentence),)) for sentence in block.sentences]
    opening = f"**{_escaped(block.badge)}** · {_escaped(block.observed_until)}"
    return "\n".join([opening, "", *sentences, *(_brief(block.brief) if block.brief is not None else ())])


def _brief(brief: Brief) -> Iterator[str]:
    """What the first page adds to the verdict's sentences: state, actions and reservation; its figures stand below."""
    if brief.state:
        yield f"- ◆ {brief.state}"
    for action in brief.actions:
        yield f"- → {_escaped(' · '.join(filter(None, (action.what, action.owner, action.due, action.worth))))}"
    if brief.reservation:
        yield f"- △ {_inline(brief.reservation)}"


def _item(mark: str, blocks: Sequence[Block]) -> str:
    text = "".join(("\n" if isinstance(block, List) else "\n\n") + _block(block) for block in blocks)
    lines = text.lstrip("\n").split("\n")
    return mark + "\n".join(line and " " * len(mark) * (place > 0) + line for place, line in enumerate(lines))


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _picture(kind: str, block: Figure | Image) -> str:
    caption = f"\n\n{_sentences(f'*{_escaped(block.caption.strip())}*')}" if block.caption.strip() else ""
    alt = _escaped(" ".join(block.alt.split())).replace("[", r"\[").replace("]", r"\]")
    title = f"**{_escaped(block.title)}**\n\n" if isinstance(block, Figure) and block.title else ""
    return f"{title}![{alt}]({kind}){caption}"


def _captioned(caption: tuple[str, str], table: str) -> str:
    mark, words = caption
    return f"{mark}**{_escaped(words)}**\n\n{table}" if words else table


def _table(columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> str:
    """A pipe table. Cells are not padded, so that a figure that changes its width changes one line."""
    head = _row([_escaped(label) for label, _numeric in columns])
    rule = _row(["---:" if numeric else "---" for _label, numeric in columns])
    return "\n".join([head, rule, *map(_row, rows)])


def _row(cells: Sequence[str]) -> str:
    told = (" ".join(cell.split()).replace("|", r"\|") or _MISSING for cell in cells)
    return f"| {' | '.join(told)} |"


def _inline(spans: Iterable[Span]) -> str:
    return "".join(_spans(spans)).strip()


def _spans(spans: Iterable[Span]) -> Iterator[str]:
    """Each run of text with its marks, which must touch the words that they mark."""
    for span in spans:
        words = span.text.strip()
        before, _, after = span.text.partition(words) if words else (span.text, "", "")
        text = f"`{words}`" if span.code and words else _escaped(words)
        for marked, mark in ((span.emphasis, "*"), (span.strong, "**")):
            text = f"{mark}{text}{mark}" if marked and words else text
        yield before + (f"[{text}]({span.href})" if span.href else text) + after


def _bold(text: str, *, strong: bool) -> str:
    return f"**{_escaped(text)}**" if strong else _escaped(text)


def _sentences(text: str) -> str:
    """A text with each sentence on a line of its own; a line break that was meant keeps its backslash."""
    lines = SENTENCE.sub(r"\1\2\n", text.replace("\n", "\\\n")).split("\n")
    return "\n".join(_OPENER.sub(r"\3\\", line.strip()) for line in lines)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
