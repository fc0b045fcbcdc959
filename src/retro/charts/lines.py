"""Charts over time: lines, columns and levels over days, hours, months, or the time since a start."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from retro.charts.axes import VALUES, amount_axis, day_axis, hour_axis, month_axis, since_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, peak_row, rows
from retro.charts.line_marks import Columns, Dots, Level, Line, Lines, Mark, Over, Panel, Peak, Rule, Shade
from retro.charts.live import twin
from retro.charts.theme import (
    ACCENT,
    BAND,
    BASELINE,
    MUTED,
    OPTIONAL,
    SERIES,
    TOGETHER,
    WIDE,
    label,
    legend,
    spread,
    styled,
    value_title,
    wrapped,
)
from retro.charts.words import written
from retro.i18n import Text

__all__ = ["Columns", "Dots", "Level", "Line", "Lines", "Panel", "Peak", "Rule", "Shade", "line_chart"]

_PAPER = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.6}
_DASHED = (0, (4, 2))

_FOOT = 0.07
"""Names of lines stand at least so high, clear of the axis below."""

_FEW = 2
"""Up to so many words above columns stand at any width."""

_FEWEST = 4
"""A line through fewer places says what nobody saw between them: their values stand as dots, intervals as strokes."""

_HEADROOM = 1.14
"""How far the axis goes beyond the highest value, for its words."""


@styled()
def line_chart(
    frame: pd.DataFrame,
    text: Text,
    key: str,
    *marks: Mark | Panel,
    at: str = "on",
    over: Over = "day",
    y: str = "count",
    height: float = 3.0,
    under: str = "",
    facts: Mapping[str, object] | None = None,
    alt: str = "alt",
    caption: str = "caption",
) -> Chart:
    """Marks over time; panels stand one above the other.

    Args:
        frame: One row per place in ascending order, or per series and place: the columns that the marks draw.
        text: Language of the words.
        key: Where the words stand: `value` (title with its unit), `alt`, `caption`, `peak`, names of legends.
        marks: What is drawn, in the order of the legend, or panels of it.
        at: The column of places.
        over: What places are: dates, or numbers since a start.
        y: Unit of the values, as in `Panel`.
        height: Of the chart in inches.
        under: Title of the axis of places.
        facts: What the texts say besides; `parts` are the ends of `Lines`.
        alt: Key of the alternative text.
        caption: Key of the caption.

    Raises:
        MetricError: The frame has no rows, or lacks a column; or `Lines` have no value.

    Examples:
        >>> from retro.i18n import Text
        >>> words = {
        ...     "k.value": "Users",
        ...     "k.peak": "{users}",
        ...     "k.alt": "Most on {on:short_day}.",
        ...     "k.caption": "By day.",
        ... }
        >>> days = pd.DataFrame({"on": pd.to_datetime(["2025-01-10", "2025-01-11"]), "users": [9, 4]})
        >>> line_chart(days, Text("en", "CNY", words), "k", Line("users"), Peak("users")).alt
        'Most on 10 Jan.'
    """
    panels = [one for one in marks if isinstance(one, Panel)]
    panels = panels or [Panel([one for one in marks if not isinstance(one, Panel)], y)]
    every = [mark for panel in panels for mark in panel.marks]
    name = key.removesuffix(".chart").rpartition(".")[2]
    frame = checked(frame, name, (at, *(column for mark in every for column in _columns(mark))))
    for mark in every:
        frame = drawn(frame, name, mark.column).reset_index(drop=True) if isinstance(mark, Lines) else frame
    figure = Figure(figsize=(WIDE, height), layout="constrained")
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=[one.share for one in panels])[
        :, 0
    ]
    frame = _placed(axes[-1], frame, every, at, over, text)
    axes[-1].set_xlabel(under)
    peak = next((peak_row(frame, mark.column) for mark in every if isinstance(mark, Peak)), None)
    told: dict[str, Any] = {"currency": text.currency_name, **(facts or {})}
    for ax, panel in zip(axes, panels, strict=True):
        ends = _draw_panel(ax, frame, panel, text, key, told)
        parts = [text("chart.named", name=name, value=written(end, panel.y, text)) for name, end in ends.items()]
        told = {"parts": text.join(parts), **told} if parts else told
    said = text(f"{key}.{alt}", peak, **told)
    live = twin(frame, panels, (at, over), text, lambda name: _named(text, key, name, told), said)
    return Chart(figure, said, text(f"{key}.{caption}", peak, **told), live)


def _named(text: Text, key: str, name: str, facts: Mapping[str, Any]) -> str:
    """The words of a key below a chart's, or a name that is words itself."""
    return text(f"{key}.{name}", **facts) if text.has(f"{key}.{name}") else name


