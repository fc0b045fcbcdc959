from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import broken_rows
from retro.contracts import GateVerdict, RuleResult, check_tables, last_verdict, past_checks, raise_on_breach
from retro.errors import ContractBreach, ContractError
from retro.periods import Window
from retro.sources import Tables, load_source, open_tables

at = dt.datetime.fromisoformat

Shop = Callable[..., Tables]
Check = Callable[..., GateVerdict]

CONTRACTS = Path(__file__).parents[2] / "data_contracts"

USERS = """
select * from (values
  ('u1', timestamp '2025-01-10 08:00'),
  ('u2', timestamp '2025-01-11 09:00')
) as rows (user_id, registered_at)
"""

ORDERS = """
select * from (values
  ('o1', 'u1', timestamp '2025-01-10 10:00', 'paid', 90.00::decimal(18, 2)),
  ('o2', 'u2', timestamp '2025-01-11 10:00', 'cancelled', 10.00::decimal(18, 2)),
  ('o3', null, timestamp '2025-01-11 11:00', 'pending', 20.00::decimal(18, 2))
) as rows (order_id, user_id, ordered_at, status, amount)
"""


def result(verdict: GateVerdict, rule: str, table: str = "orders") -> RuleResult:
    (found,) = [one for one in verdict.results if (one.table, one.rule) == (table, rule)]
    return found


def many(rows: int) -> str:
    """A shop of one user with some orders."""
    return f"""
        select 'o' || i as order_id, 'u1' as user_id, timestamp '2025-01-10' as ordered_at, 'paid' as status,
            1::decimal(18, 2) as amount
        from range({rows}) as rows (i)
    """


def not_passed(verdict: GateVerdict) -> list[str]:
    return [f"{one.table}.{one.rule}" for one in verdict.results if one.outcome != "passed"]


def test_a_sound_shop_passes_and_its_rows_are_counted(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=ORDERS, users=USERS))
    assert verdict.badge == "passed"
    assert verdict.row_counts == {"orders": 3, "users": 2}
    assert result(verdict, "order_id.unique").checked_rows == 3
    raise_on_breach(verdict)


def test_columns_that_may_be_absent_are_not_covered(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=ORDERS, users=USERS))
    assert "orders.device" in verdict.not_covered
    assert "users.city_tier" in verdict.not_covered
    assert not [one for one in verdict.results if one.rule.startswith(("device", "paid_at"))]


def test_without_a_table_to_look_in_references_are_not_covered(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=ORDERS))
    assert verdict.badge == "passed"
    assert {"orders.user_id.reference (users)", "orders.counted_user.reference (users)"} <= set(verdict.not_covered)


def test_a_key_that_another_table_lacks_is_not_found_in_itself(
    shop: Shop, check: Check, contract: Callable[[str], Path]
) -> None:
    """Without its table, SQL takes such a key from the row that is looked at, so that every row would be right."""
    tables = shop(orders=broken_rows.ORDERS, users=broken_rows.MEMBERS)
    verdict = check(tables, contracts_dir=contract(broken_rows.LOOKING).parent, needed=["orders"])
    assert [*verdict.not_covered] == broken_rows.NOT_LOOKED_FOR
    assert result(verdict, "known_member").failed_rows == 2
    assert not {"user_id.reference", "known_user", "joined_user"} & {one.rule for one in verdict.results}


def test_columns_of_other_tables_are_known_in_any_case(
    shop: Shop, check: Check, contract: Callable[[str], Path]
) -> None:
    verdict = check(
        shop(orders=broken_rows.ORDERS, users="select 'u1' as \"User_ID\", 'u1' as member_id"),
        contracts_dir=contract(broken_rows.LOOKING).parent,
        needed=["orders"],
    )
    assert result(verdict, "user_id.reference").failed_rows == 2


