import datetime as dt
from collections.abc import Callable

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics.payments import payment_channels, payment_incidents, payments
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WINDOW = Window(at("2025-02-28T20:00"), at("2025-02-28T21:00"))


@pytest.fixture
def events(table: MakeTable) -> ibis.Table:
    return table(
        "event occurred_at channel",
        [
            ("pay", "2025-02-28T20:00:30", "app"),
            ("pay_failed", "2025-02-28T20:05", "mini"),
            ("pay", "2025-02-28T20:06", "mini"),
            ("pay", "2025-02-28T20:40", "mini"),
            ("view", "2025-02-28T20:41", "mini"),
            ("pay_failed", "2025-02-28T21:00", "app"),
        ],
    )


@pytest.fixture
def incidents(table: MakeTable) -> ibis.Table:
    return table(
        "system severity channel started_at ended_at title",
        [
            ("payment", "major", "mini", "2025-02-28T20:05", "2025-02-28T20:15", "slow"),
            ("login", "minor", None, "2025-02-28T19:00", "2025-02-28T20:10", "late codes"),
            ("payment", "minor", None, "2025-02-28T21:00", "2025-02-28T22:00", "after"),
        ],
    )


def test_attempts_are_counted_by_step_and_a_step_without_any_has_no_rate(
    events: ibis.Table, incidents: ibis.Table
) -> None:
    frame = payments(events, {"incidents": incidents}, WINDOW, step_minutes=10)

    assert frame["attempts"].tolist() == [3, 0, 0, 0, 1, 0]
    assert frame["paid"].tolist() == [2, 0, 0, 0, 1, 0]
    assert frame["rate"].tolist()[0] == pytest.approx(2 / 3)
    assert pd.isna(frame["rate"].iloc[1])
    assert frame["broken"].tolist() == [True, True, False, False, False, False]


def test_channels_add_up_to_all(events: ibis.Table) -> None:
    frame = payment_channels(events, WINDOW)

    assert frame["channel"].tolist() == ["all", "mini", "app"]
    assert frame["attempts"].tolist() == [4, 3, 1]
    assert frame["paid"].tolist() == [3, 2, 1]


def test_an_incident_is_set_beside_the_rest_of_its_channel(events: ibis.Table, incidents: ibis.Table) -> None:
    frame = payment_incidents(events, {"incidents": incidents}, WINDOW)

    assert frame["title"].tolist() == ["late codes", "slow"]
    assert frame["started_at"].tolist()[0] == at("2025-02-28T20:00")
    login, slow = frame.to_dict("records")
    assert pd.isna(login["attempts"])
    assert (slow["attempts"], slow["paid"], slow["rest_attempts"], slow["rest_rate"]) == (2, 1, 1, 1.0)


def test_a_shop_without_incidents_has_none(events: ibis.Table) -> None:
    assert payment_incidents(events, {}, WINDOW).empty
    assert not payments(events, {}, WINDOW)["broken"].any()


def test_a_step_has_a_length(events: ibis.Table) -> None:
    with pytest.raises(MetricError, match="step_minutes must be at least 1, got 0"):
        payments(events, {}, WINDOW, step_minutes=0)
