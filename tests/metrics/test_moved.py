"""Moved: two segments of a hundred, of which one falls behind."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from retro.metrics.moved import judged, moved, moved_together


def counts(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["segment", "units", "hits"])


def row(rows: list[dict[str, Any]], segment: str, factor: str) -> dict[str, Any]:
    (own,) = [one for one in rows if (one["segment"], one["factor"]) == (segment, factor)]
    return own


def test_a_rate_is_expected_to_have_moved_as_the_rest_did() -> None:
    before, after = counts(("app", 1000, 500), ("web", 1000, 400)), counts(("app", 1000, 400), ("web", 1000, 440))

    app = row(list(moved("rate", "channel", before, after)), "app", "rate")

    # The web rose by a tenth, so the app was to reach 55 %: 150 of its 1,000 are missing.
    assert (app["before"], round(app["expected"], 9), app["after"]) == (0.5, 0.55, 0.4)
    assert app["cost"] == pytest.approx(-150)
    assert app["p_value"] < 0.001


def test_a_larger_share_of_a_weak_segment_costs_its_distance_to_the_average() -> None:
    before, after = counts(("app", 500, 250), ("sms", 500, 100)), counts(("app", 250, 125), ("sms", 750, 150))

    sms = row(list(moved("rate", "channel", before, after)), "sms", "mix")

    # A quarter of 1,000 more came by SMS, where 20 % are hits, while 27.5 % are in all.
    assert (sms["before"], sms["after"]) == (0.5, 0.75)
    assert sms["cost"] == pytest.approx(250 * (0.2 - 0.275))


def test_without_an_earlier_period_a_segment_is_set_beside_the_rest() -> None:
    rows = list(moved("rate", "channel", None, counts(("app", 1000, 500), ("sms", 100, 30))))

    sms = row(rows, "sms", "rate")
    assert (sms["expected"], sms["after"], sms["cost"]) == (0.5, 0.3, pytest.approx(-20))
    assert {one["factor"] for one in rows} == {"rate"}
    assert "before" not in sms


def test_small_segments_and_lone_ones_are_not_judged() -> None:
    many = ("app", 10_000, 5000)

    assert not list(moved("rate", "channel", None, counts(many)))
    assert {one["segment"] for one in moved("rate", "channel", None, counts(many, ("few", 40, 29)))} == {"app"}
    assert {one["segment"] for one in moved("rate", "channel", None, counts(many, ("thin", 99, 60)))} == {"app"}


def test_a_cause_is_a_loss_beyond_chance_and_above_the_floor() -> None:
    before = counts(("app", 1000, 500), ("sms", 1000, 500), ("web", 1000, 500))
    rows = list(moved("rate", "channel", before, counts(("app", 1000, 500), ("sms", 1000, 300), ("web", 1000, 495))))

    frame = judged(rows, {"rate": 1295.0}, "users")

    assert frame.loc[frame["is_cause"].astype(bool), ["segment", "factor"]].to_numpy().tolist() == [["sms", "rate"]]
    assert set(frame["unit"]) == {"users"}
    assert judged(rows, {"rate": 1e6}, "users")["is_cause"].sum() == 0
    assert judged([], {}, "users").empty


def test_a_level_below_the_rest_is_no_cause() -> None:
    rows = list(moved("rate", "channel", None, counts(("app", 1000, 500), ("sms", 1000, 300))))

    frame = judged(rows, {"rate": 800.0}, "users")

    assert float(frame["adjusted_p"].min()) < 0.001
    assert not frame["is_cause"].any()


def test_what_all_share_is_told_apart_from_any_segment() -> None:
    before, after = counts(("app", 1000, 500), ("web", 1000, 500)), counts(("app", 1000, 400), ("web", 1000, 400))

    frame = judged([*moved_together("rate", before, after), *moved("rate", "channel", before, after)], {}, "users")

    (whole,) = frame[frame["dimension"] == "all"].to_dict("records")
    assert (whole["before"], whole["expected"], whole["cost"]) == (0.5, 0.5, pytest.approx(-200))
    assert whole["adjusted_p"] < 0.001
    assert not frame["is_cause"].any()
    assert not list(moved_together("rate", counts(("app", 100, 29)), after))
