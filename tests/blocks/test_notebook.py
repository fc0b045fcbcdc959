"""Executed notebooks to documents: nothing that a cell says is lost, and nothing that failed is published."""

from __future__ import annotations

import nbformat.v4 as nb
import pytest
from nbformat import NotebookNode

from retro.blocks import (
    BLOCKS_MIME,
    PENDING_MIME,
    Cover,
    Document,
    Heading,
    Paragraph,
    Preformatted,
    Span,
    dump_blocks,
    read_document,
    spans,
)
from retro.errors import PublishError


def shown(data: dict[str, object]) -> NotebookNode:
    return nb.new_output("display_data", data)


def stream(name: str, text: str) -> NotebookNode:
    return nb.new_output("stream", name=name, text=text)


def code(*outputs: NotebookNode) -> NotebookNode:
    return nb.new_code_cell("x", outputs=list(outputs), execution_count=1)


def prose(text: str, *tags: str) -> NotebookNode:
    return nb.new_markdown_cell(text, metadata={"tags": list(tags)})


def read(*cells: NotebookNode) -> Document:
    return read_document(nb.new_notebook(cells=list(cells)), "out/report.ipynb")


def cover(**fields: object) -> NotebookNode:
    return shown({BLOCKS_MIME: dump_blocks([Cover(title="T", **fields)]), "text/plain": "T"})


def said(document: Document) -> list[str]:
    return [
        "".join(span.text for span in block.spans)
        if isinstance(block, Paragraph | Heading)
        else getattr(block, "text", "")
        for block in document.blocks
    ]


def test_read_document_takes_cover_and_language() -> None:
    document = read(prose("前言", "lang:zh"), prose("preface", "lang:en"), code(cover(lang="en")), prose("both"))
    assert (document.title, document.lang) == ("T", "en")
    assert said(document) == ["preface", "both"]


def test_read_document_without_cover_takes_the_first_heading_as_title() -> None:
    document = read(prose("# 标题\n\n正文"))
    assert (document.title, document.lang, said(document)) == ("标题", "zh", ["正文"])
    assert read(prose("正文")).title == "report"


def test_read_document_prefers_blocks_then_markdown_then_text() -> None:
    ours = {BLOCKS_MIME: dump_blocks([Paragraph(spans=spans("ours"))]), "image/png": "x", "text/plain": "no"}
    both = {"text/markdown": "**md**", "text/html": "<b>", "text/plain": "no"}
    document = read(code(shown(ours), shown(both), shown({"text/plain": "42"})))
    assert said(document) == ["ours", "md", "42"]
    assert document.blocks[1] == Paragraph(spans=(Span(text="md", strong=True),))


def test_read_document_joins_what_was_printed_in_pieces() -> None:
    cells = code(stream("stdout", "10%\r100%\n"), stream("stderr", "w\n"), stream("stdout", "\x1b[31mred\x1b[0m\n"))
    document = read(cells)
    assert document.blocks == (Preformatted(text="100%\nred"),)
    assert document.warnings == ("out/report.ipynb, cell 1: w",)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (
            code(shown({"image/png": "x", "text/plain": "F"})),
            "got 'image/png'. Show charts with `report.figure(..., alt=",
        ),
        (code(shown({"image/svg+xml": "<svg/>"})), "Show charts with `report.figure("),
        (code(shown({"text/html": "<table>", "text/plain": "x"})), "Show frames with `report.table(...)`"),
        (code(shown({"application/vnd.jupyter.widget-view+json": {}})), "Widgets do not print"),
        (code(shown({"application/x-new": "x"})), "got 'application/x-new'. Show results with `report.show(...)`."),
        (
            code(shown({PENDING_MIME: {}, "text/plain": "x"})),
            "verdict was opened but never concluded. Run the last cell",
        ),
        (code(shown({BLOCKS_MIME: [{"kind": "verse"}]})), "output must be a list of blocks"),
        (code(nb.new_output("error", ename="KeyError", evalue="'a'", traceback=[])), "got KeyError: 'a'. Mend it"),
        (nb.new_raw_cell("x"), "cell must be Markdown or code, got a raw cell"),
        (prose("a", "lang:fr"), "tag must be lang:zh or lang:en, got 'lang:fr'"),
        (prose("<b>"), "Markdown must hold no HTML"),
    ],
)
def test_read_document_names_the_cell_that_cannot_be_published(cell: NotebookNode, words: str) -> None:
    with pytest.raises(PublishError) as caught:
        read(prose("fine"), cell)
    assert str(caught.value).startswith("out/report.ipynb, cell 2: ")
    assert words in str(caught.value)


def test_read_document_refuses_two_covers_and_silence() -> None:
    with pytest.raises(PublishError, match="report must be opened once, got 2 covers"):
        read(code(cover()), code(cover()))
    with pytest.raises(PublishError, match="notebook must have something to say"):
        read(code())


@pytest.mark.parametrize(
    ("output", "got"),
    [
        (stream("stdout", "  user_id  amount\n0  u1  9.90\n"), "'user_id'"),
        (shown({"text/plain": "0    u1\nName: CustomerID, dtype: object"}), "'CustomerID'"),
        (stream("stdout", "call 13800138000"), "'a phone number'"),
        (stream("stdout", "ask ann.li@example.com"), "'an e-mail address'"),
        (stream("stdout", "   uid   gmv\n0   17  9.90"), "'uid'"),
        (shown({"text/plain": "   gmv 手机号\n0  9.9    x"}), "'手机号'"),
        (stream("stdout", "电话：138-0013-8000，微信 xyz123"), "'a phone number'"),
        (shown({"text/markdown": "| phone | gmv |\n| --- | --- |\n| x | 9 |"}), "'phone'"),
        (shown({"text/markdown": "> 加微信：xyz123"}), "'a WeChat or QQ id'"),
        (stream("stdout", "(left out: it names people, by 'a phone number')"), "by 'a phone number')"),
    ],
)
def test_what_names_people_is_not_published(output: NotebookNode, got: str) -> None:
    notebook = nb.new_notebook(cells=[prose("# A"), code(output)])

    with pytest.raises(PublishError, match=r"a\.ipynb, cell 2: output must not name people") as caught:
        read_document(notebook, "a.ipynb")

    assert got in str(caught.value)
    assert "13800138000" not in str(caught.value)


def test_cells_are_numbered_as_their_author_sees_them() -> None:
    injected = code()
    injected.metadata["tags"] = ["injected-parameters"]
    notebook = nb.new_notebook(cells=[prose("# A"), injected, code(stream("stdout", "user_id"))])

    with pytest.raises(PublishError, match=r"a\.ipynb, cell 2:"):
        read_document(notebook, "a.ipynb")


def test_a_path_that_was_printed_is_published_without_its_folder() -> None:
    document = read_document(nb.new_notebook(cells=[code(stream("stdout", "read /home/ann/orders.csv"))]), "a.ipynb")

    assert document.blocks == (Preformatted(text="read .../orders.csv"),)
