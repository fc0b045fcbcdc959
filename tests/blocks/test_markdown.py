"""Markdown to blocks: what an author writes arrives whole, or is refused in words."""

from __future__ import annotations

import pytest

from retro.blocks import (
    Callout,
    Cell,
    Column,
    Divider,
    Heading,
    Image,
    List,
    Paragraph,
    Preformatted,
    Quote,
    Span,
    Table,
    parse_markdown,
)
from retro.errors import PublishError

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def paragraph(*spans: Span) -> Paragraph:
    return Paragraph(spans=spans)


@pytest.mark.parametrize(
    ("source", "block"),
    [
        ("# 结论", Heading(level=1, spans=(Span(text="结论"),))),
        ("##### deep", Heading(level=4, spans=(Span(text="deep"),))),
        ("plain", paragraph(Span(text="plain"))),
        ("a &amp; b \\* c", paragraph(Span(text="a & b * c"))),
        ("a `x<y &amp;` b", paragraph(Span(text="a "), Span(text="x<y &amp;", code=True), Span(text=" b"))),
        ("***x***", paragraph(Span(text="x", strong=True, emphasis=True))),
        ("line  \nbreak", paragraph(Span(text="line\nbreak"))),
        ("one\ntwo", paragraph(Span(text="one two"))),
        ("第一行\n第二行", paragraph(Span(text="第一行第二行"))),
        ("**粗\n体**", paragraph(Span(text="粗体", strong=True))),
        ("[to](#funnel)", paragraph(Span(text="to", href="#funnel"))),
        ("<https://a.example>", paragraph(Span(text="https://a.example", href="https://a.example"))),
        ("---", Divider()),
        ("```python\nx = 1\n\ny\n```", Preformatted(text="x = 1\n\ny")),
        ("> words", Quote(blocks=(paragraph(Span(text="words")),))),
    ],
)
def test_parse_markdown_keeps_text_and_style(source: str, block: object) -> None:
    assert parse_markdown(source, "cell 1") == (block,)


def test_parse_markdown_nests_lists() -> None:
    (block,) = parse_markdown("- a\n  1. b\n  2. c\n- d", "cell 1")
    assert isinstance(block, List)
    first, second = block.items
    inner = first[1]
    assert first[0] == paragraph(Span(text="a"))
    assert second == (paragraph(Span(text="d")),)
    assert isinstance(inner, List)
    assert inner.ordered
    assert [item[0] for item in inner.items] == [paragraph(Span(text="b")), paragraph(Span(text="c"))]


def test_parse_markdown_reads_tables_with_totals() -> None:
    (block,) = parse_markdown("| shop | orders |\n|:--|--:|\n| a | 1 |\n| **total** | **1** |\n| | |", "cell 1")
    assert block == Table(
        caption="",
        columns=(Column(label="shop"), Column(label="orders", numeric=True)),
        rows=(
            (Cell(text="a"), Cell(text="1")),
            (Cell(text="total", strong=True), Cell(text="1", strong=True)),
            (Cell(text=""), Cell(text="")),
        ),
    )


@pytest.mark.parametrize(
    ("word", "tone"), [("NOTE", "note"), ("tip", "note"), ("IMPORTANT", "finding"), ("WARNING", "warning")]
)
def test_parse_markdown_reads_boxes(word: str, tone: str) -> None:
    (block,) = parse_markdown(f"> [!{word}]\n> mind **this**\n>\n> - a", "cell 1")
    assert isinstance(block, Callout)
    assert block.tone == tone
    assert block.blocks[0] == paragraph(Span(text="mind "), Span(text="this", strong=True))
    assert isinstance(block.blocks[1], List)


def test_parse_markdown_takes_pictures_that_the_cell_carries() -> None:
    source = f'before ![一个像素](attachment:p.png "caption") after ![b](data:image/png;base64,{PIXEL})'
    before, attached, after, inline = parse_markdown(source, "cell 1", {"p.png": {"image/png": PIXEL}})
    assert attached == Image(mime="image/png", data=PIXEL, alt="一个像素", caption="caption")
    assert isinstance(inline, Image)
    assert (before, after) == (paragraph(Span(text="before ")), paragraph(Span(text=" after ")))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a <b>c</b>", "cell 3: Markdown must hold no HTML, got '<b>'. Write it as Markdown."),
        ("<div>\nx\n</div>", "cell 3: Markdown must hold no HTML"),
        ("![a](http://a.example/b.png)", "cell 3: picture must be part of the cell, got 'http://a.example/b.png'"),
        ("![a](b.png)", "picture must be part of the cell, got 'b.png'"),
        ("![a](attachment:b.png)", "picture must be attached to the cell, got 'b.png'. Drag the file into the cell."),
        ("![a](data:image/gif;base64,AAAA)", "picture must be PNG or JPEG, got 'image/gif'"),
        (f"![](data:image/png;base64,{PIXEL})", "picture must be described"),
        ("[a](docs/metrics.md)", "link must open on its own, got 'docs/metrics.md'"),
        ("[a](javascript:x)", "link must open on its own"),
        ("- # a", "heading must stand on its own, not in a list or quote, got 'a'"),
        ("> [!WARNUNG]\n> a", "box must be of a known kind, got '[!WARNUNG]'. Did you mean 'WARNING'?"),
        ("| a |\n|---|\n| [b](#c) |", "table must hold no links, got '#c'"),
    ],
)
def test_parse_markdown_refuses_what_a_page_cannot_show(source: str, words: str) -> None:
    with pytest.raises(PublishError) as caught:
        parse_markdown(source, "cell 3")
    assert words in str(caught.value)


def test_a_quote_that_names_people_is_refused_without_repeating_them() -> None:
    with pytest.raises(
        PublishError, match=r"cell 3: quote must not name people, got 'a phone number'. Leave"
    ) as caught:
        parse_markdown("> late again, call **138**-0013-8000!", "cell 3")
    assert "0013" not in str(caught.value)
    assert parse_markdown("> 买了 3 件，2025-01-10 12:30 到货", "cell 3")
