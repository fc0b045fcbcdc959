"""Blocks: the one intermediate form between a notebook's outputs and every renderer.

A notebook's outputs become a list of blocks once; the HTML page, the PDF and the slides are drawn from that list.
A block holds what is said, never how it looks. Text is already in the reader's language; nothing is left to format.
"""

from __future__ import annotations

from retro.blocks.model import (
    BLOCKS_MIME,
    Block,
    Callout,
    Cell,
    Column,
    Divider,
    Figure,
    Heading,
    Image,
    List,
    Note,
    Paragraph,
    Preformatted,
    Scorecard,
    ScoreRow,
    Span,
    Table,
    Verdict,
    dump_blocks,
    parse_blocks,
    spans,
)

__all__ = [
    "BLOCKS_MIME",
    "Block",
    "Callout",
    "Cell",
    "Column",
    "Divider",
    "Figure",
    "Heading",
    "Image",
    "List",
    "Note",
    "Paragraph",
    "Preformatted",
    "ScoreRow",
    "Scorecard",
    "Span",
    "Table",
    "Verdict",
    "dump_blocks",
    "parse_blocks",
    "spans",
]
