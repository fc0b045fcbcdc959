import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from metrics.roi.test_headline import impact
from retro.metrics.pnl import Caveat, Statement
from retro.metrics.roi import Simulation, deducted_cost, simulate

GMV = impact(1000, 0, 600)


def statement(lines: dict[str, str], *caveats: Caveat, cost: str | None = "100", breakage: float = 0.0) -> Statement:
    frame = pd.DataFrame([(line, Decimal(amount), "change") for line, amount in lines.items()])
    frame.columns = pd.Index(["line", "amount", "kind"])
    return Statement(frame, caveats, Decimal(1), cost and Decimal(cost), dt.date(2025, 4, 1), breakage)  # type: ignore[arg-type]


def drawn(given: Statement, effect: float = 300) -> Simulation:
    found = simulate(given, impact(effect, 0, 240, spread=0), GMV)
    assert found is not None
    return found


SALES = {"net_revenue": "900", "goods": "-540"}


def test_what_is_certain_is_not_drawn() -> None:
    found = drawn(statement(SALES))

    assert found.net is not None
    assert set(found.net) == {200.0}
    assert found.chance == 1.0


def test_returns_to_come_take_their_contribution_and_vary_with_their_prior() -> None:
    """A tenth of 1,000 comes back and with it a tenth of goods worth 600: 40 of contribution, 10 either way."""
    found = drawn(statement({**SALES, "expected_returns": "-100"}))

    assert found.mean_gained == pytest.approx(260)
    assert found.gained.mean() == pytest.approx(260, abs=3)
    assert found.gained.std() == pytest.approx(10, rel=0.2)


def test_points_are_a_cost_and_vary_with_breakage() -> None:
    given = statement({**SALES, "points": "-60"}, breakage=0.25)
    found = drawn(given)

    assert deducted_cost(given) == 160
    assert found.mean_net == pytest.approx(140)
    assert found.cost is not None
    assert found.cost.mean() == pytest.approx(160, abs=3)
    assert found.cost.std() == pytest.approx(60 / 0.75 * np.sqrt(0.75 * 0.25 / 21), rel=0.2)  # a beta of weight 20


def test_a_margin_of_the_params_varies_and_one_of_goods_does_not() -> None:
    found = drawn(statement(SALES, Caveat("margin_from_params", Decimal("0.4"))))

    assert found.gained.std() == pytest.approx(25, rel=0.2)  # 2.5 points of 1,000 added sales
    assert drawn(statement(SALES)).gained.std() == 0


def test_the_same_data_gives_the_same_draws() -> None:
    given = statement({**SALES, "expected_returns": "-100", "points": "-60"}, breakage=0.25)
    one, other = drawn(given), drawn(given)

    assert one.net is not None
    assert other.net is not None
    assert (one.net == other.net).all()


def test_without_cost_there_is_a_gain_and_no_net() -> None:
    found = drawn(statement(SALES, cost=None))

    assert (found.mean_gained, found.net, found.mean_net) == (300, None, None)
    assert np.isnan(found.chance)
