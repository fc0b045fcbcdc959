"""How every chart looks: typeface, colours, titles, labels. Sober, colour-blind safe, alike on page and paper."""

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Annotation
from matplotlib.transforms import ScaledTranslation
from matplotlib.typing import ColorType

from retro.files import FONTS
from retro.signs import width

WIDE, NARROW = 7.2, 3.4
"""Width of a chart in inches, on a page or on paper, and on a phone of 360 pixels, where words are 11 pixels high."""

ROW = 0.42
"""Height of one row of a row chart in inches: two lines of a name and some air."""

ACCENT = "#0F5EA8"
"""What the report is about: this campaign."""

BASELINE = "#6B7683"
"""What it is compared with: baseline, baseline cohorts, the last campaign."""

WARM = "#B4540A"
"""The opposite of the accent: losses, targets. Blue and orange stay apart for every kind of colour blindness."""

COHORTS = {"campaign": ACCENT, "baseline": BASELINE}
"""Of the cohorts that are set side by side."""

WASH = "#DCE9F7"
"""Ground of the days of this campaign."""

BAND, GRID, INK, MUTED, PALE = "#DCE1E7", "#E6E9ED", "#1D2630", "#56616C", "#F3F5F7"
"""Range around the baseline, grid lines, words, quiet words, and the ground of a cell that is empty."""

SERIES = (ACCENT, BASELINE, "#1B7F79", "#6B4C9A", "#8A6A00")
"""Colours of lines, the campaign's first. Orange is left to targets."""

TITLE_LIFT, LEGEND_LIFT, LEGEND_LINE = 7, 17, 13.5
"""Points from a plot to the title above it, what a legend between the two adds, and each line more of it."""

NAME = 0.16
"""Share of the axes' height that one name takes at the end of its line."""

_DARK, _MIDDLE = 0.04045, 0.179
"""Where sRGB begins to bend, and the luminance on which white and black are seen alike: by 4.6 to 1."""

OPTIONAL = "optional"
"""Group of labels that give way: one that would touch a word already there is left out."""

TOGETHER = "together"
"""Group of labels that are shown all or not at all."""

for _font in sorted(FONTS.glob("*.ttf")):
    font_manager.fontManager.addfont(_font)

STYLE: dict[str, Any] = {
    "font.family": ["Noto Sans SC"],
    "font.size": 9,
    "axes.unicode_minus": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "axes.titlecolor": MUTED,
    "axes.axisbelow": True,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.linewidth": 0.8,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "legend.borderaxespad": 0,
    "legend.borderpad": 0,
    "legend.handlelength": 1.4,
    "legend.columnspacing": 1.4,
    "lines.linewidth": 2,
    "lines.solid_capstyle": "round",
    "hatch.linewidth": 0.5,
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.05,
    "figure.constrained_layout.w_pad": 0.05,
    "svg.fonttype": "none",
    "svg.hashsalt": "retro",
}
"""The house style, on top of matplotlib's own settings."""

_PROCESS = ("backend", "date.epoch", "interactive", "tk.", "toolbar", "webagg.")
"""Settings of a process or a window, which no chart on a page depends on."""

_SETTINGS = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith(_PROCESS)} | STYLE
"""Settings in force while a chart is drawn and rendered, and only then: an analyst's own plots keep theirs.

All of them, so that no `matplotlibrc` of whoever runs a report changes its pages.
"""


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw in the house style. Also a decorator: `@styled()`."""
    with mpl.rc_context(_SETTINGS):
        yield


def canvas(height: float) -> tuple[Figure, Axes]:
    """A figure of the page's width with one pair of axes, outside pyplot, so that nothing has to be closed."""
    figure = Figure(figsize=(WIDE, height), layout="constrained")
    return figure, figure.subplots()


def row_canvas(names: Sequence[str], row: float = ROW, extra: float = 0.4) -> tuple[Figure, Axes]:
    """A canvas with one named row for each of `names`, the first on top, and no axis but the names.

    Args:
        names: Names of the rows; long ones are broken.
        row: Height of a row in inches.
        extra: Inches for titles and axes.
    """
    figure, ax = canvas(len(names) * row + extra)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_yticks(range(len(names)), [wrapped(name) for name in names], color=INK, linespacing=1.3)
    ax.spines["bottom"].set_visible(False)
    ax.axvline(0, color=MUTED, linewidth=0.8, clip_on=False)
    ax.set_xticks([])
    return figure, ax


