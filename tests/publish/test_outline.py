"""Headings: anchors, levels without gaps, links."""

from __future__ import annotations

from retro.blocks import Block, Callout, Cover, Document, Heading, Paragraph, Span, spans
from retro.publish.outline import contents, outlined


def heading(level: int, text: str) -> Heading:
    return Heading(level=level, spans=spans(text))


def outline(*blocks: Block) -> Document:
    return outlined(Document(Cover(title="T"), blocks))


def test_outlined_numbers_headings_and_skips_no_level() -> None:
    document = outline(heading(2, "a"), heading(4, "b"), heading(4, "c"), heading(2, "a"), heading(3, "d"))
    found = [(block.level, block.anchor) for block in contents(document.blocks)]
    assert found == [(1, "s1"), (2, "s1-1"), (2, "s1-2"), (1, "s2"), (2, "s2-1")]


def test_outlined_starts_at_level_one_whatever_comes_first() -> None:
    document = outline(heading(2, "a"), heading(1, "b"))
    assert [block.level for block in contents(document.blocks)] == [1, 1]


def test_outlined_points_links_at_anchors_wherever_they_stand() -> None:
    link = Paragraph(spans=(Span(text="x", href="#%E6%BC%8F%E6%96%97-一览"), Span(text="y", href="https://a.example")))
    document = outline(Callout(blocks=(link,)), heading(1, "漏斗 一览"))
    box = document.blocks[0]
    assert isinstance(box, Callout)
    inner = box.blocks[0]
    assert isinstance(inner, Paragraph)
    assert [span.href for span in inner.spans] == ["#s1", "https://a.example"]
