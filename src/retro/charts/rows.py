"""Row charts: a row for each name, marks along it, and words at its end. Most sections draw one."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from retro.charts.axes import amount_axis, count_axis, rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, known, rows
from retro.charts.theme import ACCENT, INK, MUTED, OPTIONAL, WARM, label, legend, row_canvas, styled, value_title
from retro.errors import MetricError
from retro.i18n import Number, Text

_AXES = {"rate": rate_axis, "count": count_axis, "money": amount_axis}
_GROUND = {"facecolor": "white", "edgecolor": "none", "pad": 1}
"""On a phone words may lie on the target's line."""


@dataclass(frozen=True)
class Bar:
    """A bar in every row; bars that stack begin where the one before ends.

    Attributes:
        column: The column of its length; a missing or masked one has none.
        colour: A colour, or the name of a column of colours.
        height: Share of the row.
        name: Key of its legend; a chart with one legend has none.
        stacked: Whether it begins where the last bar ends.
        start: The column of its beginning; 0 where left out.
        shift: Share of the row by which it stands below the middle.
        words: Form in which its length is written inside it, such as `rate`; a bar below `room` has no words.
        room: The least length with words inside.
        ink: Colour of these words.
        end: Form in which its length is written at its own end.
        look: More of how it is drawn, as matplotlib names it.
    """

    column: str
    colour: str = ACCENT
    height: float = 0.56
    name: str = ""
    stacked: bool = False
    start: str = ""
    shift: float = 0.0
    words: str = ""
    room: float = 0.12
    ink: str = "white"
    end: str = ""
    look: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """A line from one column to another in every row that has both, such as an interval; a dot at a third column.

    Attributes:
        low: The column of its beginning.
        high: The column of its end.
        dot: The column of a dot on it; none where left out.
        colour: A colour, or the name of a column of colours.
        width: Of the line, in points.
        fill: The column of the dot's filling, where it differs from its colour.
    """

    low: str
    high: str
    dot: str = ""
    colour: str = INK
    width: float = 1.4
    fill: str = ""


@dataclass(frozen=True)
class Tick:
    """A short line across every row, such as a limit or the baseline.

    Attributes:
        column: Where it stands; rows without a value have none.
        colour: Its colour.
        marker: A marker of matplotlib in place of a line, such as `D`.
        dashed: Whether the line is dashed.
        name: Key of its legend.
    """

    column: str
    colour: str = WARM
    marker: str = ""
    dashed: bool = False
    name: str = ""


Mark = Bar | Span | Tick


