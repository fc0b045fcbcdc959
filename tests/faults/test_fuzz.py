"""Faults: whatever is written into params, data, contracts and notebooks, an error is one of ours and no traceback.

`SECONDS=300 python -m pytest -m slow tests/faults/test_fuzz.py -s` tries new ones for so long, for each of the five.
"""

from __future__ import annotations

import io
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pydantic import BaseModel

from made_notebooks import notebook_cells
from retro.blocks import Verdict, read_document
from retro.campaigns import CAMPAIGN_TYPES, load_params
from retro.contracts import load_contract
from retro.errors import RetroError
from retro.publish.html import RetroHTMLExporter
from retro.publish.pdf import RetroPDFExporter
from retro.publish.reading import Refused, parsed, refusing, valid
from retro.publish.sheets import workbook
from retro.run import Request, check, prepare
from retro.sources import Source, load_source, open_tables
from retro.sources.spec import TableSpec
from shops import PARAMS, ROOT, SOURCE, make_project

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("SECONDS", "0"))
FEW = 40
"""Examples where no time is given: the same in every run."""

Try = Callable[[Any], None]

NASTY = [
    "",
    "\0",
    "\x1b[31m",
    "\u202e",
    "\ud800",
    "**",
    "\u200b",
    " ",
    "\n",
    "<script>",
    "</style>",
    "&lt;",
    "&#0;",
    "#",
]
NASTY += [
    "x" * 50,
    "中文",
    "=HYPERLINK(1)",
    "{{x}}",
    "#{panic()}",
    "[a](javascript:x)",
    "|",
    "\r",
    "\u2028",
    "🙂",
    "\t",
    "-1",
]
NASTY += [
    "\\",
    "1e999",
    "1e999999999",
    "nan",
    "﷽",
    "\u0300" * 30,
    "0000-00-00",
    "9999-12-31T23:59",
    "0001-01-01",
    "../x",
    "'",
]
NASTY += [
    '"',
    "[[[[",
    "{a: {a: ",
    "*x",
    "&x",
    "!!python/object:os.system",
    "---",
    ": ",
    "- ",
    "? ",
    "~",
    "null",
    "true",
    "0x10",
]
NASTY += [
    "9" * 400,
    "1e-400",
    "1_000",
    "[a, b]",
    "{zh: a, en: b}",
    "${HOME}",
    "${A:-b}",
    "%",
    "@",
    "`",
    "\ufeff",
    "::",
    "a.b",
]
WRITTEN = ["[]", "{}", "[{}]", "{zh: a, en: b}", "{a: {start: 2025-01-01T00:00, end: 2025-01-02T00:00}}", "0", "1e15"]
WRITTEN += ["[previous, target]", "[{edition: x}]", "{gmv: 1}", "[[1]]", "2025-01-10", "2025-01-10T00:00+25:00", "0.5"]
WRITTEN += ["select 1", "select 1; drop table orders", "with a as (select 1) select * from a", "pragma version"]
WRITTEN += ["select * from read_text('/etc/passwd')", "select count(*) from orders where amount / 0 > 1", "attach 'x'"]
WRITTEN += ["copy orders to 'x'", "select '", "select (((", "select 1 --", "select 1 /*", "select * from {object}"]
"""Values as keys may have them, and SQL."""
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u202e\ud800-\udfff]")

text = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=20), st.lists(st.sampled_from(NASTY), max_size=4).map("".join)
)


def fuzz(strategy: st.SearchStrategy[Any], attempt: Try, refusal: type[Exception] = RetroError) -> None:
    """Try examples of a strategy: what is refused is refused by one of our errors, in harmless lines."""
    end, ended = time.monotonic() + SECONDS, Counter[str]()

    def one(example: Any) -> None:
        if ended and SECONDS and time.monotonic() > end:
            return
        try:
            attempt(example)
            ended["passed"] += 1
        except refusal as reason:
            said = str(reason)
            assert said.strip()
            assert not UNSEEN.search(said), said
            ended["refused"] += 1

    chosen = settings(
        max_examples=500 if SECONDS else FEW,
        derandomize=not SECONDS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate] if SECONDS else [Phase.generate, Phase.shrink],
    )
    while not ended or time.monotonic() < end:
        chosen(given(strategy)(one))()
    print(f"\n{dict(ended)}")  # noqa: T201 - how many were tried
    assert ended["refused"]
    assert ended["passed"]


