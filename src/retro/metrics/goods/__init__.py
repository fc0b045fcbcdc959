"""Goods: items, pools, stock-outs and baskets of a campaign."""

from retro.metrics.goods.basket import basket
from retro.metrics.goods.items import item_summary, items
from retro.metrics.goods.pools import pools
from retro.metrics.goods.stock_outs import stock_outs

__all__ = ["basket", "item_summary", "items", "pools", "stock_outs"]
