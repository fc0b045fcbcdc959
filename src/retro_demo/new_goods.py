"""New goods: a brand's own shop that launches products, in a folder of its own beside the demo shop's tables.

The demo shop sells the same goods all the time, so that a launch would change its sales. This one is small, has one
size at every scale, and knows what each launch brought: how much better the new products sell, and what older ones of
their categories lose to them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from retro_demo.campaign_levels import BatchLevels, NewGoodsLevels
from retro_demo.chance import Chance, Floats, Ints, pick, places, spread
from retro_demo.clock import DAY, DAYS, date_of, day_of, weekdays
from retro_demo.life.fates import NONE
from retro_demo.tables.arrow import Columns, Folder, at, days, integers, moments, money, names, opaque, texts, words

FOLDER = "new_goods"
"""The folder of its tables, below the demo shop's."""

_STATUSES = ("paid", "cancelled")
_LAUNCH = 30
_LASTING = 120
"""Days over which a launch is followed, and over which older products lose to it."""


class Launches:
    """The shop's products and what each of them sold on each day.

    Attributes:
        batch: Position of each product's batch in the levels; `NONE` for those that were there before.
        category: Position of its category.
        launch: Its day of launch.
        rate: Pieces that would be ordered on an ordinary day.
        sold: Pieces ordered, by product and day.
    """

    def __init__(self, levels: NewGoodsLevels, chance: Chance, weekday: tuple[float, ...]) -> None:
        self._levels, rng = levels, chance.of("new-goods")
        categories = list(levels.categories)
        own = [np.full(levels.products, NONE), *(np.full(one.items, row) for row, one in enumerate(levels.batches))]
        self.batch: Ints = np.concatenate(own).astype(np.int64)
        size = self.batch.size
        self.category: Ints = np.arange(size) % len(categories)
        self.launch: Ints = -rng.integers(30, 700, size)
        self.rate: Floats = spread(rng, levels.pieces_a_day / levels.products, levels.spread, size)
        for row, batch in enumerate(levels.batches):
            new = np.flatnonzero(self.batch == row)
            among = [categories.index(name) for name in batch.categories]
            self.category[new] = np.array(among)[np.arange(new.size) % len(among)]
            self.launch[new] = day_of(batch.start) + np.arange(new.size) * batch.days // max(new.size, 1)
            self.rate[new] = spread(rng, batch.pieces_a_day, levels.spread / 2, new.size)
        medians = np.array(list(levels.categories.values()))[self.category]
        self.price: Ints = np.round(spread(rng, 1.0, 0.25, size) * medians).astype(np.int64) * 100 - 100
        self._wished = rng.poisson(self._expected(np.array(weekday)[weekdays(np.arange(DAYS))]))
        self._keep_stock(chance.of("new-goods-stock"))

    def _expected(self, weekday: Floats) -> Floats:
        """Pieces expected by product and day."""
        age = np.arange(DAYS)[None, :] - self.launch[:, None]
        expected = np.where(age >= 0, self.rate[:, None] * weekday[None, :], 0.0)
        for row, batch in enumerate(self._levels.batches):
            first = day_of(batch.start)
            new = self.batch == row
            expected[new] *= 1 + batch.novelty * np.exp(-np.maximum(age[new], 0) / batch.novelty_days)
            beside = (self.launch < first) & np.isin(self.category, self.category[new])
            expected[beside, first : first + _LASTING] *= 1 - batch.taken_rate
        return expected

    def _keep_stock(self, rng: np.random.Generator) -> None:
        """Sell what there is; order more when stock falls to the trigger."""
        levels, self.sold = self._levels, self._wished.copy()
        rows, orders = [], []
        for product in np.flatnonzero(self.batch >= 0):
            batch = levels.batches[self.batch[product]]
            lot = max(int(np.ceil(self.rate[product] * levels.lot_days * (1 + batch.novelty / 4))), 5)
            trigger, left = np.ceil(self.rate[product] * levels.trigger_days), lot
            coming: dict[int, int] = {}
            waits = False
            for day in range(self.launch[product], DAYS):
                received = coming.pop(day, 0)
                waits = waits and not received
                sold = min(int(self._wished[product, day]), left + received)
                self.sold[product, day] = sold
                rows.append((product, day, left, received, sold))
                left += received - sold
                if left <= trigger and not waits:
                    late = 0 if rng.random() < levels.on_time_rate else int(rng.integers(3, 9))
                    ordered, arrives = day + late, day + late + levels.transit_days
                    coming[arrives], waits = lot, True
                    orders.append((product, day, ordered, arrives, lot))
        self.stock: Ints = np.array(rows)
        self.reorders: Ints = np.array(orders)


