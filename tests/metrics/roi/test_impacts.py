import datetime as dt
from collections.abc import Callable

import ibis

from retro.economics import UnitEconomics
from retro.metrics import attribution, claims, impacts, payback, phases_of, pnl, roi, tornado

at = dt.datetime.fromisoformat
WINDOW = (at("2025-03-01"), at("2025-03-08"))
UNTIL = at("2025-04-01")


def test_a_shop_without_orders_has_no_figures_rather_than_zeros(table: Callable[..., ibis.Table]) -> None:
    orders = table("order_id user_id ordered_at status amount", [])
    phases = phases_of(*WINDOW, observed_until=UNTIL)
    claimed = claims({"week": WINDOW})
    economics = UnitEconomics()

    found = impacts(orders, {}, phases, economics=economics, observed_until=UNTIL)
    statement = pnl(orders, {}, claims=claimed, campaign_id="week", economics=economics, observed_until=UNTIL)
    figures = roi(statement, found.gmv, found.contribution, found.newcomers)

    assert found.gmv.problem == "few_days"
    assert found.contribution is None
    assert figures["value"].isna().all()
    assert tornado(statement, found.gmv, found.contribution).empty
    assert attribution(orders, claimed)["gmv"].tolist() == [0, 0]
    assert payback(orders, {}, start=WINDOW[0], end=WINDOW[1], observed_until=UNTIL, economics=economics).empty