@pytest.mark.parametrize(
    ("change", "broken", "rows"),
    [
        ("select * from ({0}) union all select * from ({0}) where order_id = 'o1'", ["order_id.unique"], 1),
        ("select * replace (case when order_id = 'o1' then '' else order_id end as order_id) from ({0})",
         ["order_id.length"], 1),
        ("select * replace (nullif(order_id, 'o1') as order_id) from ({0})", ["order_id.required"], 1),
        ("select * replace (case status when 'paid' then 'PAID' else status end as status) from ({0})",
         ["status.enum"], 1),
        ("select * replace (null::decimal(18, 2) as amount) from ({0})", ["amount.required"], 3),
        ("select * replace ('nobody' as user_id) from ({0}) where order_id = 'o1'",
         ["user_id.reference", "counted_user.reference"], 1),
        ("select * replace (-amount as amount) from ({0})", ["paid_amount.range"], 1),
        ("select *, ordered_at - interval 1 minute as paid_at from ({0})", ["paid_at.order"], 3),
        ("select *, amount + 5 as list_amount, 4::decimal(18, 2) as discount_amount from ({0})", ["amount.sum"], 3),
    ],
)  # fmt: skip
def test_a_broken_row_breaks_its_rule_and_no_other(
    shop: Shop, check: Check, change: str, broken: list[str], rows: int
) -> None:
    verdict = check(shop(orders=change.format(ORDERS), users=USERS))
    assert not_passed(verdict) == [f"orders.{rule}" for rule in broken]
    assert [result(verdict, rule).failed_rows for rule in broken] == [rows] * len(broken)


def test_an_empty_table_is_a_breach(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=f"{ORDERS} limit 0", users=USERS))
    assert not_passed(verdict) == ["orders.rowCount"]
    with pytest.raises(ContractBreach, match="orders: the number of rows must be above 0, got 0"):
        raise_on_breach(verdict)


def test_a_needed_table_that_is_missing_is_a_breach_and_a_wanted_one_is_not(shop: Shop, check: Check) -> None:
    tables = shop(users=USERS)
    assert check(tables, needed=["users"], wanted=["orders"]).badge == "passed"
    verdict = check(tables, needed=["users", "orders"])
    with pytest.raises(ContractBreach, match="orders: the table must be there, but could not be checked: table is mis"):
        raise_on_breach(verdict)


def test_a_missing_column_is_not_checked_rather_than_failed(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=f"select * exclude ordered_at from ({ORDERS})", users=USERS))
    unchecked = [one.rule for one in verdict.results if one.outcome == "not_checked"]
    assert unchecked == ["ordered_at.type", "ordered_at.required", "ordered_at.future", "ordered_at.plausible"]
    assert result(verdict, "ordered_at.type").detail == "column 'ordered_at' is missing"
    assert result(verdict, "order_id.unique").outcome == "passed"
    with pytest.raises(ContractBreach, match="orders: column 'ordered_at' is missing, so 4 rules could not be checked"):
        raise_on_breach(verdict)


def test_a_shop_may_keep_neither_buyers_nor_amounts(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=f"select * exclude (user_id, amount) from ({ORDERS})", users=USERS))
    assert verdict.badge == "passed"
    assert {"orders.user_id", "orders.amount"} <= set(verdict.not_covered)


def test_a_changed_type_fails_and_what_depends_on_it_is_not_checked(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=f"select * replace (amount::varchar as amount) from ({ORDERS})", users=USERS))
    assert result(verdict, "amount.type").outcome == "failed"
    assert result(verdict, "amount.type").detail == "string"
    assert result(verdict, "amount.required").detail == "column 'amount' has another type"
    with pytest.raises(ContractBreach, match="orders: amount must be a decimal number, got string"):
        raise_on_breach(verdict)


def test_floats_are_no_money(shop: Shop, check: Check) -> None:
    verdict = check(shop(orders=f"select * replace (amount::double as amount) from ({ORDERS})", users=USERS))
    assert result(verdict, "amount.type").detail == "float64"