def value_title(ax: Axes, words: str) -> None:
    """Name the values and their unit, level and above the plot, where a reader starts."""
    ax.set_title(words, loc="left", pad=TITLE_LIFT)


def legend(ax: Axes, entries: Sequence[tuple[Any, str]], columns: int = 0) -> Legend | None:
    """Name marks between the value's title and the plot; a tuple of handles is drawn as one mark.

    A single mark is not named: the title says what it is.

    Args:
        ax: Whose marks.
        entries: Handles and their names.
        columns: Names in a line; all of them where left out.
    """
    if len(entries) < 2:  # noqa: PLR2004 - see above
        return None
    handles, words = zip(*entries, strict=True)
    columns = columns or len(entries)
    above = ax.transAxes + ScaledTranslation(0, TITLE_LIFT / 72, ax.figure.dpi_scale_trans)
    place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "bbox_transform": above}
    drawn: Any = ax.legend(handles, words, ncols=columns, labelcolor=INK, **place)
    drawn.entries = entries  # for whoever sets it in other columns
    lift = LEGEND_LIFT + LEGEND_LINE * (math.ceil(len(entries) / columns) - 1)
    ax.set_title(ax.get_title("left"), loc="left", pad=TITLE_LIFT + lift)
    return drawn  # type: ignore[no-any-return]


def label(
    ax: Axes,
    words: str,
    at: tuple[float, float],
    *,
    offset: tuple[float, float] = (0, 0),
    group: str | None = None,
    **look: Any,  # noqa: ANN401 - passed on to matplotlib
) -> Annotation:
    """Write words beside a point of the data.

    Args:
        ax: Where.
        words: What.
        at: The point, in data.
        offset: Distance from the point, in points.
        group: `OPTIONAL` or `TOGETHER` where the label may be left out for want of room;
            of two optional labels that touch, the one written first stays.
        look: Alignment, colour, weight, as matplotlib names them.
    """
    return ax.annotate(
        words, at, offset, textcoords="offset points", annotation_clip=False, gid=group, **{"size": 8.5, **look}
    )


def words_on(ground: ColorType) -> str:
    """Black or white, whichever a reader sees better on a ground: by the contrast of WCAG 2."""
    parts = [part / 12.92 if part <= _DARK else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(ground)]
    light = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "white" if light < _MIDDLE else "black"


def spread(heights: Sequence[float]) -> list[float]:
    """Heights of names at the ends of lines, ascending, moved apart to `NAME` and kept below 1 where they can be.

    Examples:
        >>> [round(height, 2) for height in spread([0.2, 0.97, 0.98])]
        [0.2, 0.84, 1.0]
    """
    apart: list[float] = []
    for height in heights:
        apart.append(max(height, apart[-1] + NAME) if apart else height)
    ceiling = max(1.0, NAME * (len(apart) - 1))
    for place in reversed(range(len(apart))):
        apart[place] = min(apart[place], ceiling)
        ceiling = apart[place] - NAME
    return apart


def wrapped(words: str, columns: int = 18, lines: int = 2) -> str:
    r"""Break a name into lines of at most so many columns, a Chinese character taking two; the rest is cut with `…`.

    Examples:
        >>> wrapped("WeChat Mini Program, Shenzhen", columns=16)
        'WeChat Mini\nProgram,…'
        >>> wrapped("应用商店首页推荐位", columns=12), wrapped("普通会员（6 人）", columns=14)
        ('应用商店首页\n推荐位', '普通会员\n（6 人）')
    """
    broken = [""]
    for piece in _pieces(words):
        whole = words[words.find("（") :] if piece == "（" else piece  # a bracket stays with what it holds
        if width(broken[-1] + whole.rstrip()) > columns and broken[-1]:
            broken[-1] = broken[-1].rstrip()
            broken.append("")
        broken[-1] += piece
    if len(broken) <= lines:
        return "\n".join(broken).rstrip()
    last = broken[lines - 1]
    while width(last) >= columns:
        last = last[:-1]
    return "\n".join([*broken[: lines - 1], f"{last.rstrip()}…"])


def _pieces(words: str) -> Iterator[str]:
    """The parts of a name that stay on one line: a Chinese character, or a Latin word with the space after it."""
    part = ""
    for sign in words:
        part += sign
        if sign == " " or width(sign) > 1:
            yield part
            part = ""
    yield part
