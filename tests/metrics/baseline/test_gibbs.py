import numpy as np
import pytest

from retro.errors import MetricError
from retro.metrics.baseline import draw_paths

NOTHING = np.empty((80, 0))
KNOWN = np.arange(80) < 70


def series(seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Eighty days that follow a covariate, and the covariate."""
    rng = np.random.default_rng(seed)
    covariate = 100 + np.cumsum(rng.standard_normal(80))
    return 1.5 * covariate + rng.standard_normal(80), covariate[:, None]


def test_a_planted_effect_is_found_beside_a_covariate() -> None:
    values, covariate = series()
    values[70:] += 10

    fit = draw_paths(values, KNOWN, NOTHING, covariate, level_sd=0.01, draws=500, seed=1)

    average = float((values - fit.expected)[70:].mean())
    low, high = np.percentile((values - fit.paths)[:, 70:].mean(axis=1), (2.5, 97.5))
    assert average == pytest.approx(10, abs=1.5)
    assert low < average < high
    assert fit.inclusion.tolist() == [1.0]


def test_a_covariate_that_says_nothing_is_left_out_of_most_draws() -> None:
    values, covariate = series()
    noise = np.random.default_rng(9).standard_normal((80, 8))

    fit = draw_paths(values, KNOWN, NOTHING, np.hstack([covariate, noise]), level_sd=0.01, draws=500, seed=1)

    assert fit.inclusion[0] > 0.95
    assert fit.inclusion[1:].max() < 0.5


def test_a_forced_column_always_belongs_to_the_model() -> None:
    weekend = (np.arange(80) % 7 >= 5).astype(float)[:, None]
    values = 50 + 20 * weekend[:, 0] + np.random.default_rng(1).standard_normal(80)

    fit = draw_paths(values, KNOWN, weekend, NOTHING, level_sd=0.1, draws=500, seed=1)

    assert fit.expected[70:] == pytest.approx(50 + 20 * weekend[70:, 0], abs=2)


def test_what_stands_at_unknown_places_is_never_read() -> None:
    values, covariate = series()
    known = KNOWN.copy()
    known[20:25] = False
    wild = values.copy()
    wild[20:25], wild[70:] = 1e9, np.nan

    paths = [draw_paths(one, known, NOTHING, covariate, level_sd=0.1, draws=50, seed=1).paths for one in (values, wild)]

    assert np.array_equal(*paths)


def test_equal_seeds_give_equal_draws() -> None:
    values, covariate = series()
    first, second = (
        draw_paths(values, KNOWN, NOTHING, covariate, level_sd=0.1, draws=50, seed=7).paths for _ in range(2)
    )

    assert np.array_equal(first, second)


def test_a_series_that_never_varies_is_refused_in_words() -> None:
    with pytest.raises(MetricError, match="series must vary before the campaign, got 70 times 5"):
        draw_paths(np.full(80, 5.0), KNOWN, NOTHING, NOTHING, level_sd=0.1, draws=10, seed=1)


def test_too_few_known_values_are_refused_in_words() -> None:
    with pytest.raises(MetricError, match="series must have 14 known values or more, got 3"):
        draw_paths(np.arange(80.0), np.arange(80) < 3, NOTHING, NOTHING, level_sd=0.1, draws=10, seed=1)
