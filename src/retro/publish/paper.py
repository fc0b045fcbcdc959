"""Blocks as data for the PDF template: tables fitted to a sheet, unprintable characters replaced."""

from __future__ import annotations

import base64
import functools
import itertools
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from retro.blocks import Block, Brief, Callout, Figure, Image, List, Quote, Scorecard, Table, Verdict, read_down
from retro.i18n import Text
from retro.publish.allowed import read_svg
from retro.publish.typeface import known_characters
from retro.signs import width

MOST_ROWS = 300
"""Rows of one table that are printed: about ten sheets. Nobody reads more on paper, and the web page has them all."""

_PORTRAIT, _LANDSCAPE = 482.0, 728.0
"""Widths between the margins of an A4 sheet, in points."""

_PORTRAIT_SIZE, _LANDSCAPE_SIZE = 8.5, 7.5
"""Type sizes of tables, in points; below them figures stop being read."""

_SHEET_ROWS = 40
"""Rows that fit onto an upright sheet; a table whose groups need no more than that stays in the text's flow."""

_GROUPS = 2
"""Groups of columns that an upright sheet may show of one table; in more of them nothing is compared any longer."""

_FEW_ROWS = 12
"""Rows of all groups together for which no sheet is turned: it would leave two sheets all but empty."""

_HALF_EM, _GUTTER = 0.56, 9.0
_NARROWEST, _HEADING, _WIDEST_TEXT = 4, 10, 28
"""Widths in half-width characters: of any column, of headings and of texts; what is longer is broken into lines."""

_NARROWER_TEXTS = (24, 21, 18, 15, 12, 11)
"""To what texts shrink before a table is split."""

_BREAKS = (None, re.compile(r" (?=\()|(?=（)"), re.compile(r" (?![一-鿿A-Z–]|pp\b)|(?=（)"))
"""Where figures are broken into lines before a table is split: nowhere, before a bracket, in an interval too."""

_SEAM = re.compile(r"(?<=[\u4e00-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u4e00-\u9fff])")
_SEAM_WIDTH = 0.45
"""Where Chinese meets Latin the typesetter leaves a quarter em."""

_REPLACEMENT = "□"

_TWINS = str.maketrans({"✗": "×", "✘": "×", "❌": "×", "✔": "✓", "✅": "✓", "⭐": "★", "❗": "!", "\t": "    "})
"""Signs that the typeface lacks but has under another number, alike to the eye."""


def paper_blocks(blocks: Sequence[Block], text: Text, *, turned: bool = True) -> list[dict[str, Any]]:
    """Blocks as the template's data.

    Args:
        blocks: The blocks.
        text: Texts of their language.
        turned: Whether long, wide tables may turn their sheet, which starts a new page.

    Raises:
        PublishError: A chart cannot be printed.
    """
    return [_paper(block, text, turned=turned) for block in blocks]


def _paper(block: Block, text: Text, *, turned: bool) -> dict[str, Any]:
    if isinstance(block, Table):
        return _table(block, text, turned=turned)
    data: dict[str, Any] = block.model_dump(mode="json")
    match block:
        case Figure():
            data |= {"svg": _chart(block.svg, f"figure {block.alt[:40]!r}"), "narrow_svg": None}
        case Scorecard():
            data |= {"widths": _scorecard_widths(block)}
        case Image():
            data |= {"data": "", "bytes": list(base64.b64decode(block.data))}
        case Callout():
            title = block.title or text(f"page.callout.{block.tone}")
            data |= {"title": title, "blocks": paper_blocks(block.blocks, text, turned=turned)}
        case Quote():
            data |= {"blocks": paper_blocks(block.blocks, text, turned=turned)}
        case List():
            data |= {"items": [paper_blocks(item, text, turned=turned) for item in block.items]}
        case Verdict(brief=Brief(chart=Figure() as chart)):
            data["brief"] |= {"chart": _paper(chart, text, turned=False)}
        case _:
            pass
    return data


