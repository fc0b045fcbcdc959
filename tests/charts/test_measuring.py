"""Words are measured once, as matplotlib measures them."""

import io

import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG

from retro.charts import Chart
from retro.charts.chart import make_room
from retro.charts.measuring import drawn, measured_once
from retro.charts.theme import canvas, label, styled, value_title


@pytest.fixture
def chart() -> Chart:
    with styled():
        figure, axes = canvas(2)
        axes.plot([0, 1, 2], [3, 1, 2])
        value_title(axes, "Orders, 单")
        label(axes, "第二天最少\nlowest", (1, 1))
    return Chart(figure, "alt", "caption")


def test_what_is_measured_once_is_drawn_as_matplotlib_draws_it(chart: Chart) -> None:
    figure, plain = chart.figure, io.StringIO()
    with styled():
        with measured_once(figure):
            make_room(figure)
        figure.set_layout_engine("none")
        with measured_once(figure):
            own = drawn(figure)
        FigureCanvasSVG(figure).print_svg(plain, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    assert own == plain.getvalue()


def test_a_figure_keeps_its_canvas_and_its_resolution(chart: Chart) -> None:
    canvas_before, dpi = chart.figure.canvas, chart.figure.dpi
    assert chart.svg() == chart.svg()
    assert (chart.figure.canvas, chart.figure.dpi) == (canvas_before, dpi)
