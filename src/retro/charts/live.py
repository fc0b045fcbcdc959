"""The interactive twin of a chart over time, with hover and zoom: drawn by the Vega-Lite that JupyterLab brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retro.charts.frames import known
from retro.charts.line_marks import Columns, Dots, Level, Line, Lines, Over, Panel
from retro.charts.theme import BASELINE, SERIES
from retro.charts.words import written
from retro.i18n import Text

LIVE_MIME = "application/vnd.vegalite.v5+json"
"""What JupyterLab draws by itself. No page can show it, so a run that publishes refuses it."""

_WIDTH, _HEIGHT = 760, 240
_KINDS: Mapping[Over, str] = {"day": "temporal", "hour": "temporal", "month": "ordinal"}
"""What places are to Vega-Lite; numbers where they count from a start."""

_LOOKS: Mapping[type, Mapping[str, Any]] = {
    Columns: {"type": "bar", "opacity": 0.85},
    Level: {"type": "line", "interpolate": "step", "point": True},
    Line: {"type": "line", "point": True},
    Lines: {"type": "line", "point": True},
    Dots: {"type": "point", "filled": True, "size": 60},
}
"""How each mark is drawn; peaks, rules and shades are words and grounds of the printed chart alone."""


@dataclass(frozen=True)
class Live:
    """A chart over time as it is shown in JupyterLab.

    Attributes:
        draw: Makes what Vega-Lite draws, once it is shown.
        alt: What the chart shows, in words.
    """

    draw: Callable[[], Mapping[str, Any]]
    alt: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:  # noqa: ANN401 - IPython's protocol
        return {LIVE_MIME: self.draw(), "text/plain": self.alt}


_MADE: ContextVar[list[Live] | None] = ContextVar("retro_live", default=None)


@contextmanager
def lives() -> Iterator[list[Live]]:
    """The twins of the charts that are drawn within."""
    collected: list[Live] = []
    before = _MADE.set(collected)
    try:
        yield collected
    finally:
        _MADE.reset(before)


def twin(
    frame: pd.DataFrame,
    panels: Sequence[Panel],
    places: tuple[str, Over],
    text: Text,
    names: Callable[[str], str],
    alt: str,
) -> Live:
    """The twin of a chart, told to whoever collects them.

    Args:
        frame: As `line_chart` takes it.
        panels: Its panels.
        places: The column of places, and what they are.
        text: Language of the words.
        names: The words of a key, such as that of a legend.
        alt: What the chart shows, in words.
    """
    live = Live(lambda: _drawn(frame, panels, places, text, names), alt)
    if (collected := _MADE.get()) is not None:
        collected.append(live)
    return live


def _drawn(
    frame: pd.DataFrame, panels: Sequence[Panel], places: tuple[str, Over], text: Text, names: Callable[[str], str]
) -> Mapping[str, Any]:
    drawn = [_panel(frame, panel, f"zoom{place}", places, text, names) for place, panel in enumerate(panels)]
    body = drawn[0] if len(drawn) == 1 else {"vconcat": drawn}
    return {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", **body}  # a name, which is not fetched


def _panel(
    frame: pd.DataFrame,
    panel: Panel,
    zoom: str,
    places: tuple[str, Over],
    text: Text,
    names: Callable[[str], str],
) -> dict[str, Any]:
    title, kind, layers = names(panel.title), _KINDS.get(places[1], "quantitative"), []
    colours: dict[str, str] = {}
    every: list[dict[str, Any]] = []
    for mark in panel.marks:
        if (look := _LOOKS.get(type(mark))) is None:
            continue
        own = names(name) if (name := getattr(mark, "name", "")) else title
        rows = [*_rows(frame, mark, places, own, colours)]
        told = [row | {"told": written(row["value"], panel.y, text)} for row in rows]
        every += told
        if banded := [row for row in told if "low" in row]:
            ends = {"y": _y("low"), "y2": {"field": "high"}, "tooltip": None}
            layers.append({"data": {"values": banded}, "mark": {"type": "area", "opacity": 0.2}, "encoding": ends})
        layers.append({"data": {"values": told}, "mark": {**look}, "encoding": {"y": _y("value"), "tooltip": None}})
    layers.append(_nearest(every, zoom.replace("zoom", "hover")))
    layers[0]["params"] = [{"name": zoom, "select": {"type": "interval", "encodings": ["x"]}, "bind": "scales"}]
    at = {"field": "at", "type": kind, "title": None}
    timed = {"format": "%Y-%m-%d %H:%M" if places[1] == "hour" else "%Y-%m-%d"} if kind == "temporal" else {}
    shared = {
        "x": at | ({"sort": None} if kind == "ordinal" else {}),
        "color": {
            "field": "name",
            "type": "nominal",
            "title": None,
            "scale": {"domain": [*colours], "range": [*colours.values()]},
            "legend": {"orient": "bottom"} if len(colours) > 1 else None,
        },
        "tooltip": [at | timed, *({"field": one, "type": "nominal"} for one in ("name", "told"))],
    }
    return {"title": title, "width": _WIDTH, "height": _HEIGHT * panel.share, "encoding": shared, "layer": layers}


def _nearest(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """A dot at the value nearest to the mouse, with what it says: a line would say its first value wherever it is met.

    It lies on top of all marks, so that the mouse finds the values of each.
    """
    seen = {"condition": {"param": name, "empty": False, "value": 1}, "value": 0}
    found = {"type": "point", "nearest": True, "on": "pointerover", "clear": "pointerout"}
    return {
        "data": {"values": [*rows]},
        "params": [{"name": name, "select": found}],
        "mark": {"type": "point", "filled": True, "size": 90},
        "encoding": {"y": _y("value"), "opacity": seen},
    }


def _y(field: str) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": None}


def _rows(
    frame: pd.DataFrame,
    mark: Any,  # noqa: ANN401 - one of `_LOOKS`
    places: tuple[str, Over],
    own: str,
    colours: dict[str, str],
) -> Iterator[dict[str, Any]]:
    """What a mark draws, one row per place that has a value; the colours of new names are added."""
    at, over = places
    kind, low, high = _KINDS.get(over, ""), getattr(mark, "low", ""), getattr(mark, "high", "")
    for row in frame.to_dict("records"):
        if not known(row[mark.column]):
            continue
        name = str(row[mark.by]) if isinstance(mark, Lines) else own
        colours.setdefault(name, _colour(mark, row, len(colours)))
        found = {"at": _place(row[at], kind), "value": float(row[mark.column]), "name": name}
        if low and known(row[low]) and known(row[high]):
            found |= {"low": float(row[low]), "high": float(row[high])}
        yield found


def _place(value: Any, kind: str) -> str | float:  # noqa: ANN401 - a cell holds whatever it holds
    if kind == "temporal":
        return str(pd.Timestamp(value).isoformat())
    return str(value) if kind else float(value)


def _colour(mark: Any, row: Mapping[Any, Any], before: int) -> str:  # noqa: ANN401 - one of `_LOOKS`
    """The colour of a mark, or that of its row where it names a column of colours."""
    if isinstance(mark, Level):
        return BASELINE
    named = str(mark.colour)
    return str(row.get(named, named if named.startswith("#") else SERIES[before % len(SERIES)]))