def test_a_table_without_a_contract_is_not_checked(shop: Shop, check: Check) -> None:
    tables = shop(users=USERS, things="select 1 as a")
    assert check(tables, needed=["users"], wanted=["things"]).badge == "warning"
    verdict = check(tables, needed=["users", "things"])
    assert verdict.badge == "breach"
    assert result(verdict, "present", "things").detail == "there is no contract data_contracts/things.yaml"


BROKEN_RULE = """
  properties: [{name: order_id, logicalType: string, primaryKey: true}]
  quality:
  - {metric: rowCount, mustBeGreaterThan: 0}
  - name: odd
    type: sql
    query: select count(*) from ${object} where no_such_column > 3
    description: it must work
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 应可执行}]
"""


def test_a_question_that_the_engine_cannot_answer_spoils_no_other(
    shop: Shop, check: Check, contract: Callable[[str], Path], tmp_path: Path
) -> None:
    verdict = check(shop(orders=ORDERS), contracts_dir=contract(BROKEN_RULE).parent)
    assert not_passed(verdict) == ["orders.odd"]
    odd = result(verdict, "odd")
    assert odd.outcome == "not_checked"
    assert 'Referenced column "no_such_column" not found' in odd.detail
    assert "\n" not in odd.detail
    assert not list((tmp_path / "cache").glob("*")), "what the engine failed at may succeed next time"


TIMED = """
  properties: [{name: ordered_at, logicalType: timestamp}]
  quality:
  - name: total
    type: sql
    query: select sum(amount) from ${object}
    description: the total must be at most 100
    mustBeLessOrEqualTo: 100
    customProperties: [{property: descriptionZh, value: 合计不能超过 100}]
slaProperties:
- {property: latency, value: 12, unit: h, element: ordered_at}
- {property: frequency, value: 1, unit: d, element: ordered_at}
"""


def test_values_and_times_are_told_as_they_were_found(
    shop: Shop, check: Check, contract: Callable[[str], Path]
) -> None:
    contracts = contract(TIMED).parent
    verdict = check(shop(orders=ORDERS), contracts_dir=contracts)
    assert not_passed(verdict) == ["orders.total", "orders.ordered_at.latency"]
    assert result(verdict, "total").detail == "120"
    assert result(verdict, "ordered_at.latency").detail == "2025-01-11 11:00"

    later = Window(at("2025-01-10"), at("2025-01-14"))
    covers = result(check(shop(orders=ORDERS), contracts_dir=contracts, window=later), "ordered_at.frequency")
    assert (covers.outcome, covers.detail) == ("failed", "2 / 4")


