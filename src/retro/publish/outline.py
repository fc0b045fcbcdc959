"""The outline: anchors, heading levels and inner links of a document."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import TypeVar
from urllib.parse import unquote

from pydantic import BaseModel

from retro.blocks import Block, Document, Figure, Heading, Image, Scorecard, Span, Table
from retro.errors import PublishError, shorten

_Anything = TypeVar("_Anything")

_WITHOUT_LINKS = (Table, Scorecard, Figure, Image)
"""Blocks that hold no spans; the largest ones, so it pays not to walk through them."""


def outlined(document: Document) -> Document:
    """Give every heading an anchor and point every inner link at one.

    Anchors are ASCII (`s1`, `s1-2`), because some readers lose links with Chinese names. Levels start at 1 and none
    is skipped on the way down, whatever the author wrote.

    Raises:
        PublishError: A link names a heading that the document does not have.
    """
    headings = iter(_numbered([block for block in document.blocks if isinstance(block, Heading)]))
    blocks: tuple[Block, ...] = tuple(
        next(headings) if isinstance(block, Heading) else block for block in document.blocks
    )
    anchors: dict[str, str] = {}
    for heading in contents(blocks):
        anchors.setdefault(_key(words(heading)), heading.anchor)
    linked = tuple(block if isinstance(block, _WITHOUT_LINKS) else _linked(block, anchors) for block in blocks)
    return dataclasses.replace(document, blocks=linked)


def contents(blocks: tuple[Block, ...]) -> tuple[Heading, ...]:
    """The headings, in order."""
    return tuple(block for block in blocks if isinstance(block, Heading))


def words(heading: Heading) -> str:
    """A heading's text without its styles."""
    return "".join(span.text for span in heading.spans).replace("\n", " ")


def _numbered(headings: list[Heading]) -> Iterator[Heading]:
    """Headings with the level that they have among those above them, and with their number as anchor."""
    above: list[int] = []
    numbers: list[int] = []
    for heading in headings:
        depth = sum(level < heading.level for level in above)
        above = [*above[:depth], heading.level]
        numbers = [*numbers[:depth], numbers[depth] + 1 if depth < len(numbers) else 1]
        anchor = "s" + "-".join(map(str, numbers))
        yield heading.model_copy(update={"level": depth + 1, "anchor": anchor})


def _linked(value: _Anything, anchors: dict[str, str]) -> _Anything:
    """A copy of a block, or of any part of one, whose inner links name anchors."""
    if isinstance(value, tuple):
        return tuple(_linked(item, anchors) for item in value)  # type: ignore[return-value]  # a tuple again
    if isinstance(value, Span):
        return value.model_copy(update={"href": _target(value.href, anchors)}) if value.href else value
    if isinstance(value, BaseModel):
        fields = {name: _linked(getattr(value, name), anchors) for name in type(value).model_fields}
        return value.model_copy(update=fields)
    return value


def _target(href: str, anchors: dict[str, str]) -> str:
    if not href.startswith("#"):
        return href
    name = unquote(href[1:])
    if _key(name) not in anchors:
        known = shorten([f"#{heading}" for heading in anchors])
        raise PublishError(f"report: link must name a heading, got {'#' + name!r}. Headings: {known}.")
    return "#" + anchors[_key(name)]


def _key(text: str) -> str:
    """What is left of a heading when spaces, hyphens, punctuation and case do not matter."""
    return re.sub(r"[\W_]+", "", text).lower()
