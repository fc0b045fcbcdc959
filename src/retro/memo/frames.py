"""Frames, series, indexes and arrays in parts that JSON can hold."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

Parts: TypeAlias = dict[str, Any]
Writer: TypeAlias = Callable[[Any], Any]

_PLAIN = "biufmM"
"""Kinds of numpy types whose bytes are their values."""


def is_kept(value: object) -> bool:
    """Whether `parts` knows a value's type."""
    return type(value) in _WRITERS or isinstance(value, np.generic | pd.Index)


def parts(value: Any, write: Writer) -> Parts:  # noqa: ANN401 - see `is_kept`
    """A value's parts.

    Args:
        value: One that `is_kept`.
        write: Writes the values inside, and raises for those that cannot be written.
    """
    if isinstance(value, np.generic):
        return {"kind": "scalar", "array": _bytes(np.asarray(value), write)}
    if isinstance(value, pd.Index):
        return _index(value, write)
    return _WRITERS[type(value)](value, write)


def whole(given: Parts, read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - see `is_kept`
    """The value of its parts."""
    return _READERS[given["kind"]](given, read)


def _frame(frame: pd.DataFrame, write: Writer) -> Parts:
    columns = [_column(frame.iloc[:, place], write) for place in range(frame.shape[1])]
    return {
        "kind": "frame",
        "columns": _index(frame.columns, write),
        "index": _index(frame.index, write),
        "cells": columns,
        "attrs": write(dict(frame.attrs)),
        "unique": frame.flags.allows_duplicate_labels,
    }


def _to_frame(given: Parts, read: Callable[[Any], Any]) -> pd.DataFrame:
    index = whole(given["index"], read)
    columns = {place: _to_column(one, read) for place, one in enumerate(given["cells"])}
    frame = pd.DataFrame({place: pd.Series(one, index=index, dtype=one.dtype) for place, one in columns.items()}, index)
    frame.columns = whole(given["columns"], read)
    frame.attrs = read(given["attrs"])
    return frame if given["unique"] else frame.set_flags(allows_duplicate_labels=False)


def _series(series: pd.Series, write: Writer) -> Parts:
    return {
        "kind": "series",
        "index": _index(series.index, write),
        "cells": _column(series, write),
        "name": write(series.name),
        "attrs": write(dict(series.attrs)),
    }


def _to_series(given: Parts, read: Callable[[Any], Any]) -> pd.Series:
    cells = _to_column(given["cells"], read)
    series: pd.Series = pd.Series(cells, index=whole(given["index"], read), name=read(given["name"]), dtype=cells.dtype)
    series.attrs = read(given["attrs"])
    return series


def _index(index: pd.Index, write: Writer) -> Parts:
    names = write(list(index.names))
    if isinstance(index, pd.RangeIndex):
        return {"kind": "range", "names": names, "span": [index.start, index.stop, index.step]}
    if isinstance(index, pd.MultiIndex):
        levels = [_index(index.get_level_values(place), write) for place in range(index.nlevels)]
        return {"kind": "levels", "names": names, "levels": levels}
    frequency = getattr(index, "freqstr", None)
    return {"kind": "index", "names": names, "cells": _column(index, write), "frequency": frequency}


def _to_index(given: Parts, read: Callable[[Any], Any]) -> pd.Index:
    cells = _to_column(given["cells"], read)
    index: Any = pd.Index(cells, dtype=cells.dtype)
    if given["frequency"] is not None:
        index.freq = given["frequency"]
    index.names = read(given["names"])
    named: pd.Index = index
    return named


def _to_range(given: Parts, read: Callable[[Any], Any]) -> pd.Index:
    index = pd.RangeIndex(*given["span"])
    index.names = read(given["names"])
    return index


def _to_levels(given: Parts, read: Callable[[Any], Any]) -> pd.Index:
    return pd.MultiIndex.from_arrays([whole(one, read) for one in given["levels"]], names=read(given["names"]))


def _column(column: pd.Series | pd.Index, write: Writer) -> Parts:
    """One column; types without an exact form here go to `write` whole, which refuses them."""
    kind = column.dtype
    if isinstance(kind, np.dtype):
        return _bytes(np.asarray(column), write)
    if isinstance(kind, pd.CategoricalDtype):
        labels: Any = column.array
        codes = _bytes(np.asarray(labels.codes), write)
        return {"category": codes, "labels": _index(labels.categories, write), "ordered": bool(kind.ordered)}
    if isinstance(kind, pd.StringDtype):
        texts = [None if pd.isna(one) else str(one) for one in column]
        return {"text": texts, "storage": kind.storage, "na": kind.na_value is pd.NA}
    if str(kind) in _MASKED:
        return {"masked": [None if one is pd.NA else one.item() for one in column.array], "type": str(kind)}
    return {"other": write(kind)}


_MASKED = {"boolean", *(f"{sign}{bits}" for sign in ("Int", "UInt") for bits in (8, 16, 32, 64))}


def _to_column(given: Parts, read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - as above
    if "category" in given:
        labels, codes = whole(given["labels"], read), _to_array(given["category"], read)
        return pd.Categorical.from_codes(codes, categories=labels, ordered=given["ordered"])
    if "text" in given:
        kind = pd.StringDtype(storage=given["storage"], na_value=pd.NA if given["na"] else np.nan)
        return pd.array(given["text"], dtype=kind)
    if "masked" in given:
        return pd.array(given["masked"], dtype=given["type"])
    return _to_array(given, read)


def _bytes(array: np.ndarray[Any, Any], write: Writer) -> Parts:
    if array.dtype == object:
        return {"objects": [write(one) for one in array.ravel()], "shape": list(array.shape)}
    if array.dtype.kind not in _PLAIN:
        return {"other": write(array.dtype)}
    order: Literal["C", "F"] = "C" if array.flags.c_contiguous or not array.flags.f_contiguous else "F"
    data = base64.b64encode(array.tobytes(order)).decode()
    return {"bytes": data, "type": array.dtype.str, "shape": list(array.shape), "order": order}


def _to_array(given: Parts, read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - numpy's own
    if "objects" in given:
        made = np.empty(len(given["objects"]), dtype=object)
        for place, one in enumerate(given["objects"]):
            made[place] = read(one)
        return made.reshape(given["shape"])
    flat = np.frombuffer(base64.b64decode(given["bytes"]), dtype=given["type"]).copy()
    return flat.reshape(given["shape"], order=given["order"])


_WRITERS: Mapping[type, Callable[[Any, Writer], Parts]] = MappingProxyType(
    {
        pd.DataFrame: _frame,
        pd.Series: _series,
        np.ndarray: lambda array, write: {"kind": "array", "array": _bytes(array, write)},
    }
)

_READERS: Mapping[str, Callable[[Parts, Callable[[Any], Any]], Any]] = MappingProxyType(
    {
        "frame": _to_frame,
        "series": _to_series,
        "index": _to_index,
        "range": _to_range,
        "levels": _to_levels,
        "array": lambda given, read: _to_array(given["array"], read),
        "scalar": lambda given, read: _to_array(given["array"], read)[()],
    }
)
