from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.ledger import Change, Entry, Ledger, compare, read_ledger, write_ledger

USERS = Entry(name="new_users", value=Decimal(100), unit="users", tables=("users",), definition="registrations")
VALUE = Entry(
    name="first_day_value",
    value=Decimal("44121.39"),
    unit="money",
    tables=("users", "orders"),
    definition="first_day_value",
)


def test_a_ledger_comes_back_to_the_cent(tmp_path: Path) -> None:
    path = write_ledger(tmp_path / "ledger.json", Ledger([USERS, VALUE]))

    assert read_ledger(path).entries == (USERS, VALUE)


def test_recording_again_replaces() -> None:
    ledger = Ledger([USERS])
    ledger.record(USERS.model_copy(update={"value": Decimal(90)}))

    assert [entry.value for entry in ledger.entries] == [Decimal(90)]
    assert ledger.get("unknown") is None


def test_compare_names_changed_new_and_lost_figures() -> None:
    after = Ledger(
        [
            USERS.model_copy(update={"value": Decimal(90)}),
            Entry(name="cac", value=None, unit="money", tables=("users",), definition="acquisition_cost"),
        ]
    )

    assert compare(Ledger([USERS, VALUE]), after) == (
        Change(name="new_users", before=Decimal(100), after=Decimal(90)),
        Change(name="first_day_value", before=Decimal("44121.39"), after=None),
    )


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    path.write_text('{"entries": [{"name": "Bad Name"}]}')

    with pytest.raises(RetroError, match=r"ledger\.json: file must be a ledger of figures\. Run its report again\."):
        read_ledger(path)
