"""A metric is computed once for the same data, arguments and code; what may differ is never taken for the same."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import io
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest
import yaml

from retro import metrics, open_report
from retro.errors import MissingColumn
from retro.memo import Store, decode, encode
from retro.places import MEMO, own_folder
from retro.report.remembered import Remembered
from retro.report.report import Report
from retro.sources import NotCovered, Tables
from shops import make_project, make_quarter

Once = Callable[[str, Callable[[Path], object]], Path]
Call = tuple[Remembered, Callable[..., Any], tuple[Any, ...], dict[str, Any]]

HELD: list[Tables] = []
"""The tables of the calls, whose reports are gone by then."""

REPORTS = ("new_user_week", "flash_sale_night", "member_day", "points_contest", "2025-03", "quarter")


@contextlib.contextmanager
def undrawn(calls: list[Call]) -> Iterator[None]:
    """Collect the metrics that notebooks call, and draw nothing."""
    plain = Remembered.__call__

    def noted(self: Remembered, function: Any, args: Any, kwargs: Any) -> Any:
        calls.append((self, function, args, kwargs))
        HELD.append(self._tables)
        return plain(self, function, args, kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Remembered, "__call__", noted)
        for name in ("show", "goals", "method", "conclude"):
            patch.setattr(Report, name, lambda *_, **__: None)
        yield


def run(name: str) -> list[Call]:
    """The calls of a report's notebook."""
    kind = yaml.safe_load(Path(f"params/2025Q1/{name}.yaml").read_text(encoding="utf-8"))["kind"]
    cells = json.loads(Path(f"notebooks/{kind}.ipynb").read_text(encoding="utf-8"))["cells"]
    calls: list[Call] = []
    space: dict[str, Any] = {}
    with undrawn(calls), contextlib.redirect_stdout(io.StringIO()):
        for cell in (one for one in cells if one["cell_type"] == "code"):
            exec("".join(cell["source"]), space)  # noqa: S102 - the notebooks of this project
            if "parameters" in cell["metadata"].get("tags", []):
                space |= {"params_file": f"params/2025Q1/{name}.yaml", "lang": "zh", "overrides": {}}
    return calls


@pytest.fixture(scope="module", params=REPORTS)
def collected(request: pytest.FixtureRequest, once: Once, tiny_demo: Path) -> tuple[Path, list[Call]]:
    """A project with a tiny quarter, and the calls of one of its notebooks."""
    folder = once("remembered", lambda folder: make_quarter(folder, tiny_demo))
    with contextlib.chdir(folder):
        return folder, run(request.param)


