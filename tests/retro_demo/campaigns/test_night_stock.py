"""The stock of the night, sold by hand."""

from __future__ import annotations

import numpy as np

from retro_demo.campaigns.night_stock import _sell


def test_items_go_to_whoever_asks_first() -> None:
    item, second = np.array([0, 0, 1, 0]), np.array([30, 10, 5, 20])
    got = _sell(item, second, np.array([2, 1, 4, 2]), np.array([4, 3]))
    # Item 0 has 4: 1 at second 10, 2 at second 20, and one is left for the wish of 2 at second 30. Item 1 has 3 of 4.
    assert got.tolist() == [1, 1, 3, 2]
