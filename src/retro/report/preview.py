"""Preview blocks inside JupyterLab, as plain HTML."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from retro.blocks import (
    BLOCKS_MIME,
    Block,
    Callout,
    Cover,
    Figure,
    Heading,
    Note,
    Paragraph,
    Scorecard,
    Span,
    Table,
    Verdict,
    dump_blocks,
)


def bundle(blocks: Sequence[Block]) -> dict[str, Any]:
    """Blocks as a cell's output: the data for the renderers, HTML for JupyterLab, text for everything else."""
    return {
        BLOCKS_MIME: dump_blocks(blocks),
        "text/html": "\n".join(_html(block) for block in blocks),
        "text/plain": "\n".join(_plain(block) for block in blocks),
    }


def _html(block: Block) -> str:
    match block:
        case Cover():
            return f"<h1>{escape(block.title)}</h1><p>{escape(block.period)}</p>"
        case Heading():
            return f"<h{block.level}>{_inline(block.spans)}</h{block.level}>"
        case Paragraph():
            return f"<p>{_inline(block.spans)}</p>"
        case Note():
            return f"<p><small>{_inline(block.spans)}</small></p>"
        case Callout():
            return f"<blockquote>{''.join(_html(inner) for inner in block.blocks)}</blockquote>"
        case Figure():
            return block.svg
        case Verdict():
            sentences = "".join(f"<li>{_inline(sentence)}</li>" for sentence in block.sentences)
            return f"<p><b>{escape(block.badge)}</b> · {escape(block.observed_until)}</p><ol>{sentences}</ol>"
        case Scorecard():
            rows = ([getattr(row, name) for name in _SCORE_FIELDS] for row in block.rows)
            return _table(block.caption, block.columns, rows)
        case Table():
            rows = ([cell.text for cell in row] for row in block.rows)
            return _table(block.caption, [column.label for column in block.columns], rows)
        case _:
            return f"<pre>{escape(_plain(block))}</pre>"


_SCORE_FIELDS = ("label", "value", "interval", "target", "previous", "status_text")


def _table(caption: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _inline(spans: Iterable[Span]) -> str:
    return "".join(f"<b>{escape(span.text)}</b>" if span.strong else escape(span.text) for span in spans)


def _plain(block: Block) -> str:
    """What a block says, for terminals and logs."""
    match block:
        case Heading() | Paragraph() | Note():
            return "".join(span.text for span in block.spans)
        case Callout():
            return "\n".join(_plain(inner) for inner in block.blocks)
        case Verdict():
            return "\n".join("".join(span.text for span in sentence) for sentence in block.sentences)
        case Figure():
            return block.alt
        case Table() | Scorecard():
            return block.caption
        case _:
            return block.kind