def _columns(mark: Mark) -> list[str]:
    """The columns that a mark draws."""
    if isinstance(mark, Rule):
        return []
    return [name for field in ("column", "by", "low", "high", "words") if (name := getattr(mark, field, ""))]


def _room(mark: Mark) -> float:
    """What a mark takes around its place, in steps."""
    if isinstance(mark, Columns | Level):
        return mark.width / 2 + 0.1
    return 0.5 if isinstance(mark, Shade | Dots) or (isinstance(mark, Line | Lines) and mark.dot) else 0.0


def _placed(ax: Axes, frame: pd.DataFrame, marks: Sequence[Mark], at: str, over: Over, text: Text) -> pd.DataFrame:
    """Set the axis of places; add each row's `place`, its `middle`, and `half` of the step between places."""
    if over == "month":
        places = pd.Series(range(len(frame)), dtype=float)
    else:
        places = pd.Series(date2num(pd.to_datetime(frame[at]))) if over in {"day", "hour"} else floats(frame[at])
    low, high, gaps = places.min(), places.max(), places.sort_values().diff()
    gap = float(gaps[gaps > 0].min())
    step = gap if high > low else 1 / 24 if over == "hour" else 1.0
    around = max((_room(mark) for mark in marks), default=0.0) * step
    middles = places + (step / 2 if over == "hour" else 0.0)  # an hour lies after its tick, a day around it
    if over == "day":
        day_axis(ax.xaxis, text, pd.Timestamp(frame[at].min()).normalize())
    elif over == "hour":
        hour_axis(ax.xaxis, text, low, high)
    elif over == "month":
        month_axis(ax.xaxis, list(frame[at]))
    else:
        since_axis(ax.xaxis, places, over)
        low = low if around else min(0.0, low)
    if around:
        ax.set_xlim(min(low, middles.min() - around), middles.max() + around)
    else:
        ax.set_xlim(low, high if high > low else low + 1)
    return frame.assign(place=places, middle=middles, half=step / 2)


def _draw_panel(
    ax: Axes, frame: pd.DataFrame, panel: Panel, text: Text, key: str, facts: Mapping[str, Any]
) -> dict[str, float]:
    """Draw marks, axis and words of a panel; return where its `Lines` end."""
    _set_values(ax, frame, panel, text)
    entries: list[tuple[Any, str]] = []
    ends: dict[str, float] = {}
    for place, mark in enumerate(panel.marks):
        front = 2.9 - 0.8 * place / len(panel.marks)  # behind words, which stand at 3
        if isinstance(mark, Lines):
            ends = _draw_lines(ax, frame, mark, front, panel.y, text)
        elif isinstance(mark, Peak):
            _draw_peak(ax, frame, mark, text, key)
        else:
            handle = _draw(ax, frame, mark, front)
            if handle is not None and (name := getattr(mark, "name", "")):
                entries.append((handle, _named(text, key, name, facts)))
    value_title(ax, text(f"{key}.{panel.title}", **facts))
    legend(ax, entries)
    return ends


def _set_values(ax: Axes, frame: pd.DataFrame, panel: Panel, text: Text) -> None:
    """The axis of values: from 0 to a bit above the highest, or around all of them."""
    names = [name for mark in panel.marks for field in ("column", "low", "high") if (name := getattr(mark, field, ""))]
    shades = {mark.column for mark in panel.marks if isinstance(mark, Shade)}
    values = pd.concat([floats(frame[name]) for name in names if name not in shades])
    values = pd.concat([values, pd.Series([float(mark.at) for mark in panel.marks if isinstance(mark, Rule)])]).dropna()
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    if panel.zero:
        low, high = min(0.0, low * _HEADROOM), max(0.0, high) * _HEADROOM or 1.0
        high = min(1.0, high) if panel.y == "rate" and values.max() <= 1 else high
    else:
        room = (high - low) * 0.25 or abs(high) * 0.1 or 1.0
        low, high = max(0.0, low - room), high + room
    VALUES.get(panel.y, amount_axis)(ax.yaxis, text)
    ax.set_ylim(low, high * (1.5 if panel.y == "orders" else 1))


