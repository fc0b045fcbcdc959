"""The PDFs that `make report` has made of the demo shop: full sheets, headings with what they head, tags, contents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from papers import MOST, appendix_of, empty_sheets, headings, heights

pytestmark = pytest.mark.slow

REPORTS = Path(__file__).parents[1] / "reports" / "2025Q1"
PAPERS = sorted(REPORTS.glob("*/latest/??.pdf"))

MOST_OF = {"quarter": 14, "2025-03": 8}
"""Sheets of a body at most, where it is no campaign's."""


@pytest.fixture(
    scope="module", params=PAPERS or [None], ids=lambda path: f"{path.parents[1].name}-{path.stem}" if path else "none"
)
def paper(request: pytest.FixtureRequest) -> PdfReader:
    if request.param is None:
        pytest.skip("needs the demo reports: run `make report` first")
    return PdfReader(request.param)


def test_no_sheet_is_all_but_empty_except_the_last(paper: PdfReader) -> None:
    assert empty_sheets(paper) == {}


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_body_keeps_to_its_sheets_and_a_brief_to_one(path: Path) -> None:
    brief = path.with_name(f"brief.{path.stem}.pdf")

    assert appendix_of(PdfReader(path)) <= MOST_OF.get(path.parents[1].name, MOST)
    assert len(PdfReader(brief).pages) == 1


def test_no_heading_stands_at_the_foot_of_a_sheet(paper: PdfReader) -> None:
    for title, page, top in headings(paper):
        below = [y for y in heights(paper, page) if y < top - 24]
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
