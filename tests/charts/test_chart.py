"""The chart itself: SVG, determinism, phones, Jupyter."""

from __future__ import annotations

import subprocess
import sys

import matplotlib as mpl
import pytest
from lxml import etree
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from retro.charts.chart import Chart, make_room, shown_words
from retro.charts.theme import OPTIONAL, TOGETHER, canvas, label, styled, value_title
from retro.publish.svg import read_svg


@styled()
def bars() -> Chart:
    figure, ax = canvas(2.5)
    ax.bar([1, 2], [3, 4])
    value_title(ax, "人数（人）")
    return Chart(figure, "alt", "caption")


def test_svg_keeps_words_as_text_in_the_packaged_font() -> None:
    svg = bars().svg()
    words = [element.text for element in etree.fromstring(svg.encode()).iter("{http://www.w3.org/2000/svg}text")]
    assert "人数（人）" in words
    assert "font-family: 'Noto Sans SC'" in svg


def test_svg_carries_no_date_and_no_maker() -> None:
    svg = bars().svg()
    assert svg.startswith("<svg ")
    assert "metadata" not in svg
    assert "atplotlib v" not in svg


def test_svg_is_what_the_publishing_room_accepts() -> None:
    assert read_svg(bars().svg(), "figure").get("viewBox")


def test_svg_is_the_same_again_and_after_a_narrow_one() -> None:
    chart = bars()
    first = chart.svg()
    narrow = chart.svg(narrow=True)
    assert chart.svg() == first == bars().svg()
    assert chart.svg(narrow=True) == narrow != first


def test_svg_is_the_same_in_another_process() -> None:
    code = f"import runpy; print(runpy.run_path({__file__!r})['bars']().svg(), end='')"
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8").stdout
    assert again == bars().svg()


class Wavering(ConstrainedLayoutEngine):
    """A layout whose solver ends a hair elsewhere each time."""

    hair = 0.0

    def execute(self, fig: Figure) -> None:
        super().execute(fig)
        self.hair += 1e-9
        for axes in fig.axes:
            left, bottom, width, height = axes.get_position(original=True).bounds
            axes._set_position((left + self.hair, bottom, width, height))


def test_svg_is_the_same_where_the_layout_wavers() -> None:
    chart = bars()
    chart.figure.set_layout_engine(Wavering())
    assert chart.svg() == chart.svg()
    assert isinstance(chart.figure.get_layout_engine(), Wavering)


def test_settings_of_the_user_change_no_chart() -> None:
    plain = bars().svg()
    theirs = {
        "axes.grid": True,
        "font.size": 20,
        "lines.linewidth": 9,
        "xtick.direction": "in",
        "timezone": "Asia/Tokyo",
    }
    with mpl.rc_context(theirs):
        assert bars().svg() == plain


def test_svg_narrow_is_for_a_phone_and_leaves_the_figure_as_it_was() -> None:
    chart = bars()
    root = etree.fromstring(chart.svg(narrow=True).encode())
    assert root.get("viewBox") == "0 0 244.8 180"
    assert chart.figure.get_size_inches().tolist() == [7.2, 2.5]


def test_svg_shows_an_analysts_changes() -> None:
    chart = bars()
    chart.figure.axes[0].set_xlabel("改过的标题")
    assert "改过的标题" in chart.svg()
    assert "改过的标题" in chart.svg(narrow=True)


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = {name: value for name, value in mpl.rcParams.items() if name != "backend"}
    bars().svg()
    assert {name: mpl.rcParams[name] for name in before} == before


def test_jupyter_shows_the_chart_with_its_words() -> None:
    chart = bars()
    data, metadata = chart._repr_mimebundle_()
    assert data == {"image/svg+xml": chart.svg(), "text/plain": "alt"}
    assert metadata == {"image/svg+xml": {"alt": "alt", "caption": "caption"}}


@pytest.mark.parametrize(("group", "left"), [(OPTIONAL, ["first", "far"]), (TOGETHER, [])])
def test_make_room_leaves_out_labels_that_touch(group: str, left: list[str]) -> None:
    with styled():
        figure, ax = canvas(2.5)
        ax.set_axis_off()
        for words, at in (("first", 0.1), ("second", 0.11), ("far", 0.9)):
            label(ax, words, (at, 0.5), group=group)
        make_room(figure)
        assert [one.get_text() for one in shown_words(figure)] == left


def test_make_room_brings_labels_back_where_there_is_room_again() -> None:
    with styled():
        figure, ax = canvas(2.5)
        ax.set_axis_off()
        label(ax, "0123456789", (0.1, 0.5), group=OPTIONAL)
        label(ax, "9876543210", (0.3, 0.5), group=OPTIONAL)
        shown = []
        for width in (7.2, 2, 7.2):
            figure.set_size_inches(width, 2.5)
            make_room(figure)
            shown.append(len(shown_words(figure)))
        assert shown == [2, 1, 2]


@styled()
@pytest.mark.parametrize(
    ("said", "drawn"), [("Against “control”", 'Against "control"'), ("与“control”相比", "与“control”相比")]
)
def test_quotes_stand_straight_where_no_chinese_stands_beside_them(said: str, drawn: str) -> None:
    figure, ax = canvas(2.5)
    value_title(ax, said)

    assert drawn in {words.get_text() for words in shown_words(Chart(figure, "alt", "caption").figure)}
