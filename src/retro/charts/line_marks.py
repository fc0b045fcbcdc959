"""What a chart over time may hold: see `lines.line_chart`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retro.charts.theme import ACCENT, PALE, WARM
from retro.i18n import Number


@dataclass(frozen=True)
class Line:
    """A line, broken where a value is missing.

    Attributes:
        column: The column of its values; one without any draws nothing.
        colour: Its colour.
        name: Key of its legend; a chart with one legend has none.
        width: In points.
        dot: Size of a dot at every value; none where 0.
        low: The column where its interval begins; none where left out.
        high: The column where its interval ends.
    """

    column: str
    colour: str = ACCENT
    name: str = ""
    width: float = 1.8
    dot: float = 0
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Lines:
    """A line for each name in a column, in front the first; at its end stand its name and its last value.

    Attributes:
        column: The column of values; rows without one are left out.
        by: The column of names, ready to be read.
        colour: The column of colours; those of series in their order, where left out.
        dot: Size of a dot at every value; none where 0.
        low: The column where intervals begin; none where left out.
        high: The column where intervals end.
        steps: Whether a value holds until the next one, as in a curve of survival.
    """

    column: str
    by: str
    colour: str = ""
    dot: float = 0
    low: str = ""
    high: str = ""
    steps: bool = False


@dataclass(frozen=True)
class Columns:
    """A column at every place.

    Attributes:
        column: The column of its height.
        colour: A colour, or the name of a column of colours.
        name: Key of its legend, or the legend itself.
        width: Share of the distance between two places; columns that touch are drawn as one outline.
        words: The column of words above it; more than two are all shown or none; none where left out.
    """

    column: str
    colour: str = ACCENT
    name: str = ""
    width: float = 0.8
    words: str = ""


@dataclass(frozen=True)
class Level:
    """A short line at every place, such as the baseline of its weekday, with its range.

    Attributes:
        column: The column of the level; places without one have none.
        name: Key of its legend.
        low: The column where the range begins; none where left out.
        high: The column where the range ends.
        width: Share of the distance between two places.
    """

    column: str
    name: str = ""
    low: str = ""
    high: str = ""
    width: float = 1.0


@dataclass(frozen=True)
class Dots:
    """A dot at each place that has a value.

    Attributes:
        column: The column of values.
        colour: Its colour.
        name: Key of its legend.
        hollow: Whether it is filled with white.
        words: The column of words beside it, left out where there is no room.
    """

    column: str
    colour: str = ACCENT
    name: str = ""
    hollow: bool = False
    words: str = ""


@dataclass(frozen=True)
class Peak:
    """The highest value, with `<key>.peak` beside it, which its row fills; alternative text and caption get it too.

    Attributes:
        column: The column of values.
        dot: Whether it is a dot on a line; else it is the top of a column.
    """

    column: str
    dot: bool = True


@dataclass(frozen=True)
class Rule:
    """A dashed line at a height, such as a mean or a target.

    Attributes:
        at: The height.
        colour: Its colour.
        name: Key of its legend.
        words: What it is, written on it.
    """

    at: Number
    colour: str = WARM
    name: str = ""
    words: str = ""


@dataclass(frozen=True)
class Shade:
    """Ground behind stretches of places, such as the days of a campaign.

    Attributes:
        column: The column that tells them: places of the same value are one stretch, False or no words are none.
        colour: Its colour.
        named: Whether its words stand beside it, where there is room.
        dashed: Whether a dashed line marks where it begins.
        hatched: Whether it is hatched in its colour: it may lie over another ground. Its words stand within it.
        name: Key of its words in the legend; without one it has no entry.
    """

    column: str
    colour: str = PALE
    named: bool = False
    dashed: bool = False
    hatched: bool = False
    name: str = ""


Mark = Line | Lines | Columns | Level | Dots | Peak | Rule | Shade
Over = Literal["day", "hour", "month", "minutes", "hours", "days", "weeks"]


@dataclass(frozen=True)
class Panel:
    """Marks between one pair of axes.

    Attributes:
        marks: What is drawn, in the order of the legend; the first line stands in front.
        y: Unit of the values: `count`, `money`, `rate`, `change`, `percentage_points`, or `orders` of magnitude.
        title: Key of the words above it.
        share: Of the height, beside other panels.
        zero: Whether the axis begins at 0.
    """

    marks: Sequence[Mark]
    y: str = "count"
    title: str = "value"
    share: float = 1.0
    zero: bool = True
