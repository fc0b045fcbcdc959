from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from retro.ledger import Inputs, TableContent, read_inputs, write_inputs


def test_inputs_come_back_as_they_were(tmp_path: Path) -> None:
    orders = TableContent(content="o1", rows=3, worth=Decimal("30.50"), days={dt.date(2025, 2, 1): "3 30.50"})
    inputs = Inputs(observed_until=dt.datetime(2025, 2, 3), params={"start": "2025-02-01"}, tables={"orders": orders})

    write_inputs(tmp_path, inputs)

    assert read_inputs(tmp_path) == inputs


def test_inputs_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    assert read_inputs(tmp_path) is None
    (tmp_path / "inputs.json").write_text('{"rows": 3}')
    assert read_inputs(tmp_path) is None
