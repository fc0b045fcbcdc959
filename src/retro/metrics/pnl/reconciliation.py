"""Reconciliation: from what was ordered to what finance books, each step with its cut-off day."""

import datetime as dt
from decimal import Decimal

import pandas as pd

from retro.economics import UnitEconomics
from retro.metrics.pnl.statement import Statement
from retro.metrics.windows import DAY

_CENT = Decimal("0.01")
_ORDERED = ("list_sales", "ordered_sales", "cancellations", "discounts", "coupons")


def reconciliation(statement: Statement, economics: UnitEconomics, observed_until: dt.datetime) -> pd.DataFrame:
    """Lead from sales at list price to what is booked.

    Args:
        statement: The campaign's P&L.
        economics: `vat_rate`, the rate that prices include, and `refund_days`.
        observed_until: Until when the data was observed, local, exclusive.

    Returns:
        One row per known step, in order: `step` (str), `amount` (Decimal), `cut_off` (date, the last day that it
        counts; None where it has none), `kind` (`total`, what the steps before add up to; `change`; `part`, of the
        total above).
        - `list_sales` or `ordered_sales`, `cancellations`, `discounts`, `coupons`: As in the P&L; they leave `ordered`,
          what was paid.
        - `returns`: Paid back until the data ends; leaves `net`.
        - `vat`: Value added tax in it, to the cent; leaves `without_vat`. Neither stands where the rate is not given.
        - `settled`, `open`: Of that, orders older than `refund_days`, whose returns are over, and younger ones.
        - `accrued_returns`: Returns still to come, without their tax; `accrued_points`: points still out, at their cost
          less breakage. They leave `booked`.
    """
    seen = observed_until.date() - DAY
    steps: list[tuple[str, Decimal, dt.date | None, str]] = []
    balance = Decimal("0.00")

    def change(step: str, amount: Decimal | None, cut_off: dt.date | None = None) -> None:
        nonlocal balance
        if amount is not None:
            balance += amount
            steps.append((step, amount, cut_off, "change"))

    for step in _ORDERED:
        change(step, statement.amount(step))
    steps.append(("ordered", balance, seen, "total"))
    change("returns", statement.amount("returns"), seen)
    steps.append(("net", balance, seen, "total"))
    kept = 1 / (1 + economics.vat_rate) if economics.vat_rate is not None else Decimal(1)
    if economics.vat_rate is not None:
        change("vat", (balance * kept).quantize(_CENT) - balance)
        steps.append(("without_vat", balance, seen, "total"))
    if statement.settled is not None:
        settled = (statement.settled * kept).quantize(_CENT)
        last = observed_until.date() - (economics.refund_days + 1) * DAY
        steps += [("settled", settled, last, "part"), ("open", balance - settled, seen, "part")]
    coming = statement.amount("expected_returns")
    change("accrued_returns", None if coming is None else (coming * kept).quantize(_CENT), statement.mature_on)
    change("accrued_points", statement.amount("points"), seen)
    steps.append(("booked", balance, seen, "total"))
    return pd.DataFrame(steps, columns=["step", "amount", "cut_off", "kind"])
