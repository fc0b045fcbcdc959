import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from retro.errors import MetricError
from retro.metrics.baseline import Phases, impact, phases_of, placebos
from retro.metrics.baseline.impact import _chance
from retro.periods import Window

at = dt.datetime.fromisoformat
FIRST = dt.date(2025, 1, 1)
PHASES = phases_of(Window(at("2025-04-01"), at("2025-04-08"), at("2025-05-01")), settling_days=5)


def daily(effect: float = 0.0, days: int = 120) -> pd.DataFrame:
    """A shop with weekdays and noise; the campaign adds `effect` a day for seven days from 1 April."""
    rng = np.random.default_rng(5)
    on = [FIRST + dt.timedelta(days=day) for day in range(days)]
    weekend = np.array([day.weekday() >= 5 for day in on])
    orders = 100 + 30 * weekend + 4 * rng.standard_normal(days)
    orders[90:97] += effect
    return pd.DataFrame({"on": on, "orders": orders, "other": 50 + 10 * weekend + rng.standard_normal(days)})


def test_a_planted_effect_lies_inside_the_interval_of_its_phase() -> None:
    found = impact(daily(effect=40), "orders", PHASES)

    effects = found.effects.set_index("phase")
    assert effects.index.tolist() == ["campaign", "settling", "total"]
    assert effects["days"].tolist() == [7, 5, 12]
    assert effects.loc["campaign", "low"] < 280 < effects.loc["campaign", "high"]
    assert effects.loc["settling", "low"] < 0 < effects.loc["settling", "high"]
    assert effects.loc["total", "effect"] == pytest.approx(found.draws.sum(axis=1).mean(), abs=5)
    assert found.measurable
    assert found.chance == pytest.approx(1 / (1 + len(found.placebos)))


def test_nothing_planted_is_not_measurable() -> None:
    found = impact(daily(), "orders", PHASES)

    assert not found.measurable
    assert found.chance > 0.05


def test_few_placebos_are_scaled_by_their_spread_and_fewer_than_three_test_nothing() -> None:
    """Of 50 days of history few windows lie before the campaign, none of which makes a clear effect unclear."""
    spread = math.sqrt((30**2 + 20**2 + 10**2) / 3)

    assert _chance(500, [30, -20, 10]) == pytest.approx(2 * stats.t.sf(500 / spread, 3))
    assert _chance(500, [30, -20, 10]) < 0.05 < _chance(40, [30, -20, 10])
    assert math.isnan(_chance(500, [30, -20]))
    assert _chance(500, [10.0] * 19) == pytest.approx(1 / 20)

    short = impact(daily(effect=40).iloc[45:].reset_index(drop=True), "orders", PHASES)
    assert 3 <= len(short.placebos) < 19
    assert short.measurable


def test_nothing_is_expected_below_zero_of_a_series_that_never_is() -> None:
    rare = daily()
    rare["orders"] = np.random.default_rng(2).poisson(0.3, len(rare)).astype(float)
    days = impact(rare, "orders", PHASES, placebos=0).days

    assert (days[["expected", "low", "high"]] >= 0).all(axis=None)


def test_the_days_say_what_each_is() -> None:
    week, other = (
        Window(at("2025-04-01"), at("2025-04-08"), at("2025-05-01")),
        Window(at("2025-03-10"), at("2025-03-12")),
    )
    phases = phases_of(week, anticipation_days=2, settling_days=1, others=[other])
    days = impact(daily(), "orders", phases, placebos=3).days

    assert days["phase"].value_counts().to_dict() == {
        "baseline": 26, "campaign": 7, "masked": 2, "anticipation": 2, "settling": 1,
    }  # fmt: skip
    assert days["expected"].notna().all()


def test_a_covariate_that_the_campaign_touched_is_dropped_and_named() -> None:
    frame = daily(effect=40)
    frame["touched"] = frame["other"]
    frame.loc[90:96, "touched"] += 30

    assert impact(frame, "orders", PHASES, covariates=["other", "touched"], placebos=3).dropped == ("touched",)


def test_a_covariate_that_lost_a_day_is_left_out_and_named() -> None:
    frame = daily(effect=40)
    frame["holed"] = frame["other"]
    frame.loc[20, "holed"] = np.nan

    found = impact(frame, "orders", PHASES, covariates=["other", "holed"], placebos=3)

    assert (found.holed, found.dropped) == (("holed",), ())
    assert found.effects["effect"].notna().all()


def regions(shocked: int = 0, effect: float = 0.0) -> pd.DataFrame:
    """The shop beside 19 regions that share its season; on the campaign's days some of them move by themselves."""
    frame, rng = daily(effect=effect), np.random.default_rng(4)
    season = frame["other"].to_numpy()
    for number in range(19):
        frame[f"r{number}"] = season + rng.normal(0, 3, len(frame))
        if number < shocked:
            frame.loc[90:96, f"r{number}"] += 60
    return frame


