"""The tables of goods: products, stock."""

from __future__ import annotations

import numpy as np

from retro_demo.around.stock import Stock
from retro_demo.clock import day_of
from retro_demo.life.fates import NONE
from retro_demo.phrases import choose, load_phrases
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, days, integers, moments, money, texts, words
from retro_demo.tables.keys import product_keys


def products(setting: Setting) -> Columns:
    """One row for each product; the margin at list price is `list_price` less `unit_cost`."""
    rng, catalogue, goods = setting.chance.of("names"), setting.catalogue, setting.levels.goods
    categories, phrases = list(goods.categories), load_phrases()["goods"]
    names = []
    for number, (category, draws) in enumerate(zip(catalogue.category, rng.random((len(catalogue), 2)), strict=True)):
        words_of = phrases[categories[category]]
        names.append(f"{choose(words_of['adjectives'], draws[0])}{choose(words_of['nouns'], draws[1])} {number + 101}")
    launched = day_of(setting.levels.new_user_week.start.date()) - rng.integers(20, 1100, len(catalogue))
    return {
        "product_id": product_keys(len(catalogue)),
        "name": texts(names),
        "category": words(catalogue.category, categories),
        "pool": words(catalogue.pool, list(goods.pools)),
        "list_price": money(catalogue.price),
        "unit_cost": money(catalogue.cost),
        "launched_on": days(launched),
    }


def stock(setting: Setting, kept: Stock) -> Columns:
    """One row for each product and day, and one for each item that was set aside for a campaign."""
    return {
        "product_id": words(kept.product, product_keys(len(setting.catalogue))),
        "stocked_on": days(kept.day),
        "campaign_id": words(kept.campaign, setting.campaigns),
        "opening_units": integers(kept.opening),
        "received_units": integers(kept.received),
        "sold_units": integers(kept.sold),
        "closing_units": integers(kept.opening + kept.received - kept.sold),
        "sold_out_at": moments(np.asarray(kept.sold_out), missing=NONE),
    }