def test_an_unchanged_shop_is_not_asked_again(
    shop: Shop, check: Check, contract: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables, contracts = shop(orders=ORDERS), contract(TIMED).parent
    first = check(tables, contracts_dir=contracts)

    asked: list[str] = []
    from retro.contracts import great

    ask = great.ask_duckdb

    def spy(connection: object, suite: dict[str, list[dict[str, dict[str, str]]]]) -> object:
        asked.extend(one["meta"]["rule"] for one in suite["expectations"])
        return ask(connection, suite)

    monkeypatch.setattr(great, "ask_duckdb", spy)
    assert check(tables, contracts_dir=contracts) == first
    assert asked == []

    check(tables, contracts_dir=contracts, window=Window(at("2025-01-10"), at("2025-01-11")))
    assert asked == ["ordered_at.latency", "ordered_at.frequency"], "another window asks about the window only"

    asked.clear()
    check(shop(orders=f"{ORDERS} limit 2"), contracts_dir=contracts)
    assert asked == ["total", "ordered_at.latency", "ordered_at.frequency"], "other data is asked everything"


def test_a_table_is_asked_again_where_it_changed_or_one_that_its_contract_names(
    shop: Shop, check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    from retro.contracts import great

    ask = great.ask_duckdb

    def spy(connection: object, suite: dict[str, str]) -> object:
        asked.append(suite["name"])
        return ask(connection, suite)

    monkeypatch.setattr(great, "ask_duckdb", spy)
    needed = ("orders", "users")
    first = check(shop(orders=ORDERS, users=USERS, weather="select 1 as rain"), needed=needed)
    assert asked == ["orders", "users"]

    asked.clear()
    again = check(shop(orders=ORDERS, users=USERS, weather="select 2 as rain"), needed=needed)
    assert (asked, again.results) == ([], first.results)
    assert again.fingerprint != first.fingerprint

    check(shop(orders=f"{ORDERS} limit 2", users=USERS, weather="select 2 as rain"), needed=needed)
    assert asked == ["orders"], "no contract of another table names orders"

    asked.clear()
    check(shop(orders=ORDERS, users=f"{USERS} limit 1", weather="select 2 as rain"), needed=needed)
    assert asked == ["orders", "users"], "an order's user must be among them"


def test_values_are_compared_as_they_are_written(shop: Shop, check: Check, contract: Callable[[str], Path]) -> None:
    odd = ["it's", "50%", "a\\b", ":x", "$1", "%(x)s", "--", "待支付", ""]
    values = ", ".join(f"{{value: {json.dumps(value, ensure_ascii=False)}}}" for value in odd)
    contracts = contract(f"  properties: [{{name: status, logicalType: string, enum: [{values}]}}]\n").parent
    stored = ", ".join("('{}')".format(value.replace("'", "''")) for value in [*odd, "its", "a\\\\b"])
    verdict = check(shop(orders=f"select * from (values {stored}) as rows (status)"), contracts_dir=contracts)
    assert (result(verdict, "status.enum").checked_rows, result(verdict, "status.enum").failed_rows) == (11, 2)


def test_counts_of_every_kind_share_one_query(shop: Shop, check: Check) -> None:
    import sqlalchemy as sa

    queries: list[str] = []

    def spy(_connection: object, _cursor: object, query: str, *_: object) -> None:
        queries.append(query)

    tables = shop(orders=ORDERS, users=USERS)
    sa.event.listen(sa.Engine, "before_cursor_execute", spy)
    try:
        check(tables, needed=("orders",), wanted=("users",))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", spy)
    counting = [query for query in queries if re.search(r"sum\(|count\(|retro_aggregate", query, re.IGNORECASE)]
    assert [("nonnull" in query, "retro_aggregate" in query) for query in counting] == [(True, True)] * 2, (
        "one query for orders, one for users"
    )


def test_a_table_that_lost_rows_since_the_last_run_is_pointed_out(shop: Shop, check: Check, tmp_path: Path) -> None:
    assert check(shop(orders=many(20), users=USERS)).badge == "passed"
    assert check(shop(orders=many(18), users=USERS)).badge == "passed"
    verdict = check(shop(orders=many(16), users=USERS))
    assert not_passed(verdict) == ["orders.rowCount.last"]
    assert result(verdict, "rowCount.last").detail == "16"
    past = past_checks(shop(orders=many(16), users=USERS), "orders", tmp_path / "cache")
    assert [(one.rows, one.warnings) for one in past] == [(20, 0), (18, 0), (16, 1)]


def test_the_last_verdict_is_read_back_or_not_known(shop: Shop, check: Check, tmp_path: Path) -> None:
    tables = shop(orders=ORDERS, users=USERS)
    asked = {
        "needed": ("orders",), "wanted": ("users", "events"), "folder": "shop", "contracts_dir": CONTRACTS,
        "window": Window(at("2025-01-10"), at("2025-01-12")), "cache_dir": tmp_path / "cache",
    }  # fmt: skip
    assert last_verdict(tables, **asked) is None  # type: ignore[arg-type]  # as above
    verdict = check(tables, needed=("orders",), wanted=("users", "events"))
    assert last_verdict(tables, **asked) == verdict  # type: ignore[arg-type]  # same


def test_a_known_verdict_does_not_load_great_expectations(shop: Shop, check: Check, tmp_path: Path) -> None:
    tables = shop(orders=ORDERS)
    check(tables)
    code = f"""
import sys, datetime as dt
from pathlib import Path
from retro.contracts import last_verdict
from retro.periods import Window
from retro.sources import Source, open_tables
source = Source.model_validate({tables.source.model_dump(mode="json")!r})
verdict = last_verdict(open_tables(source, "source.yaml"), needed=["orders"], wanted=[], folder="shop",
    contracts_dir=Path({str(CONTRACTS)!r}), window=Window(dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 12)),
    cache_dir=Path({str(tmp_path / "cache")!r}))
print(verdict.badge, "great_expectations" in sys.modules, "jsonschema" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["passed", "False", "False"]
    assert done.stderr == ""


def test_nothing_is_written_but_what_is_remembered(
    shop: Shop, check: Check, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = shop(orders=ORDERS)
    before = set(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check(tables)
    written = {path.relative_to(tmp_path).parts[0] for path in set(tmp_path.rglob("*")) - before}
    assert written <= {"cache", ".retro"}
    assert capfd.readouterr() == ("", "")


def test_other_engines_are_refused(shop: Shop, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = shop(orders=ORDERS)
    monkeypatch.setattr(type(tables.connection), "name", "clickhouse")
    with pytest.raises(ContractError, match="engine must be DuckDB, Spark or PostgreSQL, got 'clickhouse'"):
        check(tables)


def test_the_real_shop_passes_with_warnings(online_retail: Path, tmp_path: Path) -> None:
    """Two bad-debt adjustments below zero; that 36 invoices are of people who only ever cancelled is no warning."""
    tables = open_tables(load_source(online_retail), "source.yaml")
    verdict = check_tables(
        tables,
        needed=["users", "orders"],
        wanted=["events"],
        folder="online_retail",
        contracts_dir=CONTRACTS,
        window=Window(at("2011-10-03"), at("2011-10-10")),
        cache_dir=tmp_path,
    )
    assert verdict.badge == "warning"
    canonical = [one for one in verdict.warnings if "/" not in one.table]
    assert [(one.rule, one.failed_rows) for one in canonical] == [("paid_amount.range", 2)]
    assert verdict.row_counts["orders"] == 25_900


def test_the_engine_gets_its_memory_back(shop: Shop, check: Check) -> None:
    tables = shop(orders=ORDERS)
    asked = "select current_setting('memory_limit')"
    tables.connection.raw_sql("set memory_limit = '3GB'")
    before = tables.connection.raw_sql(asked).fetchall()
    check(tables)
    assert tables.connection.raw_sql(asked).fetchall() == before


@pytest.mark.parametrize("blank", ["\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\n"])
def test_blanks_of_every_kind_round_a_channel_are_pointed_out(shop: Shop, check: Check, blank: str) -> None:
    orders = (
        f"select *, case order_id when 'o1' then 'app{blank}' when 'o2' then '{blank}app' else 'a p' end as channel"
    )

    verdict = check(shop(orders=f"{orders} from ({ORDERS})", users=USERS))

    assert not_passed(verdict) == ["orders.channel.blanks"]
    assert result(verdict, "channel.blanks").failed_rows == 2


def test_long_integers_and_rows_of_the_future_are_judged_as_they_are(
    shop: Shop, check: Check, contract: Callable[[str], Path]
) -> None:
    """As floats, 2 ** 53 and the bound after it would be one; the newest row is of 2999, the newest of now too old."""
    body = """
  properties:
  - {name: number, logicalType: integer, logicalTypeOptions: {minimum: 9007199254740993}}
  - {name: ordered_at, logicalType: timestamp}
slaProperties: [{property: latency, value: 12, unit: h, element: ordered_at}]
"""
    orders = (
        "select * from (values (9007199254740992, timestamp '2025-01-10'), (9007199254740993, timestamp '2999-01-01'))"
    )

    verdict = check(shop(orders=f"{orders} as rows (number, ordered_at)"), contracts_dir=contract(body).parent)

    assert not_passed(verdict) == ["orders.number.range", "orders.ordered_at.latency"]
    assert result(verdict, "number.range").failed_rows == 1
    assert result(verdict, "ordered_at.latency").detail == "2025-01-10 00:00"
