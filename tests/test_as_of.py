"""What a report may know: nothing that happened after `observed_until`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from retro import metrics
from retro.contracts import check_tables
from retro.economics import UnitEconomics
from retro.errors import SourceError
from retro.metrics.attribution import Claim
from retro.periods import Window
from retro.report import open_report
from retro.report.method import method
from retro.sources import Source, Tables, open_tables
from shops import Rows, cells, make_project, opened

UNTIL = dt.datetime(2025, 4, 1)
BEFORE, AFTER = UNTIL - dt.timedelta(days=3), UNTIL + dt.timedelta(days=3)
ROWS: Rows = {
    "users": ("user_id registered_at", [("u1", BEFORE), ("u2", AFTER)]),
    "campaign_costs": ("cost_id incurred_on", [("c1", BEFORE.date()), ("c2", UNTIL.date()), ("c3", None)]),
    "points_ledger": ("entry_id occurred_at", [("p1", BEFORE), ("p2", UNTIL)]),
    "coupons": (
        "coupon_id issued_at used_at expires_at order_id",
        [("k1", BEFORE, AFTER, AFTER, "o9"), ("k2", BEFORE, BEFORE, AFTER, "o1"), ("k3", AFTER, None, AFTER, None)],
    ),
    "support_tickets": (
        "ticket_id opened_at closed_at score",
        [("t1", BEFORE, AFTER, 5), ("t2", BEFORE, BEFORE, 4), ("t3", AFTER, AFTER, 1)],
    ),
    "orders": (
        "order_id ordered_at paid_at status",
        [
            ("o1", BEFORE, BEFORE, "paid"),
            ("paid later", BEFORE, AFTER, "paid"),
            ("refunded later", BEFORE, BEFORE, "refunded"),
            ("refunded in time", BEFORE, BEFORE, "refunded"),
            ("o9", AFTER, AFTER, "paid"),
        ],
    ),
    "order_items": ("order_id line", [("o1", 1), ("o9", 1)]),
    "refunds": (
        "refund_id order_id refunded_at",
        [("r1", "refunded later", AFTER), ("r2", "refunded in time", BEFORE)],
    ),
}


def test_rows_that_came_later_are_gone_and_those_without_a_date_stay(tmp_path: Path) -> None:
    tables = opened(tmp_path, ROWS, UNTIL)

    assert cells(tables, "users", "user_id") == [("u1",)]
    assert cells(tables, "campaign_costs", "cost_id") == [("c1",), ("c3",)]
    assert cells(tables, "points_ledger", "entry_id") == [("p1",)]
    assert cells(tables, "refunds", "refund_id") == [("r2",)]
    assert cells(tables, "order_items", "order_id") == [("o1",)]
    assert tables.row_count("users") == 1


def test_what_happened_to_a_row_later_is_undone(tmp_path: Path) -> None:
    tables = opened(tmp_path, ROWS, UNTIL)

    assert cells(tables, "coupons", "coupon_id", "used_at", "expires_at", "order_id") == [
        ("k1", None, AFTER, None),
        ("k2", BEFORE, AFTER, "o1"),
    ]
    assert cells(tables, "support_tickets", "closed_at", "score") == [(None, None), (BEFORE, 4)]
    assert cells(tables, "orders", "order_id", "paid_at", "status") == [
        ("o1", BEFORE, "paid"),
        ("paid later", None, "pending"),
        ("refunded in time", BEFORE, "refunded"),
        ("refunded later", BEFORE, "paid"),
    ]


@pytest.mark.parametrize(
    ("status", "paid", "was"),
    [
        ("cancelled", None, "pending"),
        ("cancelled", BEFORE, "paid"),
        ("fraudulent", BEFORE, "paid"),
        ("paid", None, "pending"),
    ],
)
def test_a_dated_change_of_status_is_undone(tmp_path: Path, status: str, paid: object, was: str) -> None:
    rows = [("o1", BEFORE, paid, status, AFTER), ("o2", BEFORE, BEFORE, status, BEFORE)]
    tables = opened(tmp_path, {"orders": ("order_id ordered_at paid_at status status_at", rows)}, UNTIL)

    assert cells(tables, "orders", "status") == [(was,), (status,)]


def test_tables_in_which_nothing_is_later_stay_as_they_are(tmp_path: Path) -> None:
    tables = opened(tmp_path, ROWS, AFTER + dt.timedelta(days=1))

    assert all(getattr(tables, name).equals(tables.whole(name)) for name in ROWS)


def test_what_is_later_is_asked_once_of_the_same_files_and_again_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_project(tmp_path))
    asked: list[object] = []
    ask = Tables._with_later
    monkeypatch.setattr(Tables, "_with_later", lambda tables, *moments: asked.append(moments) or ask(tables, *moments))
    shown = ("order_id", "paid_at", "status")

    first = cells(opened(tmp_path, ROWS, UNTIL), "orders", *shown)
    assert len(asked) == 1
    assert cells(opened(tmp_path, ROWS, UNTIL), "orders", *shown) == first
    assert len(asked) == 1
    in_time = {**ROWS, "refunds": ("refund_id order_id refunded_at", [("r2", "refunded in time", BEFORE)])}
    assert cells(opened(tmp_path, in_time, UNTIL), "orders", *shown)[3] == ("refunded later", BEFORE, "refunded")
    assert len(asked) == 2
    opened(tmp_path, in_time, BEFORE)
    assert len(asked) == 3


def test_what_came_later_changes_nothing_that_a_report_can_see(tmp_path: Path) -> None:
    """An export of the day before and one of today: the later rows are gone for the contracts, too."""
    then: Rows = {
        **ROWS,
        "users": ("user_id registered_at", [("u1", BEFORE)]),
        "coupons": (
            "coupon_id issued_at used_at expires_at order_id",
            [("k2", BEFORE, BEFORE, AFTER, "o1"), ("k1", BEFORE, None, AFTER, None)],
        ),
        "orders": (
            "order_id ordered_at paid_at status",
            [
                ("o1", BEFORE, BEFORE, "paid"),
                ("paid later", BEFORE, None, "pending"),
                ("refunded later", BEFORE, BEFORE, "paid"),
                ("refunded in time", BEFORE, BEFORE, "refunded"),
            ],
        ),
        "order_items": ("order_id line", [("o1", 1)]),
        "refunds": ("refund_id order_id refunded_at", [("r2", "refunded in time", BEFORE)]),
    }
    earlier = opened(tmp_path, then, UNTIL)
    seen, whole = earlier.seen(), earlier.fingerprint()

    later = opened(tmp_path, ROWS, UNTIL)

    assert later.seen() == seen
    assert later.fingerprint() != whole
    assert later.whole("orders").count().execute() == 4
    assert opened(tmp_path, {**ROWS, "order_items": ("order_id line", [("o1", 2)])}, UNTIL).seen() != seen


def test_a_later_cut_wins_and_contracts_see_the_whole(tmp_path: Path) -> None:
    tables = opened(tmp_path, ROWS, None)
    assert tables.row_count("users") == 2

    tables.cut(UNTIL)

    assert tables.row_count("users") == 1
    assert tables.whole("users").count().execute() == 2


def test_refunds_after_the_end_are_in_no_figure(tmp_path: Path) -> None:
    """100 orders of 100.00; 10 refunds of 10.00 in time, 20 of 40.00 after the end: returns are 100.00 everywhere."""
    start = dt.datetime(2025, 3, 10)
    hundred = [Decimal("100.00")]
    orders = [(f"o{i}", f"u{i}", start + dt.timedelta(hours=i), "paid", *hundred) for i in range(100)]
    refunds = [(f"r{i}", f"o{i}", dt.datetime(2025, 3, 20), Decimal("10.00")) for i in range(10)]
    refunds += [(f"s{i}", f"o{i + 50}", dt.datetime(2025, 4, 20), Decimal("40.00")) for i in range(20)]
    shop = {
        "orders": ("order_id user_id ordered_at status amount", orders),
        "refunds": ("refund_id order_id refunded_at amount", refunds),
    }
    tables = opened(tmp_path, shop, UNTIL)
    window = Window(start, start + dt.timedelta(days=7), UNTIL)

    kinds = metrics.gmv_kinds(tables.orders, {"refunds": tables.refunds}, window).set_index("step")
    statement = metrics.pnl(
        tables.orders,
        {"refunds": tables.refunds},
        claims=[Claim("c", window)],
        campaign_id="c",
        economics=UnitEconomics(margin_rate=Decimal("0.3")),
        observed_until=UNTIL,
    )

    assert kinds.amount["net"] == Decimal("9900.00")
    assert -statement.amount("returns") == Decimal("100.00")


def test_method_names_the_columns_that_stand_as_of_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_project(tmp_path / "shop"))
    report = open_report("params/2025Q1/new_user_week.yaml", lang="en")

    said = [
        "".join(span.text for span in block.spans)
        for block in method(report.params, report.tables, None, (), report.observed_until, report.text)
        if block.kind == "paragraph"
    ]

    assert said == ["As of the export, since the shop changes them without a date: orders.status, orders.amount. "]


def test_a_row_of_the_future_is_seen_by_the_contracts_and_by_no_report(tmp_path: Path) -> None:
    columns = "order_id user_id ordered_at status amount"
    days = [dt.datetime(2025, 3, 10), dt.datetime(2025, 4, 20), dt.datetime(2125, 3, 10)]
    orders = [(f"o{day.year}{day.month}", "u1", day, "paid", Decimal("90.00")) for day in days]
    tables = opened(tmp_path, {"orders": (columns, orders)}, UNTIL)

    assert sorted(tables.whole("orders").execute()["order_id"]) == ["o20253", "o21253"], "a later one is not there yet"
    assert tables.orders.execute()["order_id"].tolist() == ["o20253"]


LINES = """\
apiVersion: v3.2.0
kind: DataContract
id: lines
version: 1.0.0
status: active
customProperties: [{property: severity, value: warning}]
schema:
- name: lines
  businessName: 明细
  description: A line.
  logicalType: object
  properties:
  - {name: line, businessName: 行号, description: Its number., logicalType: string, required: true}
  - {name: came_at, businessName: 时间, description: When it came., logicalType: timestamp, required: true}
  - name: pieces
    businessName: 件数
    description: How many pieces.
    logicalType: integer
    required: true
    logicalTypeOptions: {minimum: 0}
    customProperties: [{property: unit, value: pieces}]
