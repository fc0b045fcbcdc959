"""Blocks: the one intermediate form between a notebook's outputs and every renderer.

A notebook's outputs become a list of blocks once; the HTML page, the PDF and the slides are drawn from that list.
A block holds what is said, never how it looks. Text is already in the reader's language; nothing is left to format.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.blocks.down import read_down
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
    from retro.blocks.sentences import gist, opening
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
    "gist",
    "opening",
    "parse_blocks",
    "parse_markdown",
    "read_document",
    "read_down",
    "readable",
    "spans",
]

__getattr__ = lazily(
    __name__,
    {
        "ANALYST_MIME": "retro.blocks.model:ANALYST_MIME",
        "BLOCKS_MIME": "retro.blocks.model:BLOCKS_MIME",
        "Bars": "retro.blocks.model:Bars",
        "Block": "retro.blocks.model:Block",
        "Brief": "retro.blocks.model:Brief",
        "Callout": "retro.blocks.model:Callout",
        "Cell": "retro.blocks.model:Cell",
        "Column": "retro.blocks.model:Column",
        "Cover": "retro.blocks.model:Cover",
        "Divider": "retro.blocks.model:Divider",
        "Document": "retro.blocks.notebook:Document",
        "Figure": "retro.blocks.model:Figure",
        "Heading": "retro.blocks.model:Heading",
        "Image": "retro.blocks.model:Image",
        "List": "retro.blocks.model:List",
        "MoneyState": "retro.blocks.model:MoneyState",
        "Note": "retro.blocks.model:Note",
        "PAPERMILL_TAGS": "retro.blocks.notebook:PAPERMILL_TAGS",
        "PENDING_MIME": "retro.blocks.model:PENDING_MIME",
        "Paragraph": "retro.blocks.model:Paragraph",
        "Planned": "retro.blocks.model:Planned",
        "Preformatted": "retro.blocks.model:Preformatted",
        "Quote": "retro.blocks.model:Quote",
        "ScoreRow": "retro.blocks.model:ScoreRow",
        "Scorecard": "retro.blocks.model:Scorecard",
        "Span": "retro.blocks.model:Span",
        "Table": "retro.blocks.model:Table",
        "Verdict": "retro.blocks.model:Verdict",
        "as_markdown": "retro.blocks.to_markdown:as_markdown",
        "dump_blocks": "retro.blocks.model:dump_blocks",
        "gist": "retro.blocks.sentences:gist",
        "opening": "retro.blocks.sentences:opening",
        "parse_blocks": "retro.blocks.model:parse_blocks",
        "parse_markdown": "retro.blocks.markdown:parse_markdown",
        "read_document": "retro.blocks.notebook:read_document",
        "read_down": "retro.blocks.down:read_down",
        "readable": "retro.blocks.notebook:readable",
        "spans": "retro.blocks.model:spans",
    },
)
