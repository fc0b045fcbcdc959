"""Files as people send them: each ends in one clear line or in a counted breach, and nothing is lost or executed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from retro.contracts import GateVerdict, check_tables, describe, raise_on_breach, write_quarantine
from retro.errors import ContractBreach, SourceError
from retro.periods import Window
from retro.sources import Source, open_tables

CONTRACTS = Path(__file__).parents[2] / "data_contracts"
at = dt.datetime.fromisoformat

HEAD = "order_id,user_id,ordered_at,status,amount\n"
ROWS = "o1,u1,2025-01-10 10:00:00,paid,90.00\no2,u2,2025-01-10 11:00:00,cancelled,10.50\n"
GOOD = HEAD + ROWS

MAPPED = """
select order_id, user_id, ordered_at, status, cast(amount as decimal(18, 2)) as amount from sheet
"""

Judge = Callable[..., GateVerdict]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """The verdict on orders that are mapped from a file, or are the file itself where `mapped` is empty."""

    def judge_file(path: Path, mapped: str = MAPPED) -> GateVerdict:
        given: dict[str, object] = {"timezone": "Asia/Shanghai", "currency": "CNY"}
        if mapped:
            given |= {"raw": {"sheet": {"path": str(path)}}, "tables": {"orders": {"sql": mapped}}}
        else:
            given |= {"tables": {"orders": {"path": str(path)}}}
        return judged(given, tmp_path / "cache")

    return judge_file


def judged(source: dict[str, object], cache_dir: Path) -> GateVerdict:
    return check_tables(
        open_tables(Source.model_validate(source), "source.yaml"),
        needed=["orders"],
        wanted=[],
        folder="shop",
        contracts_dir=CONTRACTS,
        window=Window(at("2025-01-10"), at("2025-01-11")),
        cache_dir=cache_dir,
    )


def breach_of(verdict: GateVerdict) -> str:
    with pytest.raises(ContractBreach) as reason:
        raise_on_breach(verdict)
    return str(reason.value)


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode(),
        GOOD.replace(",", "|").encode(),
        GOOD.replace("\n", "\r\n").encode(),
    ],
    ids=["plain", "bom", "semicolons", "tabs", "bars", "windows"],
)
def test_harmless_dialects_of_csv_lose_nothing(judge: Judge, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    verdict = judge(path)
    assert verdict.badge == "passed"
    assert verdict.row_counts == {"orders": 2}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gbk.csv", GOOD.replace("u1", "用户一").encode("gbk")),
        ("thousands.csv", GOOD.replace("90.00", '"1,090.00"').encode()),
        ("empty.csv", b""),
        ("empty.parquet", b""),
        ("text.parquet", GOOD.encode()),
        ("wrong_columns.csv", GOOD.replace("order_id", "number").encode()),
    ],
)
def test_a_file_that_cannot_be_mapped_is_one_line(judge: Judge, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((SourceError, ContractBreach)) as reason:
        raise_on_breach(judge(path))
    lines = str(reason.value).splitlines()
    assert lines[0].startswith(("source.yaml: raw.sheet", "source.yaml: tables.orders", "orders: "))
    assert len(lines) <= 2, "one line, and for a breach its consequence"


def test_a_value_that_the_engine_stumbles_on_is_not_repeated(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(GOOD.replace("90.00", '"1,090.00"'), encoding="utf-8")
    message = breach_of(judge(path))
    assert "ConversionException (column amount, a value that is no DECIMAL)" in message
    assert "1,090" not in message


def test_a_truncated_parquet_file_is_one_line(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pd.DataFrame({"order_id": ["o1"] * 1000}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"source\.yaml: tables\.orders must be readable") as reason:
        judge(path, mapped="")
    assert "\n" not in str(reason.value)


def test_mixed_date_formats_are_text_and_refused_as_a_time(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(GOOD.replace("2025-01-10 11:00:00", "10/01/25 11h"), encoding="utf-8")
    assert "orders: ordered_at must be a date and time, got string. Cast it in source.yaml" in breach_of(judge(path))


def test_floats_are_refused_as_money(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "orders.parquet"
    pd.read_csv(io.StringIO(GOOD), parse_dates=["ordered_at"]).to_parquet(path)
    assert "orders: amount must be a decimal number, got float64." in breach_of(judge(path, mapped=""))


def test_merged_headers_of_a_sheet_are_missing_columns(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    pd.DataFrame([["order_id", "user_id"], ["o1", "u1"]], columns=["订单 2025", ""]).to_excel(path, index=False)
    with pytest.raises(
        SourceError, match=r"row 1: column B must have a name, got none above cell B2\. Say header_row: 2"
    ):
        judge(path, mapped="")


def test_a_sheet_under_a_merged_title_is_missing_columns_too(judge: Judge, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["订单 2025"], HEAD.strip().split(","), ["o1", "u1", at("2025-01-10"), "paid", 90]):
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    path = tmp_path / "orders.xlsx"
    book.save(path)

    with pytest.raises(
        SourceError, match=r"row 1: column B must have a name, got none above cell B2\. Say header_row: 2"
    ):
        judge(path, mapped="")


def test_headers_alone_are_no_orders(judge: Judge, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEAD, encoding="utf-8")
    mapped = MAPPED.replace("ordered_at", "cast(ordered_at as timestamp) as ordered_at")

    assert "orders: the number of rows must be above 0, got 0." in breach_of(judge(path, mapped))


IMPOSSIBLE = """\
o1,u1,2025-01-10 10:00:00,paid,90.00
o1,u1,2025-01-10 10:00:00,paid,90.00
,u1,2025-01-10 10:00:00,paid,90.00
o3,nobody,2025-01-10 10:00:00,paid,90.00
o4,u1,2099-01-10 10:00:00,paid,90.00
o5,u1,2025-01-10 10:00:00,paid,-5.00
"""


def test_rows_that_cannot_be_are_counted_one_by_one(tmp_path: Path) -> None:
    """A key twice, no key, a user whom nobody knows, a day to come, and money that was paid out for an order."""
    (tmp_path / "orders.csv").write_text(HEAD + IMPOSSIBLE, encoding="utf-8")
    (tmp_path / "users.csv").write_text("user_id,registered_at\nu1,2025-01-01 10:00:00\n", encoding="utf-8")
    orders = {"path": "orders.csv", "types": {"amount": "decimal(18, 2)"}}
    shop = {"folder": str(tmp_path), "timezone": "Asia/Shanghai", "currency": "CNY", "observed_until": "2025-01-12"}
    verdict = judged(shop | {"tables": {"orders": orders, "users": {"path": "users.csv"}}}, tmp_path / "cache")

    assert {one.rule: one.failed_rows for one in verdict.results if one.outcome == "failed"} == {
        "order_id.required": 1,
        "order_id.unique": 1,
        "user_id.reference": 1,
        "counted_user.reference": 1,
        "ordered_at.future": 1,
        "paid_amount.range": 1,
    }
    assert verdict.row_counts["orders"] == 6
    assert "4 rules do not hold, so nothing was published." in breach_of(verdict)


NASTY = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "'; drop table orders; --",
    "长" * 10_000,
    "\x1b[31mred",
    "a\nb",
]


def test_nothing_in_a_name_is_executed_or_shown(judge: Judge, tmp_path: Path) -> None:
    """Six orders with nasty keys and states: counted to the row, and named nowhere but in the quarantine."""
    frame = pd.DataFrame(
        {
            "order_id": NASTY,
            "user_id": [None] * 5 + ["u1"],
            "ordered_at": [at("2025-01-10")] * 6,
            "status": NASTY,
            "amount": [1.0] * 6,
        }
    )
    path = tmp_path / "orders.parquet"
    frame.to_parquet(path)
    verdict = judge(path)
    failed = {one.rule: one.failed_rows for one in verdict.results if one.outcome == "failed"}
    assert failed == {"status.enum": 6, "order_id.length": 1}
    told = verdict.model_dump_json() + "".join(describe(one) for one in verdict.results) + breach_of(verdict)
    assert not [value for value in NASTY if value in told]

    source = {"raw": {"sheet": {"path": str(path)}}, "tables": {"orders": {"sql": MAPPED}}}
    tables = open_tables(Source.model_validate({"timezone": "UTC", "currency": "CNY", **source}), "source.yaml")
    (kept,) = write_quarantine(tables, verdict, folder="shop", contracts_dir=CONTRACTS, out=tmp_path / "quarantine")
    assert kept.rows == failed
    assert set(pd.read_parquet(kept.path)["order_id"]) == set(NASTY)
