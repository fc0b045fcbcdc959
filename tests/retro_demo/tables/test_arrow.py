"""Arrow columns hold exactly what went in."""

from __future__ import annotations

import numpy as np

from retro_demo.tables.arrow import moments, money, opaque


def test_columns_are_exact() -> None:
    assert [str(value) for value in money(np.array([1234, -5, 0])).to_pylist()] == ["12.34", "-0.05", "0.00"]
    assert [str(value) for value in moments(np.array([86_399, -1]), missing=-1).to_pylist()] == [
        "2024-01-01 23:59:59",
        "None",
    ]
    keys = opaque("u", np.arange(100_000))
    assert len(set(keys.to_pylist())) == 100_000