@functools.lru_cache(maxsize=64)
def _chart(svg: str, where: str) -> str:
    """A chart as it may be printed; kept, since a body that must be cut is laid out more than once."""
    return str(etree.tostring(read_svg(svg, where), encoding="unicode"))


def _table(table: Table, text: Text, *, turned: bool) -> dict[str, Any]:
    """A table upright where it fits, else in groups of columns that each repeat the first, on sheets turned if long."""
    table, left_out = _without_empty_columns(table, text)
    widths = _fitting_widths(table)
    groups = column_groups(widths, _PORTRAIT, _PORTRAIT_SIZE)
    if len(groups) > 1:
        table = read_down(table, text("page.origin.figure"), text("page.origin.value"))
        widths = _fitting_widths(table)
        groups = column_groups(widths, _PORTRAIT, _PORTRAIT_SIZE)
    rows = table.rows[:MOST_ROWS]
    most = _SHEET_ROWS if len(groups) <= _GROUPS else _FEW_ROWS
    landscape = turned and len(groups) > 1 and len(groups) * len(rows) > most
    if landscape:
        groups = column_groups(widths, _LANDSCAPE, _LANDSCAPE_SIZE)
    size = _LANDSCAPE_SIZE if landscape else _PORTRAIT_SIZE
    return {
        "kind": "table",
        "landscape": landscape,
        "size": size,
        "note": " ".join(filter(None, (_left_out(table, text), left_out))),
        "parts": [
            {
                "caption": _part_caption(table.caption, number, len(groups), text),
                "widths": [round(_needs(widths, [index], size), 2) for index in group],
                "columns": [dict(table.columns[index]) for index in group],
                "rows": [[dict(row[index]) for index in group] for row in rows],
            }
            for number, group in enumerate(groups, start=1)
        ],
    }


def _without_empty_columns(table: Table, text: Text) -> tuple[Table, str]:
    """The table without columns in which nothing stands, as paper is narrow, and a sentence that names lost figures."""
    empty = [place for place in range(1, len(table.columns)) if not any(row[place].text for row in table.rows)]
    if not table.rows or not empty:
        return table, ""
    kept = [place for place in range(len(table.columns)) if place not in empty]
    names = [table.columns[place].label for place in empty if table.columns[place].numeric]
    narrow = table.model_copy(
        update={
            "columns": tuple(table.columns[place] for place in kept),
            "rows": tuple(tuple(row[place] for place in kept) for row in table.rows),
        }
    )
    return narrow, text("page.empty_columns", names=text.join(names)) if names else ""


def _scorecard_widths(scorecard: Scorecard) -> tuple[int, int]:
    """How labels and figures share the room that the other columns leave; figures are set larger and bold."""
    labels = max((display_width(row.label) for row in scorecard.rows), default=1)
    figures = max((display_width(row.value) for row in scorecard.rows), default=1)
    return min(labels, _WIDEST_TEXT), round(1.3 * min(figures, _WIDEST_TEXT))


def _part_caption(caption: str, number: int, count: int, text: Text) -> str:
    return text("page.part", caption=caption, part=number, parts=count) if count > 1 else caption


def _left_out(table: Table, text: Text) -> str:
    left = len(table.rows) - MOST_ROWS
    return text("page.more_rows", shown=text.count(MOST_ROWS), left=text.count(left)) if left > 0 else ""


def _fitting_widths(table: Table) -> list[int]:
    """Widths with which an upright sheet holds the whole table, texts broken if need be; the widest where none does."""
    every = list(range(len(table.columns)))
    for breaks, widest in itertools.product(_BREAKS, (_WIDEST_TEXT, *_NARROWER_TEXTS)):
        widths = column_widths(table, widest, breaks)
        if _needs(widths, every, _PORTRAIT_SIZE) <= _PORTRAIT:
            return widths
    return column_widths(table)


