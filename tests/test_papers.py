"""The PDFs that `make report` has made of the demo shop: full sheets, headings with what they head, tags, contents."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

pytestmark = pytest.mark.slow

REPORTS = Path(__file__).parents[1] / "reports" / "2025Q1"
PAPERS = sorted(REPORTS.glob("*/latest/??.pdf"))

FULL = 0.25
"""The least share of a sheet that holds something; the last one may be emptier."""

TOP, BOTTOM = 60.0, 62.0
"""Points at the edges of a sheet that belong to its running head and foot."""


@pytest.fixture(
    scope="module", params=PAPERS or [None], ids=lambda path: f"{path.parents[1].name}-{path.stem}" if path else "none"
)
def paper(request: pytest.FixtureRequest) -> PdfReader:
    if request.param is None:
        pytest.skip("needs the demo reports: run `make report` first")
    return PdfReader(request.param)


def test_no_sheet_is_all_but_empty_except_the_last(paper: PdfReader) -> None:
    shares = [_filled(paper, number) for number in range(len(paper.pages))]
    assert {number: share for number, share in enumerate(shares[1:-1], start=2) if share < FULL} == {}


def test_no_heading_stands_at_the_foot_of_a_sheet(paper: PdfReader) -> None:
    for title, page, top in _headings(paper):
        below = [y for y in _heights(paper, page) if y < top - 24]
        assert below, f"{title} heads nothing on page {page + 1}"


def test_contents_are_the_outline_and_name_its_pages(paper: PdfReader) -> None:
    printed = "".join(paper.pages[1].extract_text().split())
    chapters = [one for one in paper.outline if isinstance(one, Destination)]
    assert chapters
    places = [paper.get_destination_page_number(one) or 0 for one in chapters]
    assert places == sorted(places)
    for one, place in zip(chapters, places, strict=True):
        title = "".join(str(one.title).split())
        assert title in printed, f"{title} is not in the contents"
        assert title in "".join(paper.pages[place].extract_text().split()), f"{title} is not on page {place + 1}"


def test_it_is_tagged_for_those_who_cannot_see_it(paper: PdfReader) -> None:
    catalog: Any = paper.root_object
    assert b"<pdfuaid:part>1" in catalog["/Metadata"].get_data().replace(b" ", b"")
    assert catalog["/MarkInfo"]["/Marked"]
    kinds = {kind for kind, _ in _tags(catalog["/StructTreeRoot"])}
    assert {"/H1", "/P", "/Table", "/TH", "/TD", "/Figure"} <= kinds
    assert all(tag.get("/Alt") for kind, tag in _tags(catalog["/StructTreeRoot"]) if kind == "/Figure")


def test_no_table_is_parted_from_its_first_row(paper: PdfReader) -> None:
    """Each piece of a table on a sheet has cells below its header there."""
    for kind, table in _tags(paper.root_object["/StructTreeRoot"]):
        if kind == "/Table":
            cells = list(_tags(table))
            heads = {_page(tag) for name, tag in cells if name == "/TH"} - {None}
            rows = {_page(tag) for name, tag in cells if name == "/TD"} - {None}
            assert heads <= rows


def _tags(node: Any) -> Iterator[tuple[str, Any]]:
    """All elements below one of the structure tree: their kind and themselves."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        one = kid.get_object()
        if isinstance(one, dict) and "/S" in one:
            yield str(one["/S"]), one
            yield from _tags(one)


def _page(tag: Any) -> int | None:
    """The sheet of an element, by its own object; None where only its parts know it."""
    if "/Pg" in tag:
        return int(tag.raw_get("/Pg").idnum)
    return next((found for _, one in _tags(tag) if (found := _page(one)) is not None), None)


def _headings(paper: PdfReader) -> Iterator[tuple[str, int, float]]:
    """Title, sheet and height of all entries of the outline."""
    todo: list[Any] = list(paper.outline)
    while todo:
        one = todo.pop(0)
        if isinstance(one, list):
            todo = [*one, *todo]
        elif one.top is not None:
            yield str(one.title), paper.get_destination_page_number(one) or 0, float(one.top)


def _filled(paper: PdfReader, number: int) -> float:
    """The share of a sheet's height from its head down to the last thing on it."""
    height = float(paper.pages[number].mediabox.height)
    room = height - TOP - BOTTOM
    return max((height - TOP - y) / room for y in [*_heights(paper, number), height - TOP])


@functools.cache
def _heights(paper: PdfReader, number: int) -> list[float]:
    """How high text and pictures of a sheet's body stand: of each its lower edge, in points from below."""
    page: Any = paper.pages[number]
    found: list[float] = []

    def seen(operator: bytes, operands: list[Any], cm: list[float], tm: list[float]) -> None:
        if operator in {b"Tj", b"TJ", b"'", b'"'}:
            found.append(tm[5] * cm[3] + cm[5])
        elif operator == b"Do":
            box = page["/Resources"]["/XObject"][operands[0]].get("/BBox", [0, 0, 1, 1])
            found.extend(float(y) * cm[3] + cm[5] for y in (box[1], box[3]))

    page.extract_text(visitor_operand_before=seen)
    return [y for y in found if BOTTOM < y < float(page.mediabox.height) - TOP]
