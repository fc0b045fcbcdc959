"""Attacks through messages: what an engine or a cell says carries no row, no person, no secret and no path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retro.blocks import BLOCKS_MIME
from retro.errors import SourceError
from retro.execute.executed import cleaned, told
from retro.sources import Source, hide_secrets, load_source, open_tables

HEAD = "timezone: Asia/Shanghai\ncurrency: CNY\ntables: {orders: {path: a.csv}}\n"


def test_a_bad_line_of_a_file_is_named_and_not_quoted(tmp_path: Path) -> None:
    lines = "".join(f"{number},1.5\n" for number in range(30_000))
    (tmp_path / "orders.csv").write_text(f"id,amount\n{lines}77,ann@x.com 13800138000\n")
    data = {"folder": str(tmp_path), "timezone": "UTC", "currency": "CNY", "tables": {"orders": {"path": "orders.csv"}}}
    with pytest.raises(SourceError) as caught:
        open_tables(Source.model_validate(data), "source.yaml")
    place, words = str(caught.value).split(", ", 1)
    assert place.endswith("orders.csv")
    assert words == "line 30002, column 'amount': cell must be a number, got a text like aaa@a.aaa 99999999999."


@pytest.mark.parametrize(
    ("kind", "message", "said"),
    [
        ("InvalidInputException", 'Could not parse string "ann@x.com" according to "%Y"', "InvalidInputException"),
        ("DataError", "invalid input syntax for type integer: 'ann@x.com'", "DataError"),
        ("KeyError", "'ann@x.com'", "KeyError: (left out: it names people, by 'an e-mail address')"),
        ("ValueError", "cannot open /home/ann/shop/orders.csv", "ValueError: cannot open .../orders.csv"),
        ("MetricError", "orders must have a column amount.", "MetricError: orders must have a column amount."),
    ],
)
def test_an_error_of_a_cell_is_told_without_rows(kind: str, message: str, said: str) -> None:
    assert told(kind, message) == said


@pytest.mark.parametrize(
    ("url", "variables", "message"),
    [
        ("postgres://u:${PW}@h/d", {"PW": "p%40ss"}, "no password p@ss or p%40ss"),
        ("${SHOP_URL}", {"SHOP_URL": "postgres://u:hush@h/d?token=t0ken&sig=s1gn"}, "hush t0ken s1gn"),
        ("postgres://u@h/d?sig=${SHARED_SIG}", {"SHARED_SIG": "s1gn"}, "s1gn"),
        ("postgres://u@h/d?credentials=${DB_CREDENTIALS}", {"DB_CREDENTIALS": "hush"}, "hush"),
        ("postgres://u:${DB_AUTH}@h/d", {"DB_AUTH": "hush"}, "hush"),
    ],
)
def test_a_secret_of_any_shape_is_hidden(
    monkeypatch: pytest.MonkeyPatch, url: str, variables: dict[str, str], message: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    source = Source.model_validate(
        {"url": url, "timezone": "UTC", "currency": "CNY", "tables": {"orders": {"table": "orders"}}}
    )
    shown = hide_secrets(message, source)
    for secret in ("p@ss", "p%40ss", "hush", "t0ken", "s1gn"):
        assert secret not in shown


SEALED = "s3cr3tVALUEqq91"


@pytest.mark.parametrize(
    "keys",
    [
        {"url": "clickhouse://${X}@h/d"},
        {"url": "clickhouse://h/d?code=${X}"},
        {"url": "clickhouse://h/d?proxy=http%3A//ann%3A${X}%40p/"},
        {"url": "clickhouse://h/d#${X}"},
        {"url": "${DSN}"},
        {"folder": "${WHOLE}"},
        {"tables": {"orders": {"path": "https://b/x.parquet?X-Amz-Signature=" + SEALED}}},
        {"tables": {"orders": {"path": "s3://AKIA:" + SEALED + "@b/x.parquet"}}},
        {"tables": {"orders": {"sql": f"select * from postgres_scan('host=h password={SEALED}', 'a', 'b')"}}},
        {"tables": {"orders": {"path": "a.csv", "obtain": "curl https://b/x?sig=" + SEALED}}},
    ],
)
def test_a_secret_in_any_place_of_the_file_is_hidden(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keys: dict[str, Any]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "X": SEALED,
        "DSN": f"jdbc:mssql://h/d;user=a;password={SEALED}",
        "WHOLE": f"https://u:{SEALED}@h/",
    }.items():
        monkeypatch.setenv(name, value)
    data = {"timezone": "UTC", "currency": "CNY", "tables": {"orders": {"path": "a.csv"}}, **keys}
    source = Source.model_validate(data)
    shown = hide_secrets(f"a host says {SEALED} here", source)
    assert SEALED not in shown
    assert shown.startswith("a host says ${")
    if "url" not in keys:
        with pytest.raises(SourceError) as caught:
            open_tables(source, "source.yaml")
        assert SEALED not in str(caught.value)


@pytest.mark.parametrize("key", ["jwt", "sas", "bearer", "X-Amz-Credential", "pass%77ord"])
def test_a_token_that_the_file_writes_into_its_url_is_refused_and_not_repeated(key: str) -> None:
    data = {"timezone": "UTC", "currency": "CNY", "tables": {"orders": {"table": "orders"}}}
    with pytest.raises(ValueError, match="must hold no password") as caught:
        Source.model_validate({**data, "url": f"clickhouse://h/d?{key}={SEALED}"})
    assert SEALED[:6] not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgres://u:${PW:-hush}@h/d", "postgres://u@h/d?sig=hush", "postgres://u@h/d?credentials=${X:-hush}"]
)
def test_a_secret_that_the_file_itself_holds_is_refused(tmp_path: Path, url: str) -> None:
    path = tmp_path / "source.yaml"
    path.write_text(f"url: {url}\n{HEAD}")
    with pytest.raises(SourceError, match="url must hold no password") as caught:
        load_source(path)
    assert "hush" not in str(caught.value)


def test_a_secret_of_the_surroundings_that_a_cell_prints_is_masked_and_pages_keep_their_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAIL_TOKEN", "tok_8f3kQz71")
    monkeypatch.setenv("AUTH_TYPE", "password")
    monkeypatch.setenv("SHORT_KEY", "21")
    block = {"output_type": "display_data", "data": {BLOCKS_MIME: "a password, 21"}, "metadata": {}}
    printed = {"output_type": "stream", "name": "stdout", "text": "tok_8f3kQz71 and 21"}
    executed = {"metadata": {}, "cells": [{"outputs": [printed, block]}]}
    said = json.loads(cleaned(executed, tmp_path / "a.ipynb", {}))["cells"][0]["outputs"]
    assert said[0]["text"] == "${MAIL_TOKEN} and 21"
    assert said[1]["data"][BLOCKS_MIME] == "a password, 21"
