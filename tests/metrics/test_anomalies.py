import datetime as dt

import numpy as np
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.i18n import load_text
from retro.metrics import anomalies, anomaly_sentence

DAY_OF_MINUTES = 24 * 60
WEEK = np.array([100, 110, 120, 130, 140, 300, 280])


def series(weeks: int = 8, **changed: float) -> pd.DataFrame:
    """A weekly pattern that grows slowly, varies by chance, and is `changed` on the days numbered `d3` and so on."""
    noise = np.random.default_rng(3).normal(0, 4, weeks * 7)
    values = np.tile(WEEK, weeks) * np.linspace(1, 1.3, weeks * 7) + noise
    for day, value in changed.items():
        values[int(day[1:])] = value
    days = [dt.date(2025, 1, 6) + dt.timedelta(days=day) for day in range(weeks * 7)]
    return pd.DataFrame({"on": days, "events": values.round()})


def test_anomalies_of_an_ordinary_series_are_none() -> None:
    assert anomalies(series(), at="on", value="events").empty


def test_anomalies_have_their_size() -> None:
    frame = anomalies(series(d16=500, d40=20), at="on", value="events")
    assert frame["start_at"].tolist() == [dt.date(2025, 1, 22), dt.date(2025, 2, 15)]
    assert frame["size"].iloc[0] == pytest.approx(500 - 120 * 1.09, abs=20)
    assert frame["size"].iloc[1] == pytest.approx(20 - 300 * 1.22, abs=40)
    assert frame["score"].iloc[0] > 0 > frame["score"].iloc[1]
    assert frame["size_rate"].iloc[1] == pytest.approx(20 / frame["expected"].iloc[1] - 1)


def test_anomalies_join_neighbours() -> None:
    frame = anomalies(series(d16=500, d17=500), at="on", value="events")
    assert frame[["points", "value"]].to_numpy().tolist() == [[2, 1000]]
    assert (frame["end_at"] - frame["start_at"]).tolist() == [dt.timedelta(days=1)]


def test_a_lasting_step_is_a_new_level_not_an_anomaly() -> None:
    frame = series(10)
    frame.loc[35:, "events"] *= 2
    assert len(anomalies(frame, at="on", value="events")) <= 1


def test_lost_days_are_no_anomalies_and_move_no_level() -> None:
    frame = series(d16=500)
    frame.loc[[30, 31], "events"] = np.nan

    found = anomalies(frame, at="on", value="events")

    assert found["start_at"].tolist() == [dt.date(2025, 1, 22)]
    assert found["expected"].iloc[0] == pytest.approx(120 * 1.09, rel=0.06)


def test_days_of_which_fewer_than_three_weeks_are_known_have_no_anomalies() -> None:
    frame = series(8, d50=900)
    frame.loc[:35, "events"] = np.nan
    assert anomalies(frame, at="on", value="events").empty


def test_a_gap_in_minutes_is_found() -> None:
    minutes = pd.date_range("2025-02-25", periods=4 * DAY_OF_MINUTES, freq="min")
    rate = 200 + 150 * np.sin(np.arange(len(minutes)) / DAY_OF_MINUTES * 2 * np.pi)
    counts = np.random.default_rng(5).poisson(rate)
    counts[4000:4003] = 0
    frame = anomalies(
        pd.DataFrame({"at": minutes, "events": counts}), at="at", value="events", season=DAY_OF_MINUTES, threshold=6
    )
    assert frame[["points", "value"]].to_numpy().tolist() == [[3, 0]]
    assert frame["start_at"].iloc[0] == minutes[4000]


def test_anomalies_without_season() -> None:
    frame = pd.DataFrame({"at": range(60), "events": [20] * 30 + [90] + [20] * 29})
    found = anomalies(frame, at="at", value="events", season=None)
    assert found[["start_at", "points", "size"]].to_numpy().tolist() == [[30, 1, pytest.approx(70)]]


def test_anomalies_refuse_short_series_and_wrong_columns() -> None:
    with pytest.raises(MetricError, match=r"must hold at least 3 seasons of 7, got 14 points"):
        anomalies(series(2), at="on", value="events")
    with pytest.raises(MetricError, match="column 'views' must be in the frame"):
        anomalies(series(), at="on", value="views")


@pytest.mark.parametrize(
    ("lang", "noun", "sentence"),
    [
        ("en", "orders", "22 Jan 2025: 500 orders, 368 more than expected (+278.8%)."),
        ("zh", "订单", "2025年1月22日：订单 500，比预期多 368（+278.8%）。"),
    ],
)
def test_anomaly_sentence_for_a_day(lang: str, noun: str, sentence: str) -> None:
    row = pd.Series(
        {"start_at": dt.date(2025, 1, 22), "end_at": dt.date(2025, 1, 22), "value": 500.0, "expected": 132.0}
        | {"size": 368.0, "size_rate": 2.788}
    )
    assert anomaly_sentence(row, load_text(lang), noun) == sentence


def test_anomaly_sentence_for_a_stretch() -> None:
    row = pd.Series(
        {"start_at": dt.date(2025, 1, 22), "end_at": dt.date(2025, 1, 24), "value": 0.0, "expected": 0.0}
        | {"size": -10.0, "size_rate": float("nan")}
    )
    assert (
        anomaly_sentence(row, load_text("en"), "orders")
        == "22 Jan 2025 – 24 Jan 2025: 0 orders, 10 fewer than expected."
    )
