"""Printed reports: where their body ends, how full their sheets are, where headings stand."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import Destination

from retro.i18n import LANGS

FULL = 0.25
"""The least share of a sheet that holds something; the last one may be emptier."""

MOST = 12
"""Sheets that the body of a campaign's report has at most."""

TOP, BOTTOM = 60.0, 62.0
"""Points at the edges of a sheet that belong to its running head and foot."""


def appendix_of(paper: PdfReader) -> int:
    """The place of the sheet, from 0, on which the appendix begins: as many stand before it as the body has at least.

    All sheets of a report that has none.
    """
    chapters = [one for one in paper.outline if isinstance(one, Destination)]
    found = [paper.get_destination_page_number(one) for one in chapters if one.title in {"附录", "Appendix"}]
    return found[0] or 0 if found else len(paper.pages)


def empty_sheets(paper: PdfReader) -> dict[int, float]:
    """How full sheets are that are all but empty, by their number; the last one may be."""
    shares = [_filled(paper, number) for number in range(len(paper.pages))]
    return {number: share for number, share in enumerate(shares[1:-1], start=2) if share < FULL}


def sheets_at_fault(latest: Path) -> dict[str, object]:
    """Bodies of more than 12 sheets, briefs of more than one, and sheets that are all but empty, by file."""
    found: dict[str, object] = {}
    for lang in LANGS:
        paper = PdfReader(latest / f"{lang}.pdf")
        if appendix_of(paper) > MOST:
            found[f"{lang}.pdf"] = appendix_of(paper)
        if empty := empty_sheets(paper):
            found[f"{lang}.pdf, sheets"] = empty
        if (count := len(PdfReader(latest / f"brief.{lang}.pdf").pages)) > 1:
            found[f"brief.{lang}.pdf"] = count
    return found


def headings(paper: PdfReader) -> Iterator[tuple[str, int, float]]:
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
    return max((height - TOP - y) / room for y in [*heights(paper, number), height - TOP])


@functools.cache
def heights(paper: PdfReader, number: int) -> list[float]:
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
