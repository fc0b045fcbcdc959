from __future__ import annotations

import duckdb
import pytest
import sqlglot

from retro.contracts.joins import in_one_scan, joined

KNOWN = "select k from u where k is not null"
FILLED, NOBODY = "select * from (values (1), (2), (null)) as u (k)", "select 1 as k where false"


@pytest.fixture(params=[FILLED, NOBODY], ids=["filled", "nobody"])
def shop(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    """Orders of known, unknown and no users, in a shop with users and in one without."""
    connection = duckdb.connect()
    connection.execute(f"create table u as {request.param}")
    connection.execute(
        "create table o as select * from (values (1, 'a', 1), (2, 'b', 3), (3, 'b', null)) as o (n, s, k)"
    )
    return connection


@pytest.mark.parametrize(
    "condition",
    [
        f"k is not null and k not in ({KNOWN})",
        f"k is not null and s not in ('a') and k not in ({KNOWN})",
        f"k not in ({KNOWN})",
        f"(s = 'b' and k not in ({KNOWN}))",
        f"s = 'a' or k not in ({KNOWN})",
        f"(k is not null or s = 'b') and k not in ({KNOWN})",
        f"not (k not in ({KNOWN}))",
        "k not in (select n from o where n is not null)",
    ],
)
def test_rows_that_another_table_lacks_are_those_of_a_join(shop: duckdb.DuckDBPyConnection, condition: str) -> None:
    query = f"select n, {condition} as broken from o"
    tree = sqlglot.parse_one(query, read="duckdb")
    joined(tree)
    said = tree.sql(dialect="duckdb")
    assert " IN (SELECT" not in said
    assert sorted(shop.sql(said).fetchall()) == sorted(shop.sql(query).fetchall())


@pytest.mark.parametrize(
    "query",
    [
        "select n from o where k not in (select k from u)",  # one empty key, and no row is known to be missing
        "select n from o where k not in (select max(k) from u where max(k) is not null)",
        "select n from o where k not in (select k from u where k is not null limit 1)",
        "select n from o where k not in (select k from u where k > 1)",
        f"select n from o join u using (k) where k not in ({KNOWN})",
        f"select n from o where k + 1 not in ({KNOWN})",
        f"select n from o where k in ({KNOWN})",
        "select n from o where s not in ('a')",
    ],
)
def test_what_a_join_would_not_say_stays_as_it_is(query: str) -> None:
    tree = sqlglot.parse_one(query, read="duckdb")
    joined(tree)
    assert tree == sqlglot.parse_one(query, read="duckdb")


def test_one_scan_answers_as_queries_of_their_own_do(shop: duckdb.DuckDBPyConnection) -> None:
    aggregates = [
        f'(select count(*) from "o" where "k" is not null and "k" not in ({KNOWN}))',
        "(select count(*) from o as o where o.n > 1)",
        'count("s") - count(distinct "s")',
        "max(n)",
        "(select count(*) from o join u using (k) where n > 0)",
        "(select count(*) from u where k > 1)",
        "(select count(distinct s) from o where n > 1)",
    ]
    query, asked = in_one_scan("o", aggregates)
    assert [now == then for now, then in zip(asked, aggregates, strict=True)] == [*[False] * 3, *[True] * 4]
    answers = shop.sql(f"select {', '.join(asked)} from ({query}) as o").fetchall()
    assert answers == shop.sql(f"select {', '.join(aggregates)} from o").fetchall()
