"""Blocks: the one intermediate form between a notebook's outputs and every renderer.

A notebook's outputs become a list of blocks once; the HTML page, the PDF and the slides are drawn from that list.
A block holds what is said, never how it looks. Text is already in the reader's language; nothing is left to format.
"""

from __future__ import annotations

from retro.blocks.markdown import parse_markdown
from retro.blocks.model import (
    ANALYST_MIME,
    BLOCKS_MIME,
    PENDING_MIME,
    Bars,
    Block,
    Brief,
    Callout,
    Cell,
    Column,
    Cover,
    Divider,
    Figure,
    Heading,
    Image,
    List,
    MoneyState,
    Note,
    Paragraph,
    Planned,
    Preformatted,
    Quote,
    Scorecard,
    ScoreRow,
    Span,
    Table,
    Verdict,
    dump_blocks,
    parse_blocks,
    spans,
)
from retro.blocks.notebook import PAPERMILL_TAGS, Document, read_document, readable
from retro.blocks.to_markdown import as_markdown

__all__ = [
    "ANALYST_MIME",
    "BLOCKS_MIME",
    "PAPERMILL_TAGS",
    "PENDING_MIME",
    "Bars",
    "Block",
    "Brief",
    "Callout",
    "Cell",
    "Column",
    "Cover",
    "Divider",
    "Document",
    "Figure",
    "Heading",
    "Image",
    "List",
    "MoneyState",
    "Note",
    "Paragraph",
    "Planned",
    "Preformatted",
    "Quote",
    "ScoreRow",
    "Scorecard",
    "Span",
    "Table",
    "Verdict",
    "as_markdown",
    "dump_blocks",
    "parse_blocks",
    "parse_markdown",
    "read_document",
    "readable",
    "spans",
]
