"""Parts of the shop, worked by hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from retro.demo.around.points import CLAW_BACK, EARN_SIGN_IN, ENTRIES, SPEND, Ledger, _run
from retro.demo.campaigns.night_stock import _sell
from retro.demo.chance import Chance, pick
from retro.demo.levels import load_levels
from retro.demo.life.baskets import Baskets, best_coupon
from retro.demo.life.goods import Catalogue
from retro.demo.life.seasons import make_seasons
from retro.demo.life.visits import Spells
from retro.demo.setting import Setting, set_up
from retro.demo.tables.arrow import moments, money, opaque
from retro.errors import RetroError


@pytest.fixture(scope="module")
def setting() -> Setting:
    return set_up(load_levels(), Chance(1), 0.001)


def test_items_go_to_whoever_asks_first() -> None:
    item, second = np.array([0, 0, 1, 0]), np.array([30, 10, 5, 20])
    got = _sell(item, second, np.array([2, 1, 4, 2]), np.array([4, 3]))
    # Item 0 has 4: 1 at second 10, 2 at second 20, and one is left for the wish of 2 at second 30. Item 1 has 3 of 4.
    assert got.tolist() == [1, 1, 3, 2]


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


def test_points_are_spent_as_far_as_they_reach(setting: Setting) -> None:
    rewards = [points for points, _ in setting.levels.points.rewards.values()]
    none = np.full(5, -1)
    entries = Ledger(
        person=np.array([0, 0, 0, 0, 1]),
        second=np.arange(5),
        entry=np.array([EARN_SIGN_IN, SPEND, SPEND, CLAW_BACK, SPEND]),
        points=np.array([rewards[0] + 30, 0, 0, -500, 0]),
        balance=none,
        reward=none,
        order=none,
        event=none,
        campaign=none,
    )

    ledger = _run(setting, entries, 2, Chance(1).of("test"))

    assert [ENTRIES[entry] for entry in ledger.entry[:4]] == ["sign_in", "redeem", "redeem", "claw_back"]
    assert ledger.points.tolist() == [rewards[0] + 30, -rewards[0], 0, -30, 0]
    assert ledger.balance.tolist() == [rewards[0] + 30, 30, 30, 0, 0]
    assert ledger.reward.tolist() == [-1, 0, -1, -1, -1]


def test_spells_touch_the_days_they_last() -> None:
    spells = Spells(
        np.array([0, 1, 2]), np.array([5, 8, 1]), np.array([2, 1, 3]), np.array([63, 63, 2], dtype=np.uint8)
    )
    # Person 0 is there on days 5 and 6, person 1 on day 8, person 2 only in a world that did not happen.
    assert spells.touch(6, 7, 4).tolist() == [True, False, False, False]
    assert spells.touch(7, 8, 4).tolist() == [False, True, False, False]
    assert spells.touch(0, 3, 4).tolist() == [False] * 4


def test_the_year_has_its_festival_and_nodes(setting: Setting) -> None:
    orders = np.exp(make_seasons(setting.levels, Chance(1)).orders)
    ordinary = np.median(orders)
    assert orders[40] < 0.7 * ordinary  # 2024-02-10
    assert orders[394] < 0.7 * ordinary  # 2025-01-29
    assert orders[315] > 1.6 * ordinary  # 2024-11-11


def test_people_are_awake_in_the_evening(setting: Setting) -> None:
    seconds = setting.seasons.seconds(np.zeros(10_000, dtype=np.int64), np.linspace(0, 1, 10_000, endpoint=False))
    hours = np.bincount(seconds // 3600, minlength=24) / 10_000
    assert hours[21] == hours.max()
    assert hours[3] < 0.01


def test_streams_do_not_depend_on_each_other() -> None:
    alone = Chance(5).of("b").random(3)
    Chance(5).of("a").random(1000)
    assert Chance(5).of("b").random(3).tolist() == alone.tolist()


def test_pick_follows_the_weights() -> None:
    drawn = pick(Chance(1).of("test"), [1, 0, 3], 10_000)
    assert np.bincount(drawn, minlength=3)[1] == 0
    assert (drawn == 2).mean() == pytest.approx(0.75, abs=0.02)


def test_columns_are_exact() -> None:
    assert [str(value) for value in money(np.array([1234, -5, 0])).to_pylist()] == ["12.34", "-0.05", "0.00"]
    assert [str(value) for value in moments(np.array([86_399, -1]), missing=-1).to_pylist()] == [
        "2024-01-01 23:59:59",
        "None",
    ]
    keys = opaque("u", np.arange(100_000))
    assert len(set(keys.to_pylist())) == 100_000


def test_levels_that_do_not_fit_name_their_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "src" / "retro" / "demo" / "levels.yaml"
    text = shipped.read_text(encoding="utf-8").replace("bounce_rate: 0.08", "bounce_rate: 1.08")
    (tmp_path / "levels.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("retro.demo.levels._HERE", tmp_path)
    load_levels.cache_clear()
    try:
        with pytest.raises(RetroError, match=r"levels\.yaml, line \d+: people\.bounce_rate does not fit: .* less than"):
            load_levels()
    finally:
        load_levels.cache_clear()


def test_shares_add_up() -> None:
    levels = load_levels()
    with pytest.raises(ValueError, match=r"shares must add up to 1, got 0\.9000"):
        type(levels.goods).model_validate({**levels.goods.model_dump(), "pools": {"traffic": 0.9}})
    assert dataclasses.is_dataclass(Setting)
