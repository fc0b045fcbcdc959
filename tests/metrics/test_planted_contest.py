"""What was planted in the demo shop's points contest is found: the ledger, the broken row of the board, Wednesdays."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import ibis
import pytest

from retro.files import project_root
from retro.metrics import (
    daily_redemptions,
    eligible_members,
    leaderboard,
    participants,
    participation,
    points_balance,
    redeemed_points,
)
from retro.periods import Window

START, END, UNTIL = dt.datetime(2025, 1, 17), dt.datetime(2025, 1, 24), dt.datetime(2025, 4, 1)


@pytest.fixture(scope="module")
def demo() -> Path:
    folder = project_root() / "data" / "demo"
    if not (folder / "truth.json").is_file():
        pytest.skip("needs the demo shop: `make demo`")
    return folder


@pytest.fixture(scope="module")
def truth(demo: Path) -> dict[str, Any]:
    planted: dict[str, Any] = json.loads((demo / "truth.json").read_text(encoding="utf-8"))
    return planted


def opened(demo: Path, name: str) -> ibis.Table:
    return ibis.duckdb.connect().read_parquet(demo / f"{name}.parquet")


def test_the_ledger_ties_out_to_the_point(demo: Path) -> None:
    frame = points_balance(opened(demo, "points_ledger"), Window(START, END, UNTIL))

    assert frame["difference"].tolist() == [0, 0, 0]
    assert (frame["issued"] > 0).all()


def test_the_row_of_the_board_that_was_broken_is_found(demo: Path, truth: dict[str, Any]) -> None:
    connection = ibis.duckdb.connect()
    board, ledger = (connection.read_parquet(demo / f"{name}.parquet") for name in ("leaderboard", "points_ledger"))

    frame = leaderboard(board, ledger, "2025Q1-points-contest")

    assert frame["mismatched"].tolist() == [0] * 6 + [1]
    assert frame["off"].iloc[-1] == truth["points_contest"]["leaderboard_mismatch"]["points_too_many"]
    assert 0 < frame["leaderboard_error_rate"].iloc[-1] < 0.0001


def test_wednesday_is_members_day(demo: Path) -> None:
    redeemed = redeemed_points(opened(demo, "points_ledger"), Window(START, END))

    frame = daily_redemptions(redeemed, Window(START, END)).set_index("weekday")

    assert frame["points"].idxmax() == 3
    assert 0.3 < frame["share"][3] < 0.45  # planted: 2.6 times as many as on a Monday


def test_those_who_were_invited_are_told_from_those_held_out(demo: Path, truth: dict[str, Any]) -> None:
    connection = ibis.duckdb.connect()
    tables = {name: connection.read_parquet(demo / f"{name}.parquet") for name in ("users", "events", "exposures")}
    eligible = eligible_members(tables["users"], tables, Window(START, END), invitation="contest_invitation")
    joined = participants(tables["events"], Window(START, END), event="join")

    last = participation(eligible, joined, tables["events"], Window(START, END)).query("day == 7").set_index("group")

    assert last["eligible"]["all"] == truth["counts"]["contest_invited"]
    assert 0.36 < last["rate"]["seen"] < 0.44  # planted: four in ten of those seen lately
    assert last["participants"]["seen"] + last["participants"]["silent"] == last["participants"]["all"]
