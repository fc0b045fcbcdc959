"""P&L: what a campaign's orders left after all their costs."""

from retro.metrics.pnl.orders import daily_contribution, order_contribution, order_economics
from retro.metrics.pnl.reconciliation import reconciliation
from retro.metrics.pnl.statement import Caveat, Statement, pnl

__all__ = [
    "Caveat",
    "Statement",
    "daily_contribution",
    "order_contribution",
    "order_economics",
    "pnl",
    "reconciliation",
]
