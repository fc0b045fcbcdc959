"""Rows of a table, and those that are there once more."""

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


def rows_again(table: ibis.Table) -> int:
    """How many rows are there once more, equal to another in every column.

    Args:
        table: A table whose rows nothing else tells apart.

    Examples:
        >>> rows_again(ibis.memtable({"user_id": ["u1", "u1", "u2"]}))
        1
    """
    counted = table.group_by(table.columns).aggregate(times_there=lambda row: row.count())
    return int((counted.times_there - 1).sum().fill_null(0).execute())
