import datetime as dt

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import FunnelPath, drop_off_factors, funnel_segments
from retro.periods import Window

START, DAY = dt.datetime(2025, 1, 10), dt.timedelta(days=1)
ASKED = Window(START, START + DAY, START + 9 * DAY)


@pytest.fixture
def events() -> ibis.Table:
    """Of 20 users of the app 15 order, of 10 of the web 2, of 3 of SMS all; everybody is on one device."""
    rows = []
    for channel, users, ordered in (("app", 20, 15), ("web", 10, 2), ("sms", 3, 3)):
        for number in range(users):
            rows.append((f"{channel}{number}", "register", 0, channel))
            if number < ordered:
                rows.append((f"{channel}{number}", "order", 1, channel))
    return ibis.memtable(
        [
            {"user_id": u, "event": e, "occurred_at": START + at * dt.timedelta(hours=1), "channel": c, "device": "ios"}
            for u, e, at, c in rows
        ]
    )


def test_groups_add_up_to_everybody_and_small_ones_are_put_together(events: ibis.Table) -> None:
    frame = funnel_segments(events, FunnelPath(["register", "order"], DAY), ASKED, by=["channel", "city"])

    assert frame[["attribute", "group", "step", "users", "before"]].values.tolist() == [
        ["channel", "app", "register", 20, 20],
        ["channel", "app", "order", 15, 20],
        ["channel", "web", "register", 10, 10],
        ["channel", "web", "order", 2, 10],
        ["channel", "other", "register", 3, 3],
        ["channel", "other", "order", 3, 3],
    ]
    assert frame["rate"].iloc[[1, 3, 5]].tolist() == [0.75, 0.2, 1.0]


def test_intervals_hold_together(events: ibis.Table) -> None:
    one = funnel_segments(events, FunnelPath(["register", "order"], DAY), ASKED, by=["channel"])
    two = funnel_segments(events, FunnelPath(["register", "order"], DAY), ASKED, by=["channel", "device"])

    assert two["low"].iloc[1] < one["low"].iloc[1] < 0.75
    assert two["high"].iloc[1] > one["high"].iloc[1] > 0.75


def test_a_shop_without_the_columns_has_no_rows(events: ibis.Table) -> None:
    bare = events.drop("channel", "device")

    frame = funnel_segments(bare, FunnelPath(["register", "order"], DAY), ASKED, by=["channel", "device"])

    assert frame.empty
    assert drop_off_factors(frame).empty


def test_factors_set_each_group_against_all_others(events: ibis.Table) -> None:
    frame = drop_off_factors(
        funnel_segments(events, FunnelPath(["register", "order"], DAY), ASKED, by=["channel", "device"])
    )

    assert frame["group"].tolist() == ["web", "other", "app"]  # the one device has nothing to be compared with
    web = frame.iloc[0]
    # 2 of 10 against 18 of 23: (2 + 1)(5 + 1) / ((8 + 1)(18 + 1))
    assert web["odds_ratio"] == pytest.approx(18 / 171)
    assert web["odds_high"] < 1


def test_numbers_below_one_are_refused(events: ibis.Table) -> None:
    with pytest.raises(MetricError, match="most must be at least 1, got 0"):
        funnel_segments(events, FunnelPath(["register", "order"], DAY), ASKED, by=["channel"], most=0)
