"""The house style."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from retro.charts.theme import MUTED, SERIES, WARM, canvas, legend, row_canvas, styled, wrapped
from retro.files import FONTS


def luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [*SERIES, WARM, MUTED])
def test_words_in_colour_are_readable_on_white(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_words_are_set_in_the_packaged_font() -> None:
    from matplotlib.font_manager import findfont

    with styled():
        assert findfont("Noto Sans SC").startswith(str(FONTS))


@pytest.mark.parametrize(
    ("words", "columns", "expected"),
    [
        ("媒体投放", 18, "媒体投放"),
        ("直播间达人佣金与坑位费", 12, "直播间达人佣\n金与坑位费"),
        ("直播间达人佣金与坑位费及差旅补贴", 12, "直播间达人佣\n金与坑位费…"),
        ("WeChat Mini Program", 12, "WeChat Mini\nProgram"),
        ("Supercalifragilistic", 10, "Supercalifragilistic"),
        ("", 10, ""),
    ],
)
def test_wrapped_breaks_where_each_language_may(words: str, columns: int, expected: object) -> None:
    assert wrapped(words, columns) == expected


def test_row_canvas_puts_the_first_name_on_top() -> None:
    with styled():
        _, ax = row_canvas(["first", "second"])
    top, bottom = sorted(ax.get_ylim(), reverse=True)
    assert ax.get_ylim() == (top, bottom)
    assert [words.get_text() for words in ax.get_yticklabels()] == ["first", "second"]


def test_legend_names_nothing_where_there_is_one_mark() -> None:
    with styled():
        _, ax = canvas(2)
        legend(ax, [(Patch(), "alone")])
        assert ax.get_legend() is None
        legend(ax, [(Patch(), "one"), (Patch(), "other")])
        assert [words.get_text() for words in ax.get_legend().get_texts()] == ["one", "other"]
