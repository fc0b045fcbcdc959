import numpy as np
import pytest

from retro.metrics.spread import weighted_quantile


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
def test_weighted_quantile_agrees_with_numpy(share: float) -> None:
    values, counts = [3.0, 1.0, 7.0, 2.0], [2, 5, 1, 3]
    assert weighted_quantile(values, counts, share) == pytest.approx(np.quantile(np.repeat(values, counts), share))


def test_weighted_quantile_of_none_is_missing() -> None:
    assert np.isnan(weighted_quantile([], [], 0.5))