def test_series_left_alone_are_tried_in_the_place_of_the_shop() -> None:
    """Nineteen regions: an effect that none of them reaches is rarer than one in twenty."""
    names = [f"r{number}" for number in range(19)]
    calm = impact(regions(effect=60), "orders", PHASES, covariates=names, placebos=3, in_space=True)

    assert calm.in_space["series"].tolist() == names
    assert calm.reached_in_space == ()
    assert not calm.contradicted
    assert impact(regions(), "orders", PHASES, covariates=names, placebos=3).in_space.empty


def test_an_effect_that_regions_without_the_campaign_reach_too_is_contradicted() -> None:
    names = [f"r{number}" for number in range(19)]
    frame = regions(shocked=4, effect=40)
    found = impact(frame, "orders", PHASES, covariates=names, placebos=3, in_space=True)

    assert set(found.reached_in_space) == {"r0", "r1", "r2", "r3"}
    assert found.contradicted
    assert not found.measurable


def test_one_series_left_alone_has_no_other_to_be_told_from() -> None:
    found = impact(daily(effect=40), "orders", PHASES, covariates=["other"], placebos=3, in_space=True)

    assert found.in_space.empty
    assert not found.contradicted


def test_the_strict_prior_stands_beside_the_safe_one() -> None:
    sensitivity = impact(daily(effect=40), "orders", PHASES, placebos=3).sensitivity

    width = sensitivity["high"] - sensitivity["low"]
    assert sensitivity["level_sd"].tolist() == [0.1, 0.01]
    assert width[1] < width[0]


def test_fewer_than_four_weeks_before_give_no_baseline_but_the_actual_figures() -> None:
    found = impact(daily(effect=40).iloc[70:].reset_index(drop=True), "orders", PHASES)

    assert not found.known
    assert not found.measurable
    assert found.baseline_days == 20
    assert found.effects["actual"].notna().all()
    assert found.effects["effect"].isna().all()


def test_gaps_and_unknown_columns_are_refused_in_words() -> None:
    with pytest.raises(MetricError, match="series must have one row for each day, in order"):
        impact(daily().drop(index=5), "orders", PHASES)
    with pytest.raises(MetricError, match=r"column 'order' must be in the series. Did you mean 'orders'"):
        impact(daily(), "order", PHASES)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, ("2025-02-28", "2025-02-28", "2025-03-02", "2025-03-02")),
        ({"anticipation_days": 4, "settling_days": 14}, ("2025-02-24", "2025-02-28", "2025-03-02", "2025-03-16")),
        ({"settling_days": 60}, ("2025-02-28", "2025-02-28", "2025-03-02", "2025-04-01")),
        (
            {"settling_days": 14, "others": [Window(at("2025-03-07"), at("2025-03-09"))]},
            ("2025-02-28", "2025-02-28", "2025-03-02", "2025-03-07"),
        ),
    ],
)
def test_phases_touch_whole_days_and_end_where_the_next_campaign_begins(
    keys: dict[str, object], expected: tuple[str, ...]
) -> None:
    phases = phases_of(Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"), at("2025-04-01")), **keys)

    assert tuple(day.isoformat() for day in (phases.first, phases.start, phases.end, phases.last)) == expected


def test_a_campaign_at_the_same_time_masks_nothing_of_this_one() -> None:
    phases = phases_of(
        Window(at("2025-01-10"), at("2025-01-17"), at("2025-04-01")),
        others=[Window(at("2025-01-12"), at("2025-01-20"))],
    )

    assert phases.others == ()
    assert replace(phases, others=((FIRST, FIRST),)) == Phases(
        phases.first, phases.start, phases.end, phases.last, ((FIRST, FIRST),)
    )


def test_placebos_are_worked_out_once_and_come_back_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = daily(effect=40)
    first = impact(frame, "orders", PHASES, placebos=3, memo=tmp_path)
    (kept,) = tmp_path.iterdir()

    monkeypatch.setattr(placebos, "_tried", lambda *_, **__: pytest.fail("worked out again"))
    again = impact(frame, "orders", PHASES, placebos=3, memo=tmp_path)
    pd.testing.assert_frame_equal(first.placebos, again.placebos, check_exact=True)
    assert again.chance == first.chance

    monkeypatch.undo()
    kept.write_text("[[1,")
    mended = impact(frame, "orders", PHASES, placebos=3, memo=tmp_path)
    pd.testing.assert_frame_equal(first.placebos, mended.placebos, check_exact=True)


def test_other_data_is_not_taken_for_what_was_remembered(tmp_path: Path) -> None:
    impact(daily(effect=40), "orders", PHASES, placebos=3, memo=tmp_path)
    impact(
        daily(effect=41).assign(orders=lambda frame: frame["orders"] * 2), "orders", PHASES, placebos=3, memo=tmp_path
    )

    assert len(list(tmp_path.iterdir())) == 2
