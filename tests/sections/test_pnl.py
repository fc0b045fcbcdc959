from __future__ import annotations

from decimal import Decimal
from functools import partial

from retro.metrics.pnl import Caveat
from telling import context_of, finder, statement

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02"))


def test_the_statement_says_what_it_left_out() -> None:
    finding = find(
        "pnl", statement().lines, statement(Caveat("no_fulfilment"), Caveat("margin_from_params", Decimal("0.4")))
    )

    assert "**a loss: contribution −50.00" in finding.sentence
    assert "Fulfilment cost is not given and not deducted." in finding.sentence
    assert "taken from the params: 40.0%" in finding.sentence
    assert [entry.name for entry in finding.entries] == ["net_revenue", "contribution"]


def test_a_statement_without_cost_of_goods_has_no_contribution() -> None:
    finding = find("pnl", statement().lines, statement(Caveat("no_cost_of_goods", Decimal(9)), left=None))

    assert "there is no contribution" in finding.sentence
    assert [entry.name for entry in finding.entries] == ["net_revenue"]
