"""The ledger of two members, worked by hand, and a board that shows one of them three points too many."""

import datetime as dt

import ibis
import pytest
from tests.metrics.conftest import MakeTable

from retro.errors import MetricError
from retro.metrics import leaderboard, points_balance
from retro.periods import Window

START, END, UNTIL = dt.datetime(2025, 1, 17), dt.datetime(2025, 1, 24), dt.datetime(2025, 2, 1)
COLUMNS = "entry_id user_id occurred_at kind points balance_after reward campaign_id"

ENTRIES = [
    ("e1", "ann", "2025-01-01T00:00", "opening", 100, 100, None, None),
    ("e2", "ann", "2025-01-05T09:00", "order", 40, 140, None, None),
    ("e3", "ann", "2025-01-06T09:00", "expire", -20, 120, None, None),
    ("e4", "bob", "2025-01-17T00:00", "sign_in", 20, 20, None, "c"),
    ("e5", "ann", "2025-01-18T09:00", "share", 30, 150, None, "c"),
    ("e6", "ann", "2025-01-18T09:00", "redeem", -100, 50, "cup", "c"),  # the same moment: the later entry counts
    ("e7", "ann", "2025-01-20T09:00", "reversal", -10, 40, None, None),
    ("e8", "bob", "2025-01-26T09:00", "claw_back", -20, 0, None, "c"),
    ("e9", "bob", "2025-02-01T00:00", "sign_in", 5, 5, None, None),  # not observed
]


@pytest.fixture
def ledger(engine: ibis.BaseBackend) -> ibis.Table:
    return made(engine, ENTRIES)


def made(engine: ibis.BaseBackend, entries: list[tuple[object, ...]]) -> ibis.Table:
    names = COLUMNS.split()
    rows = [dict(zip(names, entry, strict=True)) for entry in entries]
    for row in rows:
        row["occurred_at"] = dt.datetime.fromisoformat(str(row["occurred_at"]))
    kinds = {"points": "int64", "balance_after": "int64", "occurred_at": "timestamp"}
    schema = ibis.schema({name: kinds.get(name, "string") for name in names})
    return engine.create_table(ibis.util.gen_name("ledger"), ibis.memtable(rows, schema=schema).to_pyarrow(), temp=True)


def test_the_ledger_rolls_forward_to_the_point(ledger: ibis.Table) -> None:
    frame = points_balance(ledger, Window(START, END, UNTIL)).set_index("period")

    assert frame.loc["before"].to_dict() == {
        "opening": 100, "issued": 40, "redeemed": 0, "expired": 20, "clawed_back": 0, "reversed": 0,
        "outstanding": 120, "difference": 0,
    }  # fmt: skip
    assert frame.loc["during"].to_dict() == {
        "opening": 120, "issued": 50, "redeemed": 100, "expired": 0, "clawed_back": 0, "reversed": 10,
        "outstanding": 60, "difference": 0,
    }  # fmt: skip
    assert frame.loc["after", "clawed_back"] == 20
    assert frame.loc["after", "outstanding"] == 40
    assert frame["difference"].tolist() == [0, 0, 0]


def test_a_balance_that_does_not_follow_is_a_difference(engine: ibis.BaseBackend) -> None:
    broken = [*ENTRIES[:4], ("e5", "ann", "2025-01-18T09:00", "share", 30, 157, None, "c")]

    frame = points_balance(made(engine, broken), Window(START, END, UNTIL)).set_index("period")

    assert frame.loc["during", "difference"] == -7
    assert frame.loc["after", "difference"] == 0


NUMBERED = [  # by the database, so that '10' sorts before '9'
    ("9", "ann", "2025-01-18T10:00", "order", 100, 100, None, "c"),
    ("10", "ann", "2025-01-18T10:00", "sign_in", 5, 105, None, "c"),
    ("99", "bob", "2025-01-18T10:00", "order", 50, 50, None, "c"),
    ("100", "bob", "2025-01-18T10:00", "redeem", -50, 0, "cup", "c"),
    ("f3", "cai", "2025-01-18T10:00", "order", 7, 7, None, "c"),  # ids that say nothing: balances do
    ("a1", "cai", "2025-01-18T10:00", "share", 3, 10, None, "c"),
]


def test_of_entries_of_one_moment_the_last_is_found_by_balance_and_never_by_ids_as_text(
    engine: ibis.BaseBackend,
) -> None:
    frame = points_balance(made(engine, NUMBERED), Window(START, END, UNTIL)).set_index("period")

    assert (frame.loc["after", "outstanding"], frame.loc["after", "difference"]) == (115, 0)


def test_an_empty_ledger_is_nothing_everywhere(ledger: ibis.Table) -> None:
    empty = ledger.filter(ledger.user_id == "nobody")

    frame = points_balance(empty, Window(START, END, UNTIL))

    assert frame.drop(columns="period").to_numpy().sum() == 0


def test_a_ledger_without_balances_is_refused(ledger: ibis.Table) -> None:
    with pytest.raises(MetricError, match=r"^points_ledger: column 'balance_after' must be in the table"):
        points_balance(ledger.drop("balance_after"), Window(START, END, UNTIL))


def test_the_board_is_held_against_what_was_booked_before_it(table: MakeTable, ledger: ibis.Table) -> None:
    shown = [("c", "2025-01-18T00:00", "bob", 20), ("c", "2025-01-24T00:00", "bob", 20)]
    shown += [("c", "2025-01-24T00:00", "ann", 33), ("other", "2025-01-25T00:00", "bob", 1)]
    board = table("campaign_id snapshot_at user_id shown", [(*row[:3], str(row[3])) for row in shown])
    board = board.mutate(points=board.shown.cast("int64")).drop("shown")

    frame = leaderboard(board, ledger, "c")

    assert frame["members"].tolist() == [1, 2]
    assert frame["shown"].tolist() == [20, 53]
    assert frame["booked"].tolist() == [20, 50]
    assert frame["mismatched"].tolist() == [0, 1]
    assert frame["off"].tolist() == [0, 3]
    assert frame["leaderboard_error_rate"].tolist() == [0, 0.06]


def test_who_is_missing_from_the_board_is_off_by_all_points(table: MakeTable, ledger: ibis.Table) -> None:
    board = table("campaign_id snapshot_at user_id shown", [("c", "2025-01-24T00:00", "bob", "20")])
    board = board.mutate(points=board.shown.cast("int64"))

    frame = leaderboard(board, ledger, "c")

    assert (frame["members"].item(), frame["off"].item()) == (2, 30)


def test_a_campaign_without_a_board_has_no_row(table: MakeTable, ledger: ibis.Table) -> None:
    board = table("campaign_id snapshot_at user_id shown", [("c", "2025-01-24T00:00", "bob", "20")])

    assert leaderboard(board.mutate(points=board.shown.cast("int64")), ledger, "none").empty
