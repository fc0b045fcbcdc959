"""Attacks through a notebook: nothing in it becomes markup, nothing reaches out, and what is broken gets one line."""

from __future__ import annotations

import base64
import functools
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat.v4 as nb
import pytest
import tinycss2
from bleach._vendor import html5lib  # a parser as browsers have it, to judge what lxml wrote
from nbformat import NotebookNode

from retro.blocks import BLOCKS_MIME, Callout, Figure, Image, Span, Table, read_document
from retro.errors import PublishError
from retro.publish.html import RetroHTMLExporter
from retro.publish.pdf import RetroPDFExporter
from retro.publish.reading import Refused

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">%s</svg>'
TEXT = {"kind": "paragraph", "spans": [{"text": "x"}]}


html, pdf = functools.cache(RetroHTMLExporter), functools.cache(RetroPDFExporter)


def notebook(*cells: NotebookNode) -> NotebookNode:
    return nb.new_notebook(cells=list(cells))


def shown(*blocks: dict[str, Any]) -> NotebookNode:
    output = nb.new_output("display_data", {BLOCKS_MIME: list(blocks), "text/plain": "x"})
    return notebook(nb.new_code_cell("x", outputs=[output], execution_count=1))


def prose(source: str, **attachments: dict[str, str]) -> NotebookNode:
    cell = nb.new_markdown_cell(source)
    if attachments:
        cell["attachments"] = attachments
    return notebook(cell)


def figure(inner: str) -> NotebookNode:
    return shown({"kind": "figure", "svg": SVG % inner, "alt": "a"})


def nested(levels: int) -> dict[str, Any]:
    block: dict[str, Any] = TEXT
    for _ in range(levels):
        block = {"kind": "callout", "blocks": [block]}
    return block


HOSTILE_CHARTS = {
    "live HTML by a style": "<g style=\"&lt;/style>&lt;meta http-equiv=refresh content='0;url=http://a.example'>\"/>",
    "script by a style": '<path style="&lt;/style>&lt;script>alert(1)&lt;/script>"/>',
    "rules by a style": '<path style="fill:red}body{display:none"/>',
    "rules by an escape": r'<path style="fill:\7d body\7b display:none"/>',
    "a comment by a style": '<path style="fill:red/*"/>',
    "an open string": '<path style="font-family:\'x"/>',
    "a page fetched by a style": '<path style="fill:url(http://a.example/x)"/>',
    "a page fetched by a property": '<path fill="url(//a.example/x)"/>',
    "a property of no chart": '<path style="position:fixed;top:0"/>',
    "an image function": '<path style="fill:image-set(url(x))"/>',
    "a style sheet": "<style>body{display:none}</style>",
    "a style sheet that ends": "<style>*{fill:red}&lt;/style>&lt;script></style>",
    "an import": "<style>@import url(http://a.example)</style>",
    "a script": "<script>alert(1)</script>",
    "a script of HTML": '<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>',
    "HTML": '<foreignObject><div xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    "HTML without a name": '<img xmlns="" src="x" onerror="alert(1)"/>',
    "a chart without a name": '<path xmlns="" d="M 0 0"/>',
    "a handler": '<path onload="alert(1)"/>',
    "a link": '<a xlink:href="javascript:alert(1)"><path/></a>',
    "a use from outside": '<use xlink:href="http://a.example/x.svg#a"/>',
    "a use of a script": '<use href="data:image/svg+xml,x#a"/>',
    "an image of a file": '<image xlink:href="file:///etc/passwd"/>',
    "an image that is SVG": '<image href="data:image/svg+xml;base64,AAAA"/>',
    "a change over time": '<set attributeName="href" to="javascript:alert(1)"/>',
    "a filter": '<filter id="f"/>',
    "repetitions of repetitions": '<g id="a"><use href="#b"/></g><g id="b"><path/></g><use href="#a"/>',
    "a repetition of itself": '<g id="a"><use href="#a"/></g>',
    "patterns in patterns": '<pattern id="a"><path fill="url(#b)"/></pattern><pattern id="b"/><path fill="url(#a)"/>',
}


@pytest.mark.parametrize("inner", HOSTILE_CHARTS.values(), ids=HOSTILE_CHARTS)
@pytest.mark.parametrize("exporter", [html, pdf])
def test_a_chart_that_is_more_than_a_chart_is_refused(exporter: Any, inner: str) -> None:
    with pytest.raises(PublishError, match=r"figure 'a': chart must (hold no scripts|draw at most)") as caught:
        exporter().from_notebook_node(figure(inner))
    assert "\n" not in str(caught.value)