@pytest.fixture
def called(collected: tuple[Path, list[Call]], monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """The calls of each notebook; their project is the working folder."""
    folder, calls = collected
    monkeypatch.chdir(folder)
    return calls


def lazy(value: Any) -> bool:
    """Whether a value is, or holds, a table that nobody has asked yet."""
    if isinstance(value, ir.Expr):
        return True
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return any(lazy(getattr(value, one.name)) for one in dataclasses.fields(value))
    if isinstance(value, dict):
        return any(map(lazy, value.values()))
    return isinstance(value, tuple | list) and any(map(lazy, value))


def key(call: Call) -> tuple[str | None, str | None]:
    """What decides whether a call is computed: its calculation, and the key of its result."""
    remembered, function, args, kwargs = call
    calculation = remembered._calculation(function, args, kwargs)
    assert calculation is not None
    (names, *_) = remembered._store.reads(calculation) or ((),)
    return calculation, remembered._key(calculation, names)


def functions(calls: list[Call]) -> list[Call]:
    return [call for call in calls if not isinstance(call[1], type)]


def alike(one: Any, other: Any) -> bool:
    """Whether two results are one; sums of floats on several cores differ in their last digits."""
    if isinstance(one, pd.DataFrame | pd.Series):
        compare = pd.testing.assert_frame_equal if isinstance(one, pd.DataFrame) else pd.testing.assert_series_equal
        compare(one, other, rtol=1e-9)  # type: ignore[arg-type,operator]  # both are of one type
        return True
    if isinstance(one, float):
        return bool(np.isclose(one, other, rtol=1e-9, equal_nan=True))
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(alike(value, other[name]) for name, value in one.items())
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        return all(alike(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one))
    return encode(one) == encode(other)


@pytest.mark.slow
def test_every_metric_is_kept_and_comes_back_equal(called: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    for remembered, function, args, kwargs in functions(called):
        again = Remembered(remembered._tables, Store(own_folder(MEMO)))
        try:
            fresh = function(*args, **kwargs)
        except MissingColumn:  # the report says so; nothing is kept of it
            with pytest.raises(MissingColumn):
                again(function, args, kwargs)
            continue
        if lazy(fresh):
            continue
        monkeypatch.setattr(again, "_computed", lambda *_, name=function.__name__: pytest.fail(f"{name} is computed"))
        assert alike(again(function, args, kwargs), decode(encode(fresh))), function.__name__


@pytest.mark.slow
def test_any_other_argument_is_another_calculation(called: list[Call]) -> None:
    for remembered, function, args, kwargs in functions(called):
        first = remembered._calculation(function, args, kwargs)
        given = {**dict(enumerate(args)), **{name: one for name, one in kwargs.items() if name != "memo"}}
        for place, value in given.items():
            for other in others(value):
                positional = tuple(other if place == at else one for at, one in enumerate(args))
                named = {name: other if place == name else one for name, one in kwargs.items()}
                changed = remembered._calculation(function, positional, named)
                assert changed != first, f"{function.__name__}: {place} {value!r} is {other!r}"


def others(value: Any) -> Iterator[Any]:
    """Values that differ from one in a single place, as little as they can."""
    if isinstance(value, ir.Table):
        yield from (value.limit(10**6), value.filter(value[value.columns[0]].notnull()))
    elif isinstance(value, pd.DataFrame):
        yield from other_frames(value)
    elif isinstance(value, dict) and value:
        yield {name: one for name, one in value.items() if name != next(iter(value))}
        for name, one in value.items():
            yield from ({**value, name: other} for other in others(one))
    elif isinstance(value, tuple) and type(value) is tuple and value:
        yield value[1:]
        yield from ((other, *value[1:]) for other in others(value[0]))
    elif parts := parts_of(value):
        for name, part in parts.items():
            yield from (made(value, parts | {name: other}) for other in others(part))
    elif not isinstance(value, Tables):
        yield changed(value)


def other_frames(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    yield frame.assign(other=1)
    yield from (frame.rename(columns={column: f"{column}_"}) for column in frame.columns)
    if len(frame):
        yield frame.iloc[1:]
        yield pd.concat([frame, frame.iloc[:1]])
        last = str(frame.columns[-1])
        yield frame.assign(**{last: [changed(frame.iloc[0, -1]), *frame.iloc[1:, -1]]})


def parts_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass or a model."""
    names = getattr(type(value), "__dataclass_fields__", None) or getattr(type(value), "model_fields", {})
    return {name: getattr(value, name) for name in names}


def made(value: Any, parts: dict[str, Any]) -> Any:
    """A value of the same class from other fields, whether they fit each other or not."""
    if hasattr(value, "model_copy"):
        return value.model_copy(update=parts)
    other = object.__new__(type(value))
    for name, part in parts.items():
        object.__setattr__(other, name, part)
    return other


def changed(value: Any) -> Any:
    """Another value of the same kind where there is a nearest one."""
    match value:
        case bool() | np.bool_():
            return not value
        case int() | np.integer():
            return value + 1
        case float() | np.floating():
            return 0.5 if np.isnan(value) else float(np.nextafter(value, np.inf))
        case Decimal():
            return value + Decimal("0.01") if value.is_finite() else Decimal(0)
        case dt.datetime() | dt.date():
            return value + dt.timedelta(days=1)
        case dt.timedelta():
            return value + dt.timedelta(microseconds=1)
        case str():
            return f"{value} "
    return 17


@pytest.mark.slow
def test_other_rows_are_another_key_in_tables_that_are_read_and_the_same_in_others(
    called: list[Call], monkeypatch: pytest.MonkeyPatch
) -> None:
    for call in functions(called):
        remembered, function, *_ = call
        calculation, first = key(call)
        assert calculation is not None
        kept = remembered._store.reads(calculation)
        contents = remembered._tables.contents
        for table in remembered._tables.names:
            plain = type(contents).of
            with monkeypatch.context() as patch:
                patch.setattr(
                    type(contents),
                    "of",
                    lambda self, name, table=table, plain=plain: f"{plain(self, name)}{'*' * (name == table)}",
                )
                same = key(call)[1] == first
            assert same != any(table in names for names in kept[:1]), f"{function.__name__}: {table}"


@pytest.mark.slow
def test_a_table_that_counts_as_unread_is_never_read(called: list[Call]) -> None:
    """Each metric says the same where every other table fails as soon as a row of it is asked for."""
    for call in functions(called):
        remembered, function, args, kwargs = call
        calculation, _ = key(call)
        assert calculation is not None
        kept = remembered._store.reads(calculation)
        if not kept:
            continue
        tables = remembered._tables
        unread = set(tables.names) - set(kept[0])
        with failing(tables, unread):
            found = function(*args, **kwargs)
            assert alike(found, decode(remembered._store.get(str(key(call)[1])))), function.__name__


@contextlib.contextmanager
def failing(tables: Tables, names: set[str]) -> Iterator[None]:
    """Views that fail as soon as a row is asked for, in place of some tables."""
    raw = tables.connection.raw_sql
    views = "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal"
    types = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '{}' ORDER BY column_index"
    kept = dict(raw(views).fetchall())
    try:
        for name in names:
            failed = f"error('{name} is read')"
            columns = [f'CAST({failed} AS {kind}) AS "{column}"' for column, kind in raw(types.format(name)).fetchall()]
            raw(f'CREATE OR REPLACE VIEW "{name}" AS SELECT {", ".join(columns)} FROM range(2)')
        yield
    finally:
        for name in names:
            raw(kept[name].replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))


class TestRealChange:
    """The small shop, one of whose files changes between two openings."""

    NAMES: ClassVar = ("users", "orders", "events", "campaign_costs")

    @pytest.fixture
    def project(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = make_project(tmp_path / "shop")
        monkeypatch.chdir(folder)
        return folder

    def results(self) -> list[tuple[str, str]]:
        """What each metric of the notebook returns, as text, those that are lazy left out."""
        found = []
        for remembered, function, args, kwargs in functions(run("new_user_week")):
            value = remembered(function, args, kwargs)
            if not lazy(value):
                found.append((function.__name__, encode(value)))
        return found

    @pytest.mark.parametrize("name", NAMES)
    def test_a_full_memo_says_what_an_empty_one_says(self, project: Path, name: str) -> None:
        before = self.results()
        assert before == self.results()
        path = project / "data" / f"{name}.parquet"
        frame = pd.read_parquet(path)
        frame.iloc[len(frame) // 2 :].to_parquet(path, index=False)
        with_memo = self.results()
        shutil.rmtree(project / ".retro" / "memo")
        assert with_memo == self.results()
        assert with_memo != before

    def test_only_what_reads_the_changed_table_is_computed(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        computed: dict[str, str] = {}
        plain = Remembered._computed

        def noted(self: Remembered, calculation: str, compute: Any) -> Any:
            value = plain(self, calculation, compute)
            if not lazy(value) and not isinstance(value, NotCovered):
                computed[calculation] = json.dumps(self._store.reads(calculation)[:1])
            return value

        monkeypatch.setattr(Remembered, "_computed", noted)
        self.results()
        before = dict(computed)
        path = project / "data" / "campaign_costs.parquet"
        frame = pd.read_parquet(path)
        frame.iloc[1:].to_parquet(path, index=False)
        computed.clear()
        self.results()
        again = [names for calculation, names in computed.items() if calculation in before]
        assert again, "the same calculation, whose costs have changed"
        assert not [names for names in again if "campaign_costs" not in names and "[]" not in names]

    def test_a_file_that_changes_while_it_is_open_is_neither_recalled_nor_kept(self, project: Path) -> None:
        report = open_report("params/2025Q1/new_user_week.yaml")
        first = report.metrics.registrations(report.tables.users, report.window)
        path = project / "data" / "users.parquet"
        whole = path.read_bytes()
        pd.read_parquet(path).iloc[:60].to_parquet(path, index=False)
        report.metrics.registrations(report.tables.users, report.window)
        report.metrics.repurchase(report.tables.orders, report.window, days=5)
        path.write_bytes(whole)
        again = open_report("params/2025Q1/new_user_week.yaml")
        assert encode(again.metrics.registrations(again.tables.users, again.window)) == encode(first)
        assert report.tables.contents.of("orders") is None  # since nobody knows what else moved

    def test_another_segment_zone_mapping_or_end_of_the_data_is_computed_anew(self, project: Path) -> None:
        def asked(**overrides: Any) -> tuple[str | None, str | None]:
            report = open_report("params/2025Q1/new_user_week.yaml", overrides=overrides)
            remembered = report.metrics._call
            names = (report.tables.orders, report.window)
            calculation = remembered._calculation(metrics.second_order, names, {})
            return calculation, remembered._key(calculation, ("orders",))

        file = project / "params" / "source.yaml"
        plain = file.read_text(encoding="utf-8")
        first = asked()
        assert first == asked()
        assert None not in first
        for change in (
            ("Asia/Shanghai", "Asia/Tokyo"), ("currency: CNY", "currency: USD"), ("02-20T00", "02-19T00"),
            ("{path: orders.parquet}", '{path: orders.parquet, types: {amount: "decimal(12, 3)"}}'),
            ("{path: orders.parquet}", "{path: orders.parquet, clock: utc}"),
        ):  # fmt: skip
            file.write_text(plain.replace(*change), encoding="utf-8")
            assert asked() != first, change
        file.write_text(plain, encoding="utf-8")
        assert asked() == first
        assert asked(baseline_weeks="3") != first