@styled()
def row_chart(
    frame: pd.DataFrame,
    text: Text,
    key: str,
    *marks: Mark,
    at: Literal["mark", "edge"] = "edge",
    axis: Literal["", "rate", "count", "money"] = "",
    whole: float | None = None,
    target: Number | None = None,
    row: float = 0.46,
    facts: Mapping[str, object] | None = None,
) -> Chart:
    """Marks along a row for each name.

    Each row has words, from texts that it fills (`Text.told`): `<key>.label` names it, `<key>.bold` and, if there is
    one, `<key>.quiet` stand behind it, and `<key>.said` is what the alternative text says of it, or else `bold`.
    A column `label`, `bold`, `quiet` or `said` of the frame goes before the text; later texts may name earlier ones.

    Args:
        frame: One row per name, in order, with the columns that marks and texts take.
        text: Language of the words.
        key: Where the words stand: those above, `value` (title with its unit), `alt` (with `{parts}`), `caption`,
            `target` and names of legends.
        marks: What is drawn in each row, from the back to the front.
        at: Whether words stand behind the longest mark of their row, or all in one column at the edge.
        axis: Ticks along the bottom; none where the words behind the rows say the values.
        whole: The end of the axis; where the longest mark ends, where left out.
        target: A line across all rows, named by the text `<key>.target`.
        row: Height of a row in inches.
        facts: What `value`, `alt` and `caption` say besides.

    Raises:
        MetricError: The frame has no rows, lacks a column, or all that marks draw is missing.

    Examples:
        >>> words = {
        ...     "k.value": "Users",
        ...     "k.label": "{step}",
        ...     "k.bold": "{users:count}",
        ...     "k.alt": "Bars: {parts}.",
        ...     "k.caption": "Users by step.",
        ...     "chart.clause": "; ",
        ...     "chart.named": "{name} {value}",
        ...     "chart.unknown": "?",
        ... }
        >>> steps = pd.DataFrame({"step": ["view", "pay"], "users": [9, 4]})
        >>> row_chart(steps, Text("en", "CNY", words), "k", Bar("users")).alt
        'Bars: view 9; pay 4.'
    """
    frame = _worded(_with_marks(frame, text, key, marks), text, key)
    names = [str(name) for name in frame["label"]]
    figure, ax = row_canvas(names, row=row, extra=0.4 + 0.25 * bool(axis) + 0.2 * (len(_named(marks)) > 1))
    ends = _drawn(ax, frame, marks, text)
    low, high = min(0.0, *(end for pair in ends for end in pair)), max(0.0, *(end for pair in ends for end in pair))
    ax.set_xlim(low, whole if whole is not None else max(high, float(target or 0)) * (1.02 if axis else 1.0) or 1)
    _label(ax, frame, ends, at)
    aim = "" if target is None else text(f"{key}.target", target=target)
    if target is not None:
        _draw_target(ax, float(target), aim, above=bool(axis))
    if axis:
        _AXES[axis](ax.xaxis, text)
    told = dict(facts or {})
    value_title(ax, text(f"{key}.value", currency=text.currency_name, **told))
    legend(ax, [(_handle(mark), text(f"{key}.{mark.name}")) for mark in _named(marks)])
    parts = [text("chart.named", name=name, value=said) for name, said in zip(names, frame["said"], strict=True)]
    told["parts"] = text("chart.clause").join(part.replace("\n", " ") for part in parts)
    alt = text(f"{key}.alt", **told)
    if aim:
        alt = text("chart.sentences", first=alt.strip(), second=text("chart.aim", words=aim))
    return Chart(figure, alt, text(f"{key}.caption", **told))


def _with_marks(frame: pd.DataFrame, text: Text, key: str, marks: Sequence[Mark]) -> pd.DataFrame:
    """The frame, renumbered, once it has what marks draw and what names its rows."""
    name, drawn = key.removesuffix(".chart"), _columns(marks)
    named = [column for column in ("label", "bold") if not text.has(f"{key}.{column}")]
    frame = checked(frame, name, (*named, *drawn))
    if not any(known(value) for column in drawn for value in frame[column]):
        raise MetricError(
            f"charts.{name}: of the columns {', '.join(drawn)} one must hold a value, got only missing ones. "
            f"Say that the section is not covered."
        )
    return frame


def _worded(frame: pd.DataFrame, text: Text, key: str) -> pd.DataFrame:
    """The frame with the words of its rows, from its own columns or from texts."""
    for name in ("label", "bold", "quiet", "said"):
        if name not in frame.columns:
            without = text("chart.unknown") if name == "bold" else ""
            frame = frame.assign(**{name: [text.told(f"{key}.{name}", row, without) for row in rows(frame)]})
    return frame.assign(said=frame["said"].where(frame["said"] != "", frame["bold"]))


def _columns(marks: Sequence[Mark]) -> list[str]:
    drawn = ((mark.low, mark.high) if isinstance(mark, Span) else (mark.column,) for mark in marks)
    return [column for columns in drawn for column in columns]


def _named(marks: Sequence[Mark]) -> list[Bar | Tick]:
    return [mark for mark in marks if not isinstance(mark, Span) and mark.name]


def _handle(mark: Bar | Tick) -> Patch | Line2D:
    if isinstance(mark, Tick):
        return Line2D([], [], color=mark.colour, linewidth=2)
    look = {name: value for name, value in mark.look.items() if name != "zorder"}
    return Patch(facecolor=mark.colour, **look)


