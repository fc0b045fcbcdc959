"""Rows of a table, and those that are there once more."""

from collections.abc import Mapping

import ibis


def table_rows(table: ibis.Table) -> int:
    """The number of rows of a table.

    Args:
        table: Any table.

    Examples:
        >>> table_rows(ibis.memtable({"user_id": ["u1", "u1", "u2"]}))
        3
    """
    return int(table.count().execute())


def rows_of_each(tables: Mapping[str, ibis.Table]) -> dict[str, int]:
    """The number of rows of several tables, in one query; in the order in which they were given.

    Args:
        tables: Tables of one engine, by name.

    Examples:
        >>> rows_of_each({"users": ibis.memtable({"a": [1, 2]}), "orders": ibis.memtable({"a": [1]})})
        {'users': 2, 'orders': 1}
    """
    counted = [table.aggregate(rows=table.count()).mutate(name=ibis.literal(name)) for name, table in tables.items()]
    if not counted:
        return {}
    found = ibis.union(*counted).execute().set_index("name")["rows"]
    return {name: int(found[name]) for name in tables}


def rows_again(table: ibis.Table) -> int:
    """How many rows are there once more, equal to another in every column.

    DuckDB tells rows apart by hashes of 64 bits: of 100 million rows, one in 3,700 tables has two that differ and are
    taken for equal.

    Args:
        table: A table whose rows nothing else tells apart.

    Examples:
        >>> rows_again(ibis.memtable({"user_id": ["u1", "u1", "u2"]}))
        1
    """
    if table.get_backend().name == "duckdb":  # whole rows of a long table would take five times the memory
        row = ibis.struct({name: table[name] for name in table.columns}).hash()
        return int((table.count() - row.nunique()).execute())
    counted = table.group_by(table.columns).aggregate(times_there=lambda row: row.count())
    return int((counted.times_there - 1).sum().fill_null(0).execute())
