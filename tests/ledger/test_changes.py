from __future__ import annotations

import datetime as dt
from decimal import Decimal

from retro.ledger import Entry, Inputs, Ledger, Move, TableChange, TableContent, Version, changes, compare

USERS = Entry(name="new_users", value=Decimal(100), unit="users", tables=("users",), definition="registrations")
GMV = Entry(name="gmv", value=Decimal("500.50"), unit="money", tables=("orders",), definition="gmv")
UNTIL = dt.datetime(2025, 2, 3)


def orders(content: str, days: dict[int, str]) -> TableContent:
    found = [said.split() for said in days.values()]
    return TableContent(
        content=content,
        rows=sum(int(one[0]) for one in found),
        worth=sum((Decimal(one[1]) for one in found), Decimal(0)),
        days={dt.date(2025, 2, day): said for day, said in days.items()},
    )


def inputs(**given: object) -> Inputs:
    facts = {
        "observed_until": UNTIL,
        "params": {"title": {"en": "Week"}, "targets": {"gmv": "400"}, "tables": ["a", "b"]},
        "tables": {
            "orders": orders("o1", {1: "2 20.00", 2: "3 30.00"}),
            "users": TableContent(content="u1", rows=9, days={dt.date(2025, 2, 1): "9"}),
        },
        "code": {"retro.metrics.gmv": "c1"},
    }
    return Inputs.model_validate(facts | given)


def version(run_id: str, entries: list[Entry], made_from: Inputs | None) -> Version:
    return Version(run_id, Ledger(entries), made_from)


def moved(entry: Entry, value: str) -> Entry:
    return entry.model_copy(update={"value": Decimal(value)})


def test_compare_names_changed_new_and_lost_figures() -> None:
    unknown = Entry(name="cac_all_cost", value=None, unit="money", tables=("users",), definition="acquisition_cost")

    assert compare(Ledger([USERS, GMV]), Ledger([moved(USERS, "90"), unknown])) == (
        Move("new_users", "users", Decimal(100), Decimal(90)),
        Move("gmv", "money", Decimal("500.50"), None, gone=True),
    )


def test_late_rows_are_told_from_those_of_days_that_came_since() -> None:
    tables = {
        "orders": orders("o2", {1: "2 20.00", 2: "5 44.50", 3: "7 70.00"}),
        "users": inputs().tables["users"],
    }
    found = changes(
        version("1", [USERS, GMV], inputs()),
        version("2", [USERS, moved(GMV, "515")], inputs(tables=tables, observed_until=dt.datetime(2025, 2, 4))),
    )

    day = dt.date(2025, 2, 2)
    assert found.tables == (TableChange("orders", 2, Decimal("14.50"), (day, day), 7, Decimal("70.00")),)
    assert [(move.name, move.difference, move.because) for move in found.moves] == [
        ("gmv", Decimal("14.50"), ("data",))
    ]
    assert found.compared == 2


def test_rows_that_were_swapped_on_a_day_are_late_though_none_is_more() -> None:
    tables = {**inputs().tables, "orders": orders("o2", {1: "2 20.00", 2: "3 33.00"})}
    (found,) = changes(version("1", [GMV], inputs()), version("2", [GMV], inputs(tables=tables))).tables

    assert (found.late_rows, found.late_worth, found.later_rows) == (0, Decimal("3.00"), 0)


def test_days_before_the_later_baseline_are_held_against_each_other_as_one() -> None:
    tables = {**inputs().tables, "orders": orders("o2", {2: "6 61.00"})}
    (found,) = changes(version("1", [GMV], inputs()), version("2", [GMV], inputs(tables=tables))).tables

    assert (found.late_rows, found.late_worth) == (1, Decimal("11.00"))


def test_a_table_that_a_figure_does_not_read_did_not_move_it() -> None:
    tables = {**inputs().tables, "users": TableContent(content="u2", rows=8, days={dt.date(2025, 2, 1): "8"})}
    params = {"title": {"en": "The week"}, "targets": {"gmv": "450"}, "tables": ["a"]}
    found = changes(
        version("1", [USERS, GMV], inputs()),
        version("2", [moved(USERS, "90"), moved(GMV, "510")], inputs(tables=tables, params=params)),
    )

    assert {move.name: move.because for move in found.moves} == {"new_users": ("data", "params"), "gmv": ("params",)}
    assert found.params == {"tables": (["a", "b"], ["a"]), "targets.gmv": ("400", "450")}, "titles move no figure"
    assert list(found.by_cause()) == [("params",), ("data", "params")]


def test_code_contracts_and_other_reports_are_causes_of_their_own() -> None:
    after = inputs(code={"retro.metrics.gmv": "c2"}, contracts="k2", reports={"2025Q1/week": "r1"})
    found = changes(version("1", [GMV], inputs()), version("2", [moved(GMV, "1")], after))

    assert found.moves[0].because == ("contracts", "reports", "code")
    assert (found.modules, found.reports, found.contracts) == (("retro.metrics.gmv",), ("2025Q1/week",), True)


def test_a_version_that_did_not_say_what_it_was_made_from_leaves_causes_open() -> None:
    found = changes(version("1", [GMV], None), version("2", [moved(GMV, "1")], inputs()))

    assert (found.recorded, found.moves[0].because) == (False, ("unrecorded",))