def column_widths(table: Table, widest: int = _WIDEST_TEXT, breaks: re.Pattern[str] | None = None) -> list[int]:
    """The preferred width of each column, in half-width characters.

    Texts and headings may be broken, so they need less than their length.

    Args:
        table: The table.
        widest: The largest preferred width of a column of texts.
        breaks: Where figures may be broken; nowhere where left out.

    Examples:
        >>> from retro.blocks import Cell, Column
        >>> rows = ((Cell(text="42.3K (20.6 – 63.8K)"),),)
        >>> table = Table(caption="", columns=(Column(label="Net", numeric=True),), rows=rows)
        >>> [column_widths(table, breaks=one) for one in _BREAKS]
        [[20], [14], [7]]
    """
    widths = []
    for index, column in enumerate(table.columns):
        longest = max((_width(row[index].text, breaks if column.numeric else None) for row in table.rows), default=0)
        longest_word = max((_unbroken(word) for word in column.label.split()), default=0)
        heading = max(longest_word, min(display_width(column.label), _HEADING))
        if not column.numeric:
            longest = min(longest, widest)
        widths.append(max(longest, min(heading, _WIDEST_TEXT), _NARROWEST))
    return widths


def _width(text: str, breaks: re.Pattern[str] | None) -> int:
    """The width of a cell's text, broken into lines wherever it may be."""
    return max(map(display_width, breaks.split(text)), default=0) if breaks else display_width(text)


def _unbroken(word: str) -> int:
    """The least width of a heading's word; Chinese is broken anywhere."""
    return display_width(word) if word.isascii() else min(display_width(word), _HEADING)


def column_groups(widths: Sequence[int], room: float, size: float) -> list[list[int]]:
    """Split columns into as few groups as fit, about equally full; the first column, which names the rows, is in each.

    Args:
        widths: Preferred widths, in half-width characters.
        room: The width of the sheet between its margins, in points.
        size: The type size, in points.

    Examples:
        >>> column_groups([10, 20, 20, 20, 20], room=300, size=8)
        [[0, 1, 2], [0, 3, 4]]
    """
    others = range(1, len(widths))
    count = 1
    while True:
        share = sum(widths[index] for index in others) / count
        groups: list[list[int]] = [[] for _ in range(count)]
        before = 0.0
        for index in others:
            middle = before + widths[index] / 2
            groups[min(int(middle / share), count - 1)].append(index)
            before += widths[index]
        filled = [[0, *group] for group in groups if group]
        if count >= len(others) or all(_needs(widths, group, size) <= room for group in filled):
            return filled or [[0]]
        count += 1


def _needs(widths: Sequence[int], columns: Sequence[int], size: float) -> float:
    return sum(widths[index] for index in columns) * size * _HALF_EM + len(columns) * _GUTTER


@functools.lru_cache(maxsize=1 << 14)
def display_width(text: str) -> int:
    """A text's width in half-width characters on paper: the seam between Chinese and a number adds about half.

    Examples:
        >>> display_width("GMV 万"), display_width("1月17日"), display_width("▲ made")
        (6, 9, 7)
    """
    return width(text) + math.ceil(_SEAM_WIDTH * len(_SEAM.findall(text)))


def printable(value: Any, unknown: set[str]) -> Any:  # noqa: ANN401 - JSON data
    """JSON data in which the typeface can write every sign.

    A sign that it lacks becomes an equivalent or a box, since a PDF has its own fonts only; invisible ones (joiners,
    control characters) are dropped.

    Args:
        value: The data.
        unknown: Receives the signs that became boxes.
    """
    if isinstance(value, str):
        return value if known_characters().issuperset(value) else "".join(_printable(value.translate(_TWINS), unknown))
    if isinstance(value, dict):
        return {key: printable(item, unknown) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item, unknown) for item in value]
    return value


def _printable(text: str, unknown: set[str]) -> Iterator[str]:
    known = known_characters()
    for sign in text:
        if sign in known or sign == "\n":
            yield sign
        elif unicodedata.category(sign) not in {"Cc", "Cf", "Mn"}:
            unknown.add(sign)
            yield _REPLACEMENT
