"""Draw a chart once for the same frame, words and code: both its widths, kept as the block that a page has of it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

import retro.figures
from retro.blocks import Bars, Figure
from retro.charts import Chart
from retro.charts.bars import bars_of
from retro.files import FONTS, canonical_json, files_hash, text_hash
from retro.i18n import Said, Text
from retro.memo import Store, Unkept, code_hash, encode, libraries
from retro.privacy import Hidden

Draw: TypeAlias = Callable[..., Chart]
Drawing: TypeAlias = Callable[[Draw, Any, Text, Mapping[str, Any]], Figure]

_LIBRARIES = ("matplotlib", "seaborn")
"""Libraries whose version can change a chart, beside those that can change a result."""

_BESIDE = (Path(str(retro.figures.__file__)).parent, FONTS)
"""Folders of data that charts are drawn by: units of figures, fonts."""


def figure_block(chart: Chart) -> Figure:
    """A chart as a block, for wide pages and narrow ones."""
    found = bars_of(chart)
    bars = Bars(title=found.title, names=found.names, values=found.values, words=found.words) if found else None
    drawn = {"svg": chart.svg(), "narrow_svg": chart.svg(narrow=True)}
    return Figure(**drawn, alt=chart.alt, caption=chart.caption, bars=bars)


def drawn(draw: Draw, frame: Any, text: Text, options: Mapping[str, Any]) -> Figure:  # noqa: ANN401 - what the chart draws
    """The block of a chart, drawn now."""
    return figure_block(draw(frame, text, **options))


class Drawn:
    """Draws charts, or gives back what an equal call drew, in this process or an earlier one.

    Calls are equal when the frame, the options, the code, the libraries and the words are. Which words a chart uses is
    seen when it is drawn; others may change.

    Args:
        store: Where blocks are kept.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, draw: Draw, frame: Any, text: Text, options: Mapping[str, Any]) -> Figure:  # noqa: ANN401 - as above
        """The block of a chart."""
        frame = _steady(frame)
        call = _call(draw, frame, text, options)
        if call is None:
            return drawn(draw, frame, text, options)
        for words in self._store.reads(call):
            if (kept := self._store.get(_key(call, words, text))) is not None:
                return Figure.model_validate_json(kept)
        heard = _Heard(text.entries)
        block = drawn(draw, frame, replace(text, entries=heard), options)
        words = tuple(sorted(heard.asked))
        self._store.put(call, words, _key(call, words, text), block.model_dump_json())
        return block


def is_known(draw: Draw) -> bool:
    """Whether a function is what its module calls by its name, decorated or not, so that its code tells all."""
    return getattr(sys.modules.get(draw.__module__), draw.__qualname__, None) is draw


def _steady(frame: Any) -> Any:  # noqa: ANN401 - as above
    """A frame with ten digits of each float, as the ledger keeps them: engines add up in any order."""
    if not isinstance(frame, pd.DataFrame):
        return frame
    steady = frame.copy()
    for place, kind in enumerate(frame.dtypes):
        if kind == np.float64:
            steady.isetitem(place, [float(f"{one:.10g}") for one in frame.iloc[:, place]])
    return steady


class _Heard(Mapping[str, str]):
    """Texts that note which of them are asked for, those that do not exist among them."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._entries = entries
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        self.asked |= {*self._entries}
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _call(draw: Draw, frame: Any, text: Text, options: Mapping[str, Any]) -> str | None:  # noqa: ANN401 - as above
    """A hash of all that decides a chart but its words; None where that cannot be known."""
    if not draw.__module__.startswith("retro.") or not is_known(draw):
        return None
    try:
        given = encode((frame, dict(options)), _of_a_page)
    except (Unkept, RecursionError):
        return None
    code = code_hash([draw.__module__])
    if code is None:
        return None
    name = f"{draw.__module__}.{draw.__qualname__}"
    return text_hash(canonical_json([name, given, text.lang, text.currency, code, libraries(), surroundings()]))


def _of_a_page(value: object) -> list[object]:
    """What frames hold of a page's own: words of ours, and the marks of masked numbers."""
    if isinstance(value, Said):
        return ["said", str(value)]
    if isinstance(value, Hidden):
        return ["hidden", str(value), value.least, value.most]
    raise Unkept(f"value of {type(value).__name__}")


def _key(call: str, words: tuple[str, ...], text: Text) -> str:
    return text_hash(canonical_json([call, {key: text.entries.get(key) for key in words}]))


@functools.cache
def surroundings() -> Mapping[str, str]:
    """What a chart depends on beside code: libraries, the units of figures, fonts; read once."""
    files = [path for folder in _BESIDE for path in sorted(folder.iterdir()) if path.suffix in {".yaml", ".ttf"}]
    return {**{name: version(name) for name in _LIBRARIES}, "files": files_hash(files)}
