"""Rows that are there once more, counted by hand."""

import ibis
import pytest

from retro.metrics.table_rows import rows_again


@pytest.mark.parametrize(
    ("users", "events", "again"),
    [
        (["u1", "u1", "u1"], ["view", "view", "view"], 2),
        (["u1", "u1"], ["view", "pay"], 0),
        ([None, None, "u1"], ["view", "view", None], 1),
        (["u1", None], [None, "u1"], 0),
        ([], [], 0),
    ],
    ids=["three alike", "another column tells them apart", "unknown is like unknown", "a swap is another row", "empty"],
)
def test_rows_are_alike_in_every_column(users: list[str | None], events: list[str | None], again: int) -> None:
    rows = {"user_id": users, "event": events}
    table = ibis.memtable(rows, schema={"user_id": "string", "event": "string"})

    assert rows_again(table) == again