"""


def raw_lines(folder: Path, lines: list[tuple[str, object, int]], **keys: str) -> Tables:
    """A shop whose orders are mapped from lines of its own."""
    pd.DataFrame(lines, columns=["line", "came_at", "pieces"]).to_parquet(folder / "lines.parquet", index=False)
    sql = "select line as order_id, came_at as ordered_at, 'paid' as status from lines"
    given = {"folder": str(folder), "timezone": "Asia/Shanghai", "currency": "CNY", "observed_until": UNTIL}
    places = {"raw": {"lines": {"path": "lines.parquet", **keys}}, "tables": {"orders": {"sql": sql}}}
    return open_tables(Source.model_validate({**given, **places}), "source.yaml")


def test_a_contract_sees_a_raw_table_as_of_the_end_where_the_source_dates_its_rows(tmp_path: Path) -> None:
    then = [("l1", BEFORE, 1), ("l2", BEFORE, -2), ("l3", None, 3)]
    (tmp_path / "contracts" / "shop").mkdir(parents=True)
    (tmp_path / "contracts" / "shop" / "lines.yaml").write_text(LINES, encoding="utf-8")

    def told(tables: Tables) -> list[tuple[str, str, int | None]]:
        verdict = check_tables(
            tables,
            needed=(),
            wanted=(),
            folder="shop",
            contracts_dir=tmp_path / "contracts",
            window=Window(BEFORE, UNTIL),
            cache_dir=tmp_path / "verdicts",
        )
        return [(one.rule, one.outcome, one.failed_rows) for one in verdict.results if one.outcome != "passed"]

    before = told(raw_lines(tmp_path, then, at="came_at"))
    grown = [*then, ("l4", AFTER, -4)]

    assert ("pieces.range", "failed", 1) in before
    assert told(raw_lines(tmp_path, grown, at="came_at")) == before
    assert ("pieces.range", "failed", 2) in told(raw_lines(tmp_path, grown))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("came", r"raw\.lines\.at: 'came' must be a column of the table, got none\. Did you mean 'came_at'"),
        ("pieces", r"raw\.lines\.at: 'pieces' must hold days or moments, got int64\. Give it a type in types\."),
    ],
)
def test_what_dates_a_raw_table_is_a_column_of_moments(tmp_path: Path, at: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        raw_lines(tmp_path, [("l1", BEFORE, 1)], at=at)


def test_a_canonical_table_is_dated_by_its_own_column() -> None:
    keys = {"timezone": "UTC", "currency": "CNY", "tables": {"orders": {"path": "o.csv", "at": "ordered_at"}}}
    with pytest.raises(ValidationError, match=r"orders\.at must stand at a raw table"):
        Source.model_validate(keys)