def open_shop(folder: Path, levels: NewGoodsLevels, chance: Chance, weekday: tuple[float, ...]) -> dict[str, Any]:
    """Write the shop's tables into a folder; return what was planted."""
    goods = Launches(levels, chance, weekday)
    votes = _votes(levels, goods, chance.of("new-goods-votes"))
    registered: Ints = np.sort(chance.of("new-goods-people").integers(-600, DAYS - 1, levels.users))
    folder.mkdir()
    shop = Folder(folder)
    seconds = chance.of("new-goods-clock").integers(8 * 3600, DAY, levels.users)
    users = opaque("n", np.arange(levels.users))
    keys = names("n", np.arange(1, goods.batch.size + 1), 4)
    voters = _who(votes, goods, registered, chance.of("new-goods-voters"))
    tables: dict[str, Columns] = {
        "users": {"user_id": users, "registered_at": moments(registered * DAY + seconds)},
        "products": _products(levels, goods, keys),
        **_sales(levels, goods, chance.of("new-goods-orders"), (users, keys), (registered, voters)),
        "stock": _stock(goods, keys),
        "reorders": _reorders(goods, keys),
        "samples": _samples(levels, goods, keys, chance.of("new-goods-samples")),
        "votes": {
            "vote_id": names("w", np.arange(1, len(voters) + 1), 6),
            "product_id": at(keys, voters[:, 0]),
            "user_id": at(users, voters[:, 1]),
            "voted_at": moments((goods.launch[voters[:, 0]] - 30) * DAY + voters[:, 2]),
        },
        "campaign_costs": _costs(levels),
    }
    for name, columns in tables.items():
        shop.write(name, columns)
    shop.close()
    return _truth(levels, goods)


def _votes(levels: NewGoodsLevels, goods: Launches, rng: np.random.Generator) -> Ints:
    """Votes for each product: more for those that people will buy."""
    wanted = np.zeros(goods.batch.size)
    for row, batch in enumerate(levels.batches):
        new = goods.batch == row
        wanted[new] = batch.votes * goods.rate[new] / goods.rate[new].mean()
    return np.asarray(rng.poisson(wanted), dtype=np.int64)


def _who(votes: Ints, goods: Launches, registered: Ints, rng: np.random.Generator) -> Ints:
    """Product, person and second of each vote; nobody votes twice for one product."""
    product = np.repeat(np.arange(votes.size), votes)
    known = np.searchsorted(registered, goods.launch[product] - 40)
    rows = np.c_[product, (rng.random(product.size) * known).astype(np.int64), rng.integers(0, 14 * DAY, product.size)]
    once: Ints = np.unique(rows[:, :2], axis=0, return_index=True)[1]
    return np.asarray(rows[once], dtype=np.int64)


def _products(levels: NewGoodsLevels, goods: Launches, keys: Any) -> Columns:  # noqa: ANN401 - Arrow
    categories = list(levels.categories)
    named = [f"{categories[one]} {number + 101}" for number, one in enumerate(goods.category)]
    return {
        "product_id": keys,
        "name": texts(named),
        "category": words(goods.category, categories),
        "list_price": money(goods.price),
        "unit_cost": money(np.round(goods.price * (1 - levels.margin_rate)).astype(np.int64)),
        "launched_on": days(goods.launch),
    }