def _draw(ax: Axes, frame: pd.DataFrame, mark: Line | Columns | Level | Dots | Rule | Shade, front: float) -> Any:  # noqa: ANN401 - for legends
    """Draw a mark; return its handle, or None where it has nothing to draw."""
    if isinstance(mark, Rule):
        at = float(mark.at)
        if mark.words:
            up = at < sum(ax.get_ylim()) / 2
            look: dict[str, Any] = {"va": "bottom" if up else "top", "color": mark.colour, "weight": "bold"}
            label(ax, mark.words, (ax.get_xlim()[0], at), offset=(4, 3 if up else -3), **look)
        return ax.axhline(at, color=mark.colour, linewidth=1.4, linestyle=_DASHED)
    if isinstance(mark, Shade):
        return _draw_shade(ax, frame, mark)
    if floats(frame[mark.column]).isna().all():
        return None
    if isinstance(mark, Columns):
        return _draw_columns(ax, frame, mark, front)
    if isinstance(mark, Level):
        return _draw_level(ax, frame, mark)
    return _draw_dots(ax, frame, mark) if isinstance(mark, Dots) else _draw_line(ax, frame, mark, front)


def _draw_line(ax: Axes, frame: pd.DataFrame, line: Line, front: float) -> Any:  # noqa: ANN401 - for legends
    look: dict[str, Any] = {"marker": "o", "markersize": line.dot} if line.dot else {}
    look |= {"color": line.colour, "linewidth": line.width, "zorder": front}
    if len(frame) < _FEWEST:
        return _draw_apart(ax, frame["place"], frame, line, look)
    (drawn_line,) = ax.plot(frame["place"], floats(frame[line.column]), **look)
    if not line.low:
        return drawn_line
    ends = floats(frame[line.low]), floats(frame[line.high])
    return ax.fill_between(frame["place"], *ends, color=BAND, linewidth=0, zorder=1), drawn_line


def _draw_apart(ax: Axes, places: pd.Series, frame: pd.DataFrame, line: Line | Lines, look: Mapping[str, Any]) -> Any:  # noqa: ANN401 - for legends
    """The values of few places: dots that no line joins, each with its interval."""
    if line.low:
        ends = floats(frame[line.low]), floats(frame[line.high])
        ax.vlines(places, *ends, colors=look["color"], linewidth=2, zorder=look["zorder"])
    (dots,) = ax.plot(places, floats(frame[line.column]), **{**look, "marker": "o", "markersize": 6, "linestyle": ""})
    return dots


def _draw_lines(ax: Axes, frame: pd.DataFrame, lines: Lines, front: float, unit: str, text: Text) -> dict[str, float]:
    """A line for each name, which stands in a column right of the plot, as near to its end as others leave room."""
    ends, colours = {}, {}
    places = frame["place"]
    few = places.nunique() < _FEWEST and not lines.steps
    aside = (places.max() - places.min()) * 0.012
    for place, (name, part) in enumerate(frame.groupby(lines.by, sort=False)):
        colour = part[lines.colour].iloc[0] if lines.colour else SERIES[place % len(SERIES)]
        look: dict[str, Any] = {"marker": "o", "markersize": lines.dot} if lines.dot else {}
        look |= {"drawstyle": "steps-post"} if lines.steps else {}
        values, above = floats(part[lines.column]), front - place / 100
        ends[str(name)], colours[str(name)] = float(values.iloc[-1]), colour
        if few:  # beside each other, that no stroke covers another
            _draw_apart(ax, part["place"] + place * aside, part, lines, {"color": colour, "zorder": above})
            continue
        ax.plot(part["place"], values, color=colour, linewidth=1.6 if place else 2.2, zorder=above, **look)
        if lines.low:
            low, high, step = floats(part[lines.low]), floats(part[lines.high]), "post" if lines.steps else None
            look = {"color": colour, "alpha": 0.14, "linewidth": 0, "zorder": above - 1}
            ax.fill_between(part["place"], low, high, step=step, **look)  # type: ignore[arg-type]  # one of its words
    foot, top = ax.get_ylim()
    ranked = sorted(ends, key=lambda name: ends[name])
    heights = spread([max((ends[name] - foot) / (top - foot), _FOOT) for name in ranked])
    for name, height in zip(ranked, heights, strict=True):
        words = f"{wrapped(name, lines=1)}\n{written(ends[name], unit, text)}".strip()
        look = {"color": colours[name], "weight": "bold", "linespacing": 1.3, "va": "center"}
        label(ax, words, (1, height), offset=(6, 0), xycoords="axes fraction", **look)
    return ends