def test_what_a_chart_keeps_is_drawing_to_a_browser() -> None:
    inner = (
        "<style>*{stroke-linejoin: round}</style><title>&lt;script>&lt;/title></title>"
        "<desc><b xmlns='http://www.w3.org/1999/xhtml'>x</b></desc>"
        "<text id='t' style=\"font: 10px 'Noto Sans', serif; fill: rgb(1,2,3)\">&lt;/svg>"
        "&lt;img src=x></text>"
        "<clipPath id='c'><rect/></clipPath><g clip-path='url(#c)'><use href='#t'/></g>"
    )
    page, _ = html().from_notebook_node(figure(inner))
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    names = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert not names & {"img", "b", "iframe", "object", "embed", "form"}
    assert len(tree.findall(".//script")) == 1, "the page's own"
    assert len(tree.findall(".//style")) == 1
    rules = tinycss2.parse_stylesheet(tree.find(".//style").text, skip_comments=True, skip_whitespace=True)
    assert not [rule for rule in rules if rule.type == "error" or getattr(rule, "at_keyword", "") == "import"]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd", "vbscript:x",
        "//a.example", "/etc/passwd", "x.html", "", "#", "http://", "https://a b",
        'https://a"onclick=x',
    ],
)  # fmt: skip
def test_a_link_opens_a_page_or_a_heading_and_nothing_else(href: str) -> None:
    with pytest.raises(PublishError, match="x, cell 1: output must be a list of blocks, got Value error, must be"):
        read_document(shown({"kind": "paragraph", "spans": [{"text": "x", "href": href}]}), "x")


def png(width: int, height: int) -> str:
    return base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + bytes(9)).decode()


BROKEN = {
    "ragged table": (
        shown({"kind": "table", "caption": "", "columns": [{"label": "a"}], "rows": [[], [{"text": "x"}]]}),
        r"as many cells in each row, got \[0, 1\]",
    ),
    "table without columns": (shown({"kind": "table", "caption": "", "columns": [], "rows": []}), "must have columns"),
    "empty heading": (shown({"kind": "heading", "level": 1, "spans": []}), "must have words"),
    "heading without width": (shown({"kind": "heading", "level": 1, "spans": [{"text": "\u200b"}]}), "must have words"),
    "empty heading of Markdown": (prose("#"), r"cell 1: heading must have words\."),
    "200 boxes in boxes": (shown(nested(200)), "blocks must nest at most 20 deep"),
    "a cover in a box": (
        shown({"kind": "callout", "blocks": [{"kind": "cover", "title": "x"}]}),
        "must hold no cover",
    ),
    "no base64": (shown({"kind": "image", "mime": "image/png", "data": "%%", "alt": "a"}), "must be base64"),
    "no picture": (shown({"kind": "image", "mime": "image/png", "data": "AAAA", "alt": "a"}), "a picture of type"),
    "endless picture": (
        shown({"kind": "image", "mime": "image/png", "data": png(60_000, 60_000), "alt": "a"}),
        "at most 50,000,000 dots, got 60000 x 60000",
    ),
    "empty attachment": (prose("![a](attachment:b)", b={}), "picture must be PNG or JPEG"),
    "attachment that is no base64": (prose("![a](attachment:b)", b={"image/png": "!"}), "picture 'a' must be base64"),
    "an anchor that is markup": (
        shown({"kind": "heading", "level": 1, "spans": [{"text": "x"}], "anchor": '"><script>'}),
        "String should match pattern",
    ),
}


@pytest.mark.parametrize(("broken", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_gets_one_line(broken: NotebookNode, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        html().from_notebook_node(broken, {"metadata": {"name": "x"}})
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("source", ["a\0b", "&#0;&#27;&#x202e;", "\ud800", "# \ud800x\0", "`a\0b`", "> " * 300 + "x"])
def test_signs_that_nobody_sees_leave_the_page(source: str) -> None:
    page, _ = html().from_notebook_node(prose(source))
    body = page[page.index("<body") :]
    assert not set("\0\x1b\u202e\ud800") & set(body)
    assert pdf().from_notebook_node(prose(source))[0].startswith(b"%PDF")


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "null", "\0", "[" * 100_000,
        '{"nbformat": 4, "cells": [{}], "metadata": {}, "nbformat_minor": 5}',
        '{"nbformat": 3, "worksheets": [{"cells": [1]}]}', '{"nbformat": "x"}', '{"nbformat": 99, "nbformat_minor": 0}',
    ],
)  # fmt: skip
def test_nbconvert_ends_with_one_line_for_what_is_no_notebook(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content)
    with (
        path.open(encoding="utf-8") as stream,
        pytest.raises(Refused, match="a: file must be a notebook, got ") as caught,
    ):
        html().from_file(stream, {"metadata": {"name": "a"}})
    assert len(str(caught.value).splitlines()) == 1


def test_nbconvert_shows_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(figure("<script/>")))
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "retro-html", "--log-level=ERROR", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "figure 'a': chart must hold no scripts and nothing from outside, got 'script'.\n"


def test_the_models_themselves_refuse() -> None:
    for make in (
        lambda: Span(text="x", href="file:///etc/passwd"),
        lambda: Image(mime="image/png", data="x", alt="a"),
        lambda: Table(caption="", columns=(), rows=()),
    ):
        with pytest.raises(ValueError, match="must"):
            make()
    assert Callout(title="a\u202eb", blocks=()).title == "ab"
    assert Figure(svg="<svg/>", alt="a\x1b[31m").alt == "a[31m"