def keys_of(model: Any, seen: set[Any]) -> set[str]:
    """The keys of a model and of those within it: new ones are tried as soon as a model knows them."""
    if isinstance(model, type) and issubclass(model, BaseModel) and model not in seen:
        seen.add(model)
        fields = model.model_fields.items()
        return {name for name, _ in fields}.union(*(keys_of(field.annotation, seen) for _, field in fields))
    return set[str]().union(*(keys_of(part, seen) for part in get_args(model)))


def changed(texts: list[str], keys: list[str]) -> st.SearchStrategy[str]:
    """Texts, of which some lines may be changed, left out, repeated or moved inwards, or stand under another key."""
    written = st.one_of(text, text.map(json.dumps), st.sampled_from(WRITTEN))

    @st.composite
    def change(draw: st.DrawFn) -> str:
        lines = draw(st.sampled_from(texts)).splitlines()
        for _ in range(draw(st.integers(0, 4))):
            at = draw(st.integers(0, len(lines) - 1))
            way = draw(st.integers(0, 12))
            if way == 0:
                del lines[at]
            elif way == 1:
                lines.insert(at, draw(text))
            elif way == 2:
                lines[at] = draw(st.sampled_from([" ", "  ", "- ", "\t"])) + lines[at]
            elif way == 3:
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            elif way > 9:  # a key from anywhere, beside this line or in it
                key, indent = draw(st.sampled_from(keys)), " " * (len(lines[at]) - len(lines[at].lstrip(" ")))
                made = f"{indent}{key}: {draw(written)}"
                lines[at : at + (way > 10)] = [re.sub(r"\w+(?=:)", key, lines[at], count=1) if way == 12 else made]
            else:  # another value behind one of its keys
                parts = re.split(r"(:\s|,\s|[\[\]{}]|\s)", lines[at])
                value = draw(text)
                parts[draw(st.integers(0, len(parts) - 1))] = value if way < 6 else json.dumps(value)
                lines[at] = "".join(parts)
            lines = lines or [""]
        return "\n".join(lines) + "\n"

    return change()


def damaged(files: list[bytes]) -> st.SearchStrategy[bytes]:
    """Files that are cut, or of which bytes are changed, repeated or put in."""

    @st.composite
    def damage(draw: st.DrawFn) -> bytes:
        data = bytearray(draw(st.sampled_from(files)))
        for _ in range(draw(st.integers(1, 3))):
            at, way = draw(st.integers(0, len(data))), draw(st.integers(0, 4))
            if way == 0:
                del data[at:]
            elif way == 1:
                del data[at : at + draw(st.integers(1, 9))]
            elif way == 2:
                data[at:at] = draw(text).encode(errors="surrogatepass")
            elif way == 3:
                data[at : at + 4] = draw(st.binary(max_size=6))
            else:
                data += data[at:]
        return bytes(data)

    return damage()


def test_params_of_any_words(tmp_path: Path) -> None:
    shop = make_project(tmp_path / "shop") / "params" / "source.yaml"
    shipped = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "params").glob("20*/*.yaml"))]
    shipped.append((ROOT / "params" / "cookie_cats" / "experiment.yaml").read_text(encoding="utf-8"))
    seen = set[Any]()
    keys = sorted(set[str]().union(*(keys_of(kind, seen) for kind in CAMPAIGN_TYPES.values())))
    zone = load_source(shop).zone
    path = tmp_path / "new_user_week.yaml"

    def load(words: str) -> None:
        path.write_bytes(words.encode(errors="surrogatepass"))
        load_params(path, zone=zone).model_dump(mode="json")

    fuzz(changed([PARAMS, *shipped], keys), load)


def test_sources_of_any_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path / "shop")
    monkeypatch.chdir(project)
    keys = sorted(keys_of(Source, set()) | keys_of(TableSpec, set()))
    path = project / "params" / "source.yaml"

    def load(words: str) -> None:
        path.write_bytes(words.encode(errors="surrogatepass"))
        tables = open_tables(load_source(path), "source.yaml")
        tables.row_count("orders")

    mapped = SOURCE.replace("tables:", "raw: {one: {path: orders.parquet}}\nversion: select 1\ntables:")
    mapped = mapped.replace("orders: {path: orders.parquet}", "orders:\n    sql: select * from one\n    clock: utc")
    fuzz(changed([SOURCE, mapped], keys), load)


