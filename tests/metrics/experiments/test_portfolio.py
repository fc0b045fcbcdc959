"""All experiments of a period: the sum of what ships, without the winners' luck."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retro.metrics.experiments import portfolio
from retro.metrics.experiments.portfolio import kept_share

from .conftest import Run, shares


def test_effects_are_shrunk_by_what_all_experiments_say(run: Run) -> None:
    won = run({"plain": shares(40, 200), "new": shares(64, 200)}, id="hint")
    lost = run({"plain": shares(64, 200), "new": shares(40, 200)})
    same = run({"plain": shares(40, 200), "new": shares(40, 200)})

    found = portfolio([same, won, lost])

    z = 0.12 / math.sqrt(0.26 * 0.74 / 100)
    spread = 2 * z**2 / 3 - 1
    assert found.kept == pytest.approx(spread / (spread + 1))
    assert found.rows["state"].tolist() == ["do_not_ship", "do_not_ship", "ship"]
    assert found.rows["z"].tolist() == pytest.approx([-z, 0, z])
    (total,) = found.sums.to_dict("records")
    assert (total["metric"], total["arms"]) == ("bought", 1)
    assert (total["total"], total["corrected"]) == pytest.approx((0.12, 0.12 * found.kept))
    error = 0.12 / z * math.sqrt(found.kept)
    assert total["high"] - total["corrected"] == pytest.approx(1.959964 * error)


def test_of_several_winners_only_the_one_that_ships_counts(run: Run) -> None:
    arms = {"plain": shares(20, 200), "a": shares(60, 200), "b": shares(80, 200)}

    found = portfolio([run(arms, arms=["plain", "a", "b"])])

    assert found.rows.loc[found.rows["shipped"], "arm"].tolist() == ["b"]
    assert found.sums["total"].tolist() == pytest.approx([0.3])


def test_an_experiment_on_hold_is_listed_and_adds_nothing(run: Run) -> None:
    found = portfolio([run({"plain": shares(40, 100), "new": shares(300, 900)})])

    assert found.rows["state"].tolist() == ["invalid"]
    assert found.rows[["effect", "z", "corrected"]].isna().all().all()
    assert math.isnan(found.kept)
    assert found.sums.empty


@pytest.mark.parametrize("arms", [(shares(3, 200), shares(90, 200)), (shares(2, 3), shares(90, 200))])
def test_a_comparison_of_few_is_listed_without_its_figures(run: Run, arms: tuple[Any, Any]) -> None:
    found = portfolio([run({"plain": arms[0], "new": arms[1]})])

    assert found.rows["arm"].tolist() == ["new"]
    assert found.rows[["effect", "low", "high", "z", "corrected"]].isna().all().all()


def test_the_sum_of_winners_is_too_large_and_the_corrected_one_is_not() -> None:
    draws = np.random.default_rng(7)
    raw, corrected, true = 0.0, 0.0, 0.0
    for _ in range(200):
        effects = draws.normal(0, 1.5, 40)
        z = effects + draws.normal(0, 1, 40)
        wins = z > 1.96
        raw, true = raw + z[wins].sum(), true + effects[wins].sum()
        corrected += z[wins].sum() * kept_share(list(z**2))

    assert raw / true > 1.3
    assert corrected / true == pytest.approx(1, abs=0.05)


def test_nothing_read_is_an_empty_table() -> None:
    found = portfolio([])

    assert found.rows.empty
    assert isinstance(found.sums, pd.DataFrame)
