"""Words that are measured once: matplotlib asks for each a dozen times, and forgets all when a figure is done.

What is measured is what matplotlib would measure, so that a chart keeps its bytes.
"""

import contextlib
import functools
from collections.abc import Iterator
from io import StringIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.textpath import text_to_path

_WORDS = 8192
"""Words whose size is kept: those of a few reports."""

_POINTS = 72
"""Points of an inch, and pixels of an inch in a vector file."""

_UNSTAMPED = dict.fromkeys(("Date", "Creator", "Format", "Type"))
"""Nothing in a file that tells when or with what it was made, so that equal charts are equal bytes."""


@contextlib.contextmanager
def measured_once(figure: Figure) -> Iterator[None]:
    """Measure a figure's words with one ruler for all figures."""
    canvas = figure.canvas
    _Canvas(figure)
    try:
        yield
    finally:
        figure.set_canvas(canvas)


def drawn(figure: Figure) -> str:
    """The file of a figure that is laid out; `savefig` would draw it once more, to lay it out itself."""
    file, dpi = StringIO(), figure.dpi
    width, height = figure.get_size_inches()
    figure.dpi = _POINTS
    try:
        pen = _Pen(width * _POINTS, height * _POINTS, file, image_dpi=dpi, metadata=_UNSTAMPED)
        renderer = MixedModeRenderer(figure, width, height, dpi, pen)
        figure.draw(renderer)
        renderer.finalize()
    finally:
        figure.dpi = dpi
    return file.getvalue()


class _Canvas(FigureCanvasAgg):  # type: ignore[misc]  # matplotlib says no types
    def get_renderer(self) -> RendererAgg:
        return _ruler(self.figure.dpi)


class _Ruler(RendererAgg):  # type: ignore[misc]  # as above
    def _get_font_height_metrics(self, font: FontProperties) -> tuple[float, float, float]:
        return _heights(font.copy(), self.dpi)


class _Pen(RendererSVG):  # type: ignore[misc]  # as above
    def _get_font_height_metrics(self, font: FontProperties) -> tuple[float, float, float]:
        return _heights(font.copy(), _POINTS)

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:  # noqa: ANN401 - matplotlib's
        return _path_size(s, prop.copy(), ismath)


@functools.cache
def _ruler(dpi: float) -> RendererAgg:
    return _Ruler(1, 1, dpi)


@functools.lru_cache(_WORDS)
def _path_size(words: str, font: FontProperties, ismath: Any) -> tuple[float, float, float]:  # noqa: ANN401 - matplotlib's
    size: tuple[float, float, float] = text_to_path.get_text_width_height_descent(words, font, ismath)
    return size


@functools.lru_cache(_WORDS)
def _heights(font: FontProperties, dpi: float) -> tuple[float, float, float]:
    """Pixels above and below a font's baseline, and between its lines: by the table that matplotlib asks first."""
    face = get_font(fontManager._find_fonts_by_props(font))  # noqa: SLF001 - as matplotlib's own layout
    table: Any = face.get_sfnt_table("OS/2")
    head: Any = face.get_sfnt_table("head")
    scale = 1 / head["unitsPerEm"] * font.get_size_in_points() * dpi / _POINTS
    return table["sTypoAscender"] * scale, -table["sTypoDescender"] * scale, table["sTypoLineGap"] * scale
