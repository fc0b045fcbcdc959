"""What the section `presales` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, entries, figures, finder, words_of

find = finder(partial(context_of, "promotion_node", start="2024-10-31", end="2024-11-12T00:00"))

FRAME = pd.DataFrame(
    {
        "what": ["presale", "spot"],
        "orders": [80, 120],
        "gmv": [Decimal("40000.00"), Decimal("60000.00")],
        "share": [0.4, 0.6],
        "order_value": [Decimal("500.00"), Decimal("500.00")],
        "deposits": pd.array([100, pd.NA], dtype="Int64"),
        "open": pd.array([20, pd.NA], dtype="Int64"),
        "open_deposit": [Decimal("1000.00"), None],
        "rate": [0.8, None],
        "low": [0.711, None],
        "high": [0.867, None],
    }
)


def test_balances_paid_over_deposits() -> None:
    english, chinese = words_of(find, "presales", FRAME)

    assert "Of 100 deposits **80 became paid orders (80.0%**, 95% interval 71.1% – 86.7%), worth" in english
    assert "Pre-sales are 40.0% of pre-sale and spot GMV." in english
    assert "The other 20 are no valid orders; their deposits are 1,000 CNY." in english
    assert "100 笔定金中 **80 笔付清尾款（80.0%**" in chinese


def test_its_figures_are_recorded() -> None:
    finding = find("presales", FRAME)

    assert entries(finding)["balance_paid_rate"].denominator == 100
    assert figures(finding)["presale_gmv_share"] == Decimal("0.4")


def test_deposits_that_are_not_kept_are_not_told() -> None:
    assert "The other 20" not in find("presales", FRAME.assign(open_deposit=None)).sentence


def test_without_deposits_it_is_not_covered() -> None:
    finding = find("presales", FRAME.iloc[:0])

    assert (finding.sentence, finding.covered) == ("Nobody paid a deposit.", False)


def test_a_few_deposits_or_orders_are_not_told() -> None:
    for few in (FRAME.assign(orders=[80, 3]), FRAME.assign(deposits=pd.array([4, pd.NA], dtype="Int64"))):
        finding = find("presales", few)

        assert "Fewer than five people" in finding.sentence
        assert finding.entries == ()
