"""Faults: what is deep, endless, of no size or of nothing in YAML gets one line, and no traceback."""

from __future__ import annotations

import contextlib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import load_params
from retro.contracts.odcs import load_contract
from retro.errors import ContractError, ParamsError, SourceError
from retro.sources import load_source, open_tables
from shops import PARAMS, ROOT, SOURCE, make_project

CONTRACT = (ROOT / "data_contracts" / "orders.yaml").read_text(encoding="utf-8")

LISTS = "[" * 3000 + "]" * 3000
MAPPINGS = "{a: " * 2000 + "1" + "}" * 2000
BRACKETS = "(" * 2000 + "1" + ")" * 2000
NESTED = "file must not hold itself by an alias, or nest without end."

SOURCES = {
    f"version: {LISTS}": NESTED,
    f"shop: {MAPPINGS}": NESTED,
    "raw: *nothing": "file must be YAML, got found undefined alias 'nothing'.",
    'url: "http://[::1"': "url must be a URL such as duckdb:// or postgres://host/shop.",
    'url: "postgres://h:99999999/x"': "url must be a URL such as duckdb:// or postgres://host/shop.",
    'url: "trino://h/x"': "must name an engine that is installed, got no trino (pip install 'ibis-framework[trino]')",
    'url: "nosuch://x"': "url must name a source that can be opened, got Don't know how to connect",
}
TABLES = {
    '"**a"': "path must be a glob such as *.csv, got Invalid pattern",
    '"a\\0b"': "file must exist",
    "u" * 5000: "file must exist",
    ".": "files must have the same columns, got no",
    "../params": "file must exist",
}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (f"comments: {LISTS}", NESTED),
        (f"comments: {MAPPINGS}", NESTED),
        ("comments: *nothing", "file must be YAML, got found undefined alias 'nothing'."),
        ("comments: {roy: hello}", "comments.roy must be named like a section, got 'roy'. Did you mean 'roi'?"),
        ("? {a: b}\n: c", "key must be text, got a list or mapping."),
        ("[a, b]: c", "key must be text, got a list or mapping."),
        ("budget: 1e300", "budget must be a number of sensible size, got 1E+300."),
        ("budget: 1e999999999", "budget must be a number of sensible size, got 1E+999999999."),
        ("budget: 1e-999999999", "budget must be a number of sensible size, got 1E-999999999."),
        ("budget: NaN", "budget must be a finite number, got 'NaN'."),
        ("previous: ../x", "previous must be folder and name of a report such as 2025Q1/new_user_week, got '../x'."),
        ("previous: a/..", "previous must be folder and name of a report"),
        ("previous: /etc/passwd", "previous must be folder and name of a report"),
        ("compare: [{edition: ../../x}]", "compare must be left out: nothing in this kind's report reads it, got [{"),
        ("stated: {figures: {our: 1}, measured_as: {our: new_usrs}}", "must be a figure that reports record"),
        ("roi: {history_weeks: 99999999}", "roi.history_weeks must be at most 260"),
        (
            "actions: [{what: {zh: a, en: a}, owner: {zh: b, en: b}, due: 2025-03-01, proof: new_usrs}]",
            "actions.0.proof must be a figure that reports record, got 'new_usrs'. Did you mean 'new_users'?",
        ),
    ],
    ids=range(17),
)
def test_params_that_cannot_be_get_one_line(tmp_path: Path, more: str, words: str) -> None:
    path = tmp_path / "new_user_week.yaml"
    path.write_text(f"{PARAMS}{more}\n")
    with pytest.raises(ParamsError) as told:
        load_params(path, zone=load_source(make_project(tmp_path / "shop") / "params" / "source.yaml").zone)
    (line,) = str(told.value).splitlines()
    assert words in line


def test_no_edition_to_compare_with_leads_out_of_the_reports(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    own = "kind: flash_sale_night\ncampaign_id: n\ntitle: n\nstart: 2025-01-27T20:00\nend: 2025-01-28T20:00\n"
    path.write_text(f"{own}compare: [{{edition: ../../x}}]\n")
    with pytest.raises(ParamsError, match=r"line 6: compare\.0\.edition must be folder and name of a report such as"):
        load_params(path, zone=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(("more", "words"), SOURCES.items(), ids=range(len(SOURCES)))
def test_a_source_that_cannot_be_gets_one_line(tmp_path: Path, more: str, words: str) -> None:
    one_line_of(tmp_path, f"{SOURCE}{more}\n", words)


@pytest.mark.parametrize(("path", "words"), TABLES.items(), ids=range(len(TABLES)))
def test_a_path_that_cannot_be_gets_one_line(tmp_path: Path, path: str, words: str) -> None:
    one_line_of(tmp_path, SOURCE.replace("users.parquet", path), words)


def one_line_of(folder: Path, text: str, words: str) -> None:
    path = make_project(folder / "shop") / "params" / "source.yaml"
    path.write_text(text)
    with contextlib.chdir(folder / "shop"), pytest.raises(SourceError) as told:
        open_tables(load_source(path), "source.yaml")
    (line,) = str(told.value).splitlines()
    assert words in line


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("team:", f"tags: {LISTS}\nteam:", NESTED),
        ("team:", "tags: *nothing\nteam:", "file must be YAML, got found undefined alias 'nothing'."),
        ("mustBeGreaterThan: 0", "mustBeGreaterThan: nan", "schema.0.quality.0 must give exactly one comparison"),
        ("mustBe: 0", "mustBe: inf", "mustBe"),
        ("minLength: 1,", "minLength: 1e999,", "minLength must be a whole number, got '1e999'."),
        ("value: 0.001", "value: 1e999", "limit must be a share of rows from 0 to 1, got '1e999'."),
        ("amount < 0", f"amount < {BRACKETS}", "query must be SQL that nests less deeply."),
        ("value: {list_amount: -5, amount: -5}", "value: x", "counterexample must be 'column: value' lines, got 'x'."),
        ("value: [user_id.reference]", "value: 3", "alsoBreaks must be a list of rules, got '3'."),
    ],
    ids=range(9),
)
def test_a_contract_that_cannot_be_gets_one_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "orders.yaml"
    assert old in CONTRACT
    path.write_text(CONTRACT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError) as told:
        load_contract(path)
    (line,) = str(told.value).splitlines()
    assert words in line
