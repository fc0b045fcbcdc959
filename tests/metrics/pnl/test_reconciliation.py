"""From order to booking, worked by hand."""

import datetime as dt
from decimal import Decimal

import pandas as pd

from retro.economics import UnitEconomics
from retro.metrics.pnl import Statement, reconciliation

UNTIL = dt.datetime(2025, 4, 1)


def statement(*lines: tuple[str, str], settled: str | None) -> Statement:
    frame = pd.DataFrame(
        [(line, Decimal(amount), "change") for line, amount in lines], columns=["line", "amount", "kind"]
    )
    known = None if settled is None else Decimal(settled)
    return Statement(frame, (), Decimal(9), None, dt.date(2025, 4, 9), 0.0, known)


SALES = (
    ("list_sales", "1500.00"), ("cancellations", "-200.00"), ("discounts", "-100.00"), ("coupons", "-70.00"),
    ("returns", "-113.00"), ("expected_returns", "-56.50"),
)  # fmt: skip


def test_ordered_to_booked_without_vat_and_with_accruals() -> None:
    """1,130 paid, 1,017 after returns; at 13 % that is 900 without VAT, less 50 of returns to come and 30 of points."""
    found = reconciliation(
        statement(*SALES, ("points", "-30.00"), settled="678.00"), UnitEconomics(vat_rate=Decimal("0.13")), UNTIL
    )
    amounts = dict(zip(found["step"], found["amount"], strict=True))

    assert amounts["ordered"] == 1130
    assert amounts["net"] == 1017
    assert (amounts["vat"], amounts["without_vat"]) == (-117, 900)
    assert (amounts["settled"], amounts["open"]) == (600, 300)
    assert (amounts["accrued_returns"], amounts["accrued_points"], amounts["booked"]) == (-50, -30, 820)
    changes = found[found["kind"] == "change"]
    assert sum(changes["amount"], Decimal(0)) == amounts["booked"]
    cut_off = dict(zip(found["step"], found["cut_off"], strict=True))
    assert cut_off["net"] == dt.date(2025, 3, 31)
    assert cut_off["settled"] == dt.date(2025, 3, 1)  # 30 days of returns before the data ends
    assert cut_off["accrued_returns"] == dt.date(2025, 4, 9)


def test_without_a_rate_there_is_no_tax_line_and_what_is_not_known_is_left_out() -> None:
    found = reconciliation(statement(*SALES[:5], settled=None), UnitEconomics(), UNTIL)

    assert found["step"].tolist() == [
        "list_sales", "cancellations", "discounts", "coupons", "ordered", "returns", "net", "booked",
    ]  # fmt: skip
    assert found["amount"].iloc[-1] == 1017