def _sales(
    levels: NewGoodsLevels, goods: Launches, rng: np.random.Generator, keys: tuple[Any, Any], people: tuple[Ints, Ints]
) -> dict[str, Columns]:
    """Pieces become lines, lines of a day become orders of one or two."""
    registered, voters = people
    product, day = np.nonzero(goods.sold)
    pieces = goods.sold[product, day]
    product, day = np.repeat(product, pieces), np.repeat(day, pieces)
    mixed = np.lexsort((rng.random(day.size), day))
    product, day = product[mixed], day[mixed]
    begins = np.r_[True, day[1:] != day[:-1]] | (rng.random(day.size) >= levels.second_line_rate)
    order = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    who = (rng.random(first.size) * np.searchsorted(registered, day[first])).astype(np.int64)
    # Some of those who voted for a product come and buy it.
    edges = np.searchsorted(voters[:, 0], np.arange(goods.batch.size + 1))
    voted = np.diff(edges)[product[first]]
    young = day[first] - goods.launch[product[first]] < _LAUNCH
    loyal = np.flatnonzero((voted > 0) & young & (rng.random(first.size) < levels.voter_order_rate))
    chosen = edges[product[first[loyal]]] + (rng.random(loyal.size) * voted[loyal]).astype(np.int64)
    who[loyal] = voters[chosen, 1]
    amount = np.zeros(first.size, dtype=np.int64)
    np.add.at(amount, order, goods.price[product])
    ordered = day[first] * DAY + rng.integers(8 * 3600, DAY - 60, first.size)
    status = pick(rng, [1 - levels.cancelled_rate, levels.cancelled_rate], first.size)
    ids = names("b", np.arange(1, first.size + 1), 8)
    return {
        "orders": {
            "order_id": ids,
            "user_id": at(keys[0], who),
            "ordered_at": moments(ordered),
            "paid_at": moments(np.where(status == 0, ordered + 60, NONE), missing=NONE),
            "status": words(status, _STATUSES),
            "amount": money(amount),
        },
        "order_items": {
            "order_id": at(ids, order),
            "line": integers(places(np.diff(np.r_[first, day.size])) + 1),
            "product_id": at(keys[1], product),
            "quantity": integers(np.ones(day.size, dtype=np.int64)),
            "unit_price": money(goods.price[product]),
            "discount_amount": money(np.zeros(day.size, dtype=np.int64)),
            "amount": money(goods.price[product]),
        },
    }


def _stock(goods: Launches, keys: Any) -> Columns:  # noqa: ANN401 - Arrow
    product, day, opening, received, sold = goods.stock.T
    return {
        "product_id": at(keys, product),
        "stocked_on": days(day),
        "opening_units": integers(opening),
        "received_units": integers(received),
        "sold_units": integers(sold),
        "closing_units": integers(opening + received - sold),
    }


def _reorders(goods: Launches, keys: Any) -> Columns:  # noqa: ANN401 - Arrow
    product, triggered, ordered, arrives, lot = goods.reorders.T
    return {
        "reorder_id": names("r", np.arange(1, product.size + 1), 5),
        "product_id": at(keys, product),
        "triggered_on": days(triggered),
        "ordered_on": _dates(ordered),
        "received_on": _dates(arrives),
        "units": integers(np.where(ordered < DAYS, lot, NONE), missing=NONE),
    }


def _dates(numbers: Ints) -> Any:  # noqa: ANN401 - Arrow
    """Dates that lie before the end of the data; null where not."""
    return pa.array([date_of(int(day)) if day < DAYS else None for day in numbers], pa.date32())


def _samples(levels: NewGoodsLevels, goods: Launches, keys: Any, rng: np.random.Generator) -> Columns:  # noqa: ANN401
    new = np.flatnonzero(goods.batch >= 0)
    medians = np.array([one.sampling_days for one in levels.batches], dtype=np.float64)[goods.batch[new]]
    took = np.maximum(np.round(spread(rng, 1.0, 0.3, new.size) * medians), 3).astype(np.int64)
    approved = goods.launch[new] - 20
    return {
        "sample_id": names("s", np.arange(1, new.size + 1), 4),
        "product_id": at(keys, new),
        "started_on": days(approved - took),
        "approved_on": days(approved),
    }


def _costs(levels: NewGoodsLevels) -> Columns:
    booked = [(one, name, amount) for one in levels.batches for name, amount in one.costs.items()]
    return {
        "cost_id": names("k", np.arange(1, len(booked) + 1), 4),
        "campaign_id": texts([one.campaign_id for one, _, _ in booked]),
        "category": texts([name for _, name, _ in booked]),
        "incurred_on": days(np.array([day_of(one.start) for one, _, _ in booked])),
        "amount": money(np.array([100 * amount for _, _, amount in booked])),
    }


def _truth(levels: NewGoodsLevels, goods: Launches) -> dict[str, Any]:
    """What was planted, by batch."""

    def told(row: int, batch: BatchLevels) -> dict[str, Any]:
        new = np.flatnonzero(goods.batch == row)
        first, last = goods.launch[new], np.minimum(goods.launch[new] + _LAUNCH, DAYS)
        ordered = [int(goods.sold[one, start:end].sum()) for one, start, end in zip(new, first, last, strict=True)]
        own = (goods.reorders[:, 2] - goods.reorders[:, 1] <= 1) & np.isin(goods.reorders[:, 0], new)
        return {
            "items": new.size,
            "ordered_in_30_days": sum(ordered),
            "taken_rate": batch.taken_rate,
            "sampling_days": batch.sampling_days,
            "reorders_on_time": int(own.sum()),
        }

    return {batch.name: told(row, batch) for row, batch in enumerate(levels.batches)}
