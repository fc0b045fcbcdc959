"""What is kept comes back as it was, to the last bit and the exact type, or is not kept."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from retro.economics import UnitEconomics
from retro.memo import Unkept, decode, encode
from retro.metrics.moved import Counts
from retro.periods import Window

DAY = dt.datetime(2025, 3, 1, 20, 30)


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


VALUES: list[Any] = [
    None, True, 1, 1.0, 0.1 + 0.2, -0.0, float("nan"), float("inf"), "1", "", "中\ud800", b"\x00", 10**30,
    Decimal("1.5"), Decimal("1.50"), Decimal("NaN"), DAY, DAY.date(), DAY.time(), DAY - dt.datetime(2025, 1, 1),
    (1, 2), [1, 2], {1, 2}, frozenset({1, 2}), {"a": 1}, {1: "a"}, {"#": "tuple", "v": []}, MappingProxyType({"a": 1}),
    ZoneInfo("Asia/Shanghai"), np.int64(1), np.float64(1), np.float32(1), np.bool_(True), np.datetime64("2025-01-01"),
    pd.NaT, pd.NA, pd.Timestamp(DAY), pd.Timestamp(DAY).as_unit("ns"), pd.Timedelta(days=1),
    np.arange(6.0), np.arange(6), np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.array([1, "a", None], dtype=object), np.array(1.0), np.array([]),
    Window(DAY, DAY + dt.timedelta(days=1)), Window(DAY, DAY + dt.timedelta(days=2)), UnitEconomics(),
    UnitEconomics(margin_rate=Decimal("0.3")),
    frame(a=[1, 2]), frame(a=[1.0, 2.0]), frame(a=["1", "2"]), frame(a=pd.Series(["1", "2"], dtype=object)),
    frame(a=["1", None]), frame(a=[Decimal("1.0"), None]), frame(a=[Decimal("1.00"), None]), frame(a=[]),
    frame(a=[True, False]), frame(a=pd.to_datetime(["2025-01-01", None])), frame(a=[1, None, "x"]),
    frame(a=pd.array([1, None], dtype="Int64")), frame(a=pd.array([True, None], dtype="boolean")),
    frame(a=pd.Categorical(["x", "y"])), frame(a=pd.Categorical(["x", "y"], ["y", "x"], ordered=True)),
    frame(a=[1, 2]).set_index(pd.Index(["x", "y"], name="n")), frame(a=[1, 2]).set_index(pd.Index([5, 6])),
    frame(a=[1, 2]).set_index(pd.date_range("2025-01-01", periods=2)),
    frame(a=[1, 2]).set_index(pd.DatetimeIndex(["2025-01-01", "2025-01-02"])),
    frame(a=[1, 2]).set_index(pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["k", None])),
    frame(a=[1, 2]).rename(columns={"a": 0}), frame(a=[{"zh": "周", "en": "week"}, (1, 2)]), pd.DataFrame(index=[1, 2]),
    pd.DataFrame([[1, 2]], columns=["a", "a"]), pd.DataFrame({"a": [1, 2]}, index=pd.RangeIndex(2, 6, 2)),
    pd.Series([1, 2]), pd.Series([1, 2], name="a"), pd.Series(["a"], dtype=object), pd.Index(["a"]), pd.RangeIndex(3),
    Counts(*range(len(Counts._fields))),
]  # fmt: skip


def attributed() -> pd.DataFrame:
    made = frame(a=[1])
    made.attrs["about"] = {"window": Window(DAY, DAY + dt.timedelta(days=1))}
    return made


@pytest.mark.parametrize("value", [*VALUES, attributed()], ids=lambda value: f"{type(value).__name__}")
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    again = decode(encode(value))
    assert type(again) is type(value)
    assert encode(again) == encode(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(again, value, check_exact=True, check_freq=True)
        assert again.attrs == value.attrs
        assert [again.dtypes.iloc[n] for n in range(again.shape[1])] == [
            value.dtypes.iloc[n] for n in range(value.shape[1])
        ]
    elif isinstance(value, pd.Series | pd.Index | np.ndarray):
        assert repr(again) == repr(value)
    elif "n" not in str(value).lower()[:3]:  # NaN and its like are not equal to themselves
        assert again == value


def test_no_two_values_have_one_text() -> None:
    texts = [encode(value) for value in [*VALUES, attributed()]]
    assert not [
        (one, other) for one, other in itertools.combinations(range(len(texts)), 2) if texts[one] == texts[other]
    ]


@pytest.mark.parametrize(
    "value",
    [
        object(), lambda: 1, 1j, np.array(["a"]), DAY.replace(tzinfo=dt.UTC), pd.Timestamp(DAY, tz="Asia/Shanghai"),
        frame(a=pd.to_datetime(["2025-01-01"]).tz_localize("UTC")), frame(a=pd.period_range("2025-01", periods=1)),
        frame(a=[object()]), (1, {"a": [object()]}),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_has_no_exact_text_is_refused(value: Any) -> None:
    with pytest.raises((Unkept, ValueError)):
        decode(encode(value))


def test_no_class_from_elsewhere_is_made() -> None:
    text = encode(Window(DAY, DAY + dt.timedelta(days=1)))
    for other in ("subprocess:Popen", "retro_demo:x", "os:system", "retro.files:read_json"):
        with pytest.raises((Unkept, AttributeError, ImportError)):
            decode(text.replace("retro.periods:Window", other))
