"""What a reader sees of a chart, for the tests of charts and of sections that draw one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text as Words
from matplotlib.transforms import Bbox

from retro.charts import Chart
from retro.charts.chart import make_room, shown_words
from retro.charts.fitting import as_before
from retro.charts.theme import NARROW, styled
from retro.i18n import LANGS, Text, load_text


@pytest.fixture(params=LANGS)
def text(request: pytest.FixtureRequest) -> Text:
    """The texts of each language in turn."""
    return load_text(request.param)


@pytest.fixture(autouse=True)
def no_leaks() -> Iterator[None]:
    """No chart leaves a figure open in pyplot."""
    yield
    assert plt.get_fignums() == []


def words_of(chart: Chart, width: float | None = None) -> dict[Words, Bbox]:
    """The words that stand on a chart at a width, with their boxes."""
    figure = chart.figure
    with styled(), as_before(figure):
        figure.set_figwidth(width or figure.get_figwidth())
        make_room(figure)
        figure.draw_without_rendering()
        words = shown_words(figure)
        canvas = figure.bbox.frozen()
    outside = [one.get_text() for one, box in words.items() if not _within(box, canvas)]
    assert not outside, f"outside the figure at {width or 'its own width'}: {outside}"
    return words


def _within(box: Bbox, canvas: Bbox) -> bool:
    slack = 1.0
    return (
        box.x0 >= canvas.x0 - slack
        and box.y0 >= canvas.y0 - slack
        and box.x1 <= canvas.x1 + slack
        and box.y1 <= canvas.y1 + slack
    )


@pytest.fixture
def said() -> Callable[[Chart], list[str]]:
    """All words on the wide chart."""
    return lambda chart: [one.get_text() for one in words_of(chart)]


@pytest.fixture
def readable() -> Callable[[Chart], None]:
    """Fails where words touch each other or leave the figure, on a page or on a phone, or are too small to read."""

    def check(chart: Chart) -> None:
        for width in (None, NARROW):
            words = words_of(chart, width)
            for (one, box), (other, other_box) in combinations(words.items(), 2):
                inner = Bbox.from_extents(box.x0 + 0.5, box.y0 + 0.5, box.x1 - 0.5, box.y1 - 0.5)
                assert not inner.overlaps(other_box), f"{one.get_text()!r} and {other.get_text()!r} touch at {width}"
            assert min(one.get_size() for one in words) >= 8
        assert chart.alt
        assert chart.caption

    return check


def words_in(chart: Chart) -> list[str]:
    """The words written into the one plot of a chart, in the order of drawing."""
    (ax,) = chart.figure.axes
    return [words.get_text() for words in ax.texts]


def row_names(chart: Chart) -> list[str]:
    """The names of the rows of the one plot of a chart."""
    (ax,) = chart.figure.axes
    return [words.get_text() for words in ax.get_yticklabels()]