def _drawn(ax: Axes, frame: pd.DataFrame, marks: Sequence[Mark], text: Text) -> list[tuple[float, float]]:
    """Draw the marks; return where those of each row begin and end."""
    ends = [(0.0, 0.0)] * len(frame)
    reached = [0.0] * len(frame)
    for mark in marks:
        for place, one in enumerate(frame.to_dict("records")):
            if isinstance(mark, Bar):
                span = _draw_bar(ax, place, one, mark, reached[place], text)
                reached[place] = span[1]
            else:
                span = _draw_span(ax, place, one, mark) if isinstance(mark, Span) else _draw_tick(ax, place, one, mark)
            ends[place] = min(ends[place][0], *span), max(ends[place][1], *span)
    return ends


def _draw_bar(
    ax: Axes, place: int, row: Mapping[Any, Any], bar: Bar, reached: float, text: Text
) -> tuple[float, float]:
    start = reached if bar.stacked else _number(row[bar.start]) if bar.start else 0.0
    length = _number(row[bar.column])
    look = {"height": bar.height, "color": row.get(bar.colour, bar.colour), **bar.look}
    ax.barh(place + bar.shift, length, left=start, **look)
    if bar.words and length >= bar.room:
        middle = (start + length / 2, place)
        label(ax, text.written(length, bar.words), middle, group=OPTIONAL, ha="center", va="center", color=bar.ink)
    if bar.end:
        label(
            ax, text.written(row[bar.column], bar.end), (start + length, place + bar.shift), offset=(4, 0), va="center"
        )
    return start, start + length


def _draw_span(ax: Axes, place: int, row: Mapping[Any, Any], span: Span) -> tuple[float, float]:
    if not (known(row[span.low]) and known(row[span.high])):
        return 0.0, 0.0
    low, high, colour = float(row[span.low]), float(row[span.high]), row.get(span.colour, span.colour)
    if not span.dot:
        ax.plot([low, high], [place] * 2, color=colour, linewidth=span.width, solid_capstyle="butt")
        return low, high
    ax.plot([low, high], [place] * 2, color=colour, linewidth=span.width, alpha=0.4)
    filling = row.get(span.fill, colour)
    ax.plot([float(row[span.dot])], [place], "o", color=colour, markersize=8, markerfacecolor=filling)
    return low, high


def _draw_tick(ax: Axes, place: int, row: Mapping[Any, Any], tick: Tick) -> tuple[float, float]:
    if not known(row[tick.column]):
        return 0.0, 0.0
    at = float(row[tick.column])
    if tick.marker:
        ax.plot([at], [place], tick.marker, color=tick.colour, markersize=6)
    else:
        style = (0, (3, 2)) if tick.dashed else "solid"
        ax.plot([at] * 2, [place - 0.36, place + 0.36], color=tick.colour, linewidth=1.6, linestyle=style)
    return at, at


def _label(ax: Axes, frame: pd.DataFrame, ends: Sequence[tuple[float, float]], at: str) -> None:
    """Write the words behind each row: in bold, and quietly below."""
    for row in rows(frame):
        if not row.bold:
            continue
        place: tuple[float, float] = (1.0, row.Index) if at == "edge" else (ends[row.Index][1], row.Index)
        look: dict[str, Any] = {"xycoords": ("axes fraction", "data")} if at == "edge" else {"bbox": _GROUND}
        if row.quiet:
            label(ax, row.bold, place, offset=(6, 1), va="bottom", weight="bold", **look)
            label(ax, row.quiet, place, offset=(6, -1), va="top", color=MUTED, **look)
        else:
            label(ax, row.bold, place, offset=(6, 0), va="center", weight="bold", **look)


def _draw_target(ax: Axes, target: float, words: str, *, above: bool) -> None:
    """A line across all rows, named above them where ticks stand below, else below."""
    ax.axvline(target, color=WARM, linewidth=1.6, linestyle=(0, (4, 2)))
    low, high = ax.get_ylim()
    look: dict[str, Any] = {"color": WARM, "weight": "bold"}
    if above:
        label(ax, words, (target, high), offset=(-4, 2), ha="right", va="bottom", **look)
    else:
        label(ax, words, (target, low), offset=(0, -3), ha="center", va="top", **look)


def _number(value: Any) -> float:  # noqa: ANN401 - a cell holds whatever it holds
    """A length; 0 where it is missing or masked."""
    length = float(value) if known(value) else 0.0
    return 0.0 if math.isnan(length) else length