def _draw_columns(ax: Axes, frame: pd.DataFrame, mark: Columns, front: float) -> Any:  # noqa: ANN401
    heights, half = floats(frame[mark.column]), mark.width * frame["half"].iloc[0]
    told = [row for row in rows(frame) if getattr(row, mark.words)] if mark.words else []
    look: dict[str, Any] = {
        "ha": "center",
        "va": "bottom",
        "bbox": _PAPER,
        "group": TOGETHER if len(told) > _FEW else None,
    }
    for row in told:
        if len(told) <= _FEW and row.Index in {0, len(frame) - 1}:  # beside an edge words stand within
            look["ha"] = "right" if row.Index else "left"
        at = row.middle + {"left": -half, "right": half}.get(look["ha"], 0.0)
        label(ax, getattr(row, mark.words), (at, float(getattr(row, mark.column))), offset=(0, 2), **look)
    if mark.width < 1:
        colour = list(frame[mark.colour]) if mark.colour in frame.columns else mark.colour
        return ax.bar(frame["middle"], heights, 2 * half, color=colour, zorder=front)
    edges = [*(frame["middle"] - half), frame["middle"].iloc[-1] + half]
    return ax.stairs(heights, edges, fill=True, color=mark.colour, zorder=front)


def _draw_level(ax: Axes, frame: pd.DataFrame, level: Level) -> Any:  # noqa: ANN401 - for legends
    frame = frame[frame[level.column].notna()]
    half = level.width * frame["half"]
    ends = floats(frame[level.column]), frame["middle"] - half, frame["middle"] + half
    ax.hlines(*ends, color="white", linewidth=3.2, zorder=2.9)
    line = ax.hlines(*ends, color=BASELINE, linewidth=1.8, zorder=2.9)
    if not level.low:
        return line
    low, high = floats(frame[level.low]), floats(frame[level.high])
    ax.bar(frame["middle"], high - low, 2 * half, low, color=BAND, zorder=1)
    return Patch(color=BAND), line


def _draw_dots(ax: Axes, frame: pd.DataFrame, dots: Dots) -> Any:  # noqa: ANN401 - for legends
    look: dict[str, Any] = {"markerfacecolor": "white" if dots.hollow else dots.colour, "markeredgecolor": dots.colour}
    (handle,) = ax.plot(frame["place"], floats(frame[dots.column]), "o", markersize=5, zorder=2.95, **look)
    for row in rows(frame) if dots.words else ():
        if known(getattr(row, dots.column)) and (words := getattr(row, dots.words)):
            _beside(ax, words, (row.place, float(getattr(row, dots.column))), color=dots.colour, group=OPTIONAL)
    return handle


def _draw_peak(ax: Axes, frame: pd.DataFrame, peak: Peak, text: Text, key: str) -> None:
    row = peak_row(frame, peak.column)
    if row is None:
        return
    words, height = text(f"{key}.peak", row), float(row[peak.column])
    look: dict[str, Any] = {"weight": "bold", "color": ACCENT, "bbox": _PAPER}
    if peak.dot:
        ax.plot([row["place"]], [height], "o", color=ACCENT, markersize=5, zorder=2.95)
        _beside(ax, words, (row["place"], height), **look)
    else:
        label(ax, words, (row["middle"], height), offset=(0, 2), ha="center", va="bottom", **look)


def _beside(ax: Axes, words: str, at: tuple[float, float], **look: Any) -> None:  # noqa: ANN401 - to matplotlib
    """Write words beside a point, on the side where there is more room."""
    late = at[0] > sum(ax.get_xlim()) / 2
    label(ax, words, at, offset=(-6 if late else 6, 3), ha="right" if late else "left", va="bottom", **look)


def _draw_shade(ax: Axes, frame: pd.DataFrame, shade: Shade) -> Any:  # noqa: ANN401 - for legends
    """Ground behind each stretch, its words after it, or before it at the end of the axis."""
    begin, end = ax.get_xlim()
    look: dict[str, Any] = {"color": shade.colour}
    if shade.hatched:
        look = {"facecolor": "none", "edgecolor": shade.colour, "hatch": "////"}
    drawn_any = False
    stretches = (frame[shade.column] != frame[shade.column].shift()).cumsum()
    for _, own in frame.groupby(stretches):
        words, half = own[shade.column].iloc[0], own["half"].iloc[0]
        low, high = own["middle"].min() - half, own["middle"].max() + half
        if not words:
            continue
        drawn_any = True
        ax.axvspan(low, high, linewidth=0, zorder=0, **look)
        if shade.dashed:
            ax.axvline(low, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
        if shade.named:
            late = high > begin + 0.9 * (end - begin)
            at, side = (low, "left") if shade.hatched else (low, "right") if late else (high, "left")
            style: dict[str, Any] = {"ha": side, "va": "top", "color": MUTED, "group": OPTIONAL}
            label(ax, words, (at, ax.get_ylim()[1]), offset=(-3 if side == "right" else 3, -3), **style)
    return Patch(linewidth=0, **look) if drawn_any else None
