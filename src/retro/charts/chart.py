"""A drawn chart with its words, rendered as SVG for pages, paper and phones."""

import contextlib
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.text import Text as Words
from matplotlib.transforms import Bbox

from retro.charts.fitting import as_before, fit
from retro.charts.live import Live
from retro.charts.measuring import drawn, measured_once
from retro.charts.theme import NARROW, OPTIONAL, TOGETHER, styled
from retro.signs import harmless

_FINE = 6
"""Decimals of a place in a figure, whose width is 1: a two-thousandth of a point."""


_CHINESE, _STRAIGHT = re.compile("[一-鿿]"), str.maketrans("“”", '""')


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure and what it says.

    Attributes:
        figure: The matplotlib figure, open to an analyst's changes; what is published follows them.
        alt: In words, what the chart shows: for readers who cannot see it.
        caption: What is drawn, with its definition and what is left out: for everyone.
        live: Its interactive twin for JupyterLab, of a chart over time; None of any other.
    """

    figure: Figure
    alt: str
    caption: str
    live: Live | None = None

    def __post_init__(self) -> None:
        """Set the quotes of words that are not Chinese straight: curly ones are as wide as a Chinese character."""
        for words in self.figure.findobj(Words):
            if not _CHINESE.search(said := words.get_text()):
                words.set_text(said.translate(_STRAIGHT))

    def svg(self, narrow: bool = False) -> str:  # noqa: FBT001, FBT002 - a plain word, and only one
        """The chart as one SVG element, its words as text; the same bytes for the same chart.

        Args:
            narrow: Render for a phone: the same figure, set anew in a narrow column.
                Ticks thin out and labels that would touch are left out.
        """
        with styled(), as_before(self.figure), measured_once(self.figure):
            if narrow:
                self.figure.set_figwidth(NARROW)
            with _settled(self.figure):
                file = drawn(self.figure)
        return harmless(file[file.index("<svg") :])

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:  # noqa: ANN401 - IPython's protocol
        """What JupyterLab shows: the wide chart, with its words beside it as metadata."""
        words = {"alt": self.alt, "caption": self.caption}
        return {"image/svg+xml": self.svg(), "text/plain": self.alt}, {"image/svg+xml": words}


def _unplace(figure: Figure) -> None:
    """Move the axes to where the layout found them first: from elsewhere it ends a hair elsewhere."""
    for axes in figure.axes:
        if place := axes.get_subplotspec():
            axes.set_subplotspec(place)


@contextlib.contextmanager
def _settled(figure: Figure) -> Iterator[None]:
    """Lay a figure out, and hold its axes at rounded places: the layout's solver ends a hair elsewhere at times."""
    make_room(figure)
    with _held(figure) as engine:
        for axes in figure.axes if engine is not None else ():
            if axes.get_axes_locator() is None:
                left, bottom, width, height = (round(side, _FINE) for side in axes.get_position(original=True).bounds)
                axes.set_position((left, bottom, width, height))
                axes.set_in_layout(True)  # which a set position would end
        yield


@contextlib.contextmanager
def _held(figure: Figure) -> Iterator[LayoutEngine | None]:
    """Keep drawing from laying the figure out anew; the engine that would."""
    engine = figure.get_layout_engine()
    figure.set_layout_engine("none")
    try:
        yield engine
    finally:
        figure.set_layout_engine(engine)


def make_room(figure: Figure) -> None:
    """Lay a figure out, with titles and legends broken to its width (`as_before` ends that).

    Labels that may give way (`OPTIONAL`, `TOGETHER`) and would touch other words are left out.
    """
    words = figure.findobj(Words)
    optional = [one for one in words if one.get_gid() == OPTIONAL]
    together = [one for one in words if one.get_gid() == TOGETHER]
    for one in (*optional, *together):
        one.set_visible(True)
    _begin(figure)
    if fit(figure):
        _lay_out(figure)
    if not optional and not together:
        return
    with _held(figure):
        figure.draw_without_rendering()
    places = shown_words(figure)
    taken = [box for one, box in places.items() if one.get_gid() not in {OPTIONAL, TOGETHER}]
    for one in optional:
        if one in places and not _touches(places[one], taken):
            taken.append(places[one])
        else:
            one.set_visible(False)
    group = [places[one] for one in together if one in places]
    if any(_touches(box, [*taken, *group[:before]]) for before, box in enumerate(group)):
        for one in together:
            one.set_visible(False)
    if not all(one.get_visible() for one in (*optional, *together)):
        _lay_out(figure)


def _begin(figure: Figure) -> None:
    """Lay a figure out; without its legends where they leave no room in one line, since `fit` breaks them next."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            _lay_out(figure)
    except UserWarning:
        for axes in figure.axes:
            if (own := axes.get_legend()) is not None:
                own.set_in_layout(False)
        _lay_out(figure)


def _lay_out(figure: Figure) -> None:
    if engine := figure.get_layout_engine():
        _unplace(figure)
        engine.execute(figure)


def shown_words(figure: Figure) -> dict[Words, Bbox]:
    """The words that a reader sees and where they stand, in pixels, once the figure is laid out."""
    beyond = {
        words
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
        for words in (tick.label1, tick.label2)
    }
    return {
        words: Words.get_window_extent(words)
        for words in figure.findobj(Words)
        if words.get_visible() and words.get_text().strip() and words not in beyond
    }


def _touches(box: Bbox, others: Iterable[Bbox]) -> bool:
    return any(box.padded(1).overlaps(other) for other in others)