def tables_of(folder: Path) -> list[tuple[str, bytes]]:
    """Orders in every form that is read."""
    frame = pd.DataFrame(
        {
            "order_id": ["o1", "o2", "o3"],
            "user_id": ["u1", "u2", "u1"],
            "ordered_at": ["2025-01-10 08:00:00", "2025-01-11 09:30:00", "2025-01-12 00:00:00"],
            "status": ["paid", "refunded", "paid"],
            "amount": ["10.00", "1,234.50", "0"],
        }
    )
    made = [
        ("csv", frame.to_csv(index=False, sep=sign).encode(code)) for sign in ",;\t" for code in ("utf-8", "utf-16")
    ]
    made += [("csv", ("订单号,金额\n" + "1,二\n" * 3).encode("gb18030"))]
    for end in ("parquet", "xlsx"):
        path = folder / f"made.{end}"
        frame.to_parquet(path, index=False) if end == "parquet" else frame.to_excel(path, index=False)
        made.append((end, path.read_bytes()))
    return made


def test_data_of_any_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path / "shop")
    monkeypatch.chdir(project)
    source = project / "params" / "source.yaml"
    files = tables_of(tmp_path)
    cell = st.one_of(
        text, st.sampled_from(["10.00", "o1", "2025-01-10", "1/2/25 9:00", "¥1,234.5", "(5)", "5%", "", "NULL"])
    )
    sheet = st.lists(st.lists(cell, max_size=5), max_size=6)
    made_text = st.tuples(sheet, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"])).map(
        lambda parts: ("csv", parts[2].join(parts[1].join(row) for row in parts[0]).encode(errors="surrogatepass"))
    )
    forms = {end: damaged([data for form, data in files if form == end]) for end in ("csv", "parquet", "xlsx")}
    broken = st.one_of(*(st.tuples(st.just(end), data) for end, data in forms.items()), made_text)
    option = st.sampled_from(
        [
            "delimiter: ';'",
            "encoding: gb18030",
            "header_row: 2",
            "decimal: ','",
            "date_format: '%d/%m/%Y'",
            "nulls: ['-']",
            "sheet: no",
            "types: {amount: 'decimal(18, 2)'}",
            "types: {ordered_at: timestamp}",
            "types: {x: date}",
        ]
    )

    def read(example: tuple[tuple[str, bytes], list[str]]) -> None:
        (end, data), options = example
        path = project / "data" / f"orders.{end}"
        path.write_bytes(data)
        spec = ", ".join([f"path: orders.{end}", *options])
        source.write_text(SOURCE.replace("path: orders.parquet", spec))
        tables = open_tables(load_source(source), "source.yaml")
        tables.row_count("orders")

    fuzz(st.tuples(broken, st.lists(option, max_size=2, unique_by=lambda one: one.split(":")[0])), read)


def test_contracts_of_any_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path / "shop")
    monkeypatch.chdir(project)
    shipped = {path: path.read_text(encoding="utf-8") for path in sorted((project / "data_contracts").glob("*.yaml"))}
    here = {words: path for path, words in shipped.items() if path.stem in SOURCE}  # what the shop has, and so checks
    keys = sorted({found[1] for words in shipped.values() for found in re.finditer(r"(\w+):", words)})
    job = prepare(Request(project / "params" / "2025Q1" / "new_user_week.yaml"))

    def load(example: tuple[Path, str]) -> None:
        path, words = example
        path.write_bytes(words.encode(errors="surrogatepass"))
        try:
            load_contract(path)
            check(job)
        finally:
            path.write_text(shipped[path], encoding="utf-8")

    fuzz(st.one_of(*(st.tuples(st.just(path), changed([words], keys)) for words, path in here.items())), load)


def test_notebooks_of_any_outputs() -> None:
    exporters = RetroHTMLExporter(), RetroPDFExporter()

    def export(cells: list[Any]) -> None:
        source = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
        with refusing():
            document = read_document(valid(parsed(source, "a"), "a"), "a")
            sheets = load_workbook(io.BytesIO(workbook(document)))
            if any(isinstance(block, Verdict) for block in document.blocks):
                exporters[1].brief(document)
        assert [cell for sheet in sheets for row in sheet for cell in row if cell.data_type == "f"] == []
        for exporter in exporters:
            page, _ = exporter.from_file(io.StringIO(source), {"metadata": {"name": "a"}})
            if isinstance(page, str):
                assert not UNSEEN.search(page)
                assert page.count("<style") == page.count("</style") == 1
                body = re.sub(r">[^<]*<", "><", page[page.index("<body") :])
                assert page.count("<script") == 1, "the page's own"
                assert "javascript:" not in body

    fuzz(notebook_cells(text), export, Refused)
