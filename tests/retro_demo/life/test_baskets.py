"""Baskets: discounts and coupons by hand."""

from __future__ import annotations

import numpy as np

from retro_demo.life.baskets import Baskets, best_coupon
from retro_demo.life.goods import Catalogue


def test_a_discount_is_shared_out_to_the_cent() -> None:
    goods = Catalogue(
        *(np.zeros(2, dtype=np.int64),) * 2, np.array([1000, 500]), np.array([1, 1]), np.array([0.5, 0.5])
    )
    none = np.zeros(4, dtype=np.int64)
    baskets = Baskets(np.array([0, 0, 0, 2]), np.array([0, 1, 1, 0]), np.array([1, 1, 2, 1]), none)

    shared = baskets.share_out(goods, np.array([1001, 0, 77]))

    assert shared.off.tolist() == [400, 200, 401, 77]  # 1001 of 1000 + 500 + 1000: 400.4, 600.6 and 1001 in all


def test_the_best_coupon_is_the_dearest_that_is_reached() -> None:
    coupons = ((99, 10), (199, 25))
    assert best_coupon(coupons, np.array([9_899, 9_900, 19_899, 19_900])).tolist() == [-1, 0, 0, 1]
