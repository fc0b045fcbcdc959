from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.ledger import Entry, Ledger, entry, read_ledger, write_ledger

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


def test_an_entry_takes_unit_tables_and_definition_from_the_registry() -> None:
    assert entry("new_users", Decimal(100)) == USERS
    assert entry("day_7_retention_rate", None, tables=()).tables == ()

    with pytest.raises(RetroError, match="Did you mean 'new_users'"):
        entry("new_user", Decimal(1))


def test_a_figure_that_nobody_defined_is_not_written(tmp_path: Path) -> None:
    ledger = Ledger([USERS.model_copy(update={"name": "new_user"})])

    with pytest.raises(RetroError, match="Did you mean 'new_users'"):
        write_ledger(tmp_path / "ledger.json", ledger)


def test_a_ledger_of_before_opens_with_the_names_of_today(tmp_path: Path) -> None:
    before = {"value": "0.2", "unit": "rate", "tables": ["users", "orders"], "about": {}}
    entries = [
        before | {"name": "woken_rate", "definition": "tier_migration"},
        before | {"name": "woken_rate", "definition": "woken_members"},
        before | {"name": "review_score", "definition": "reviews", "unit": "ratio", "value": "4.8"},
    ]
    path = tmp_path / "ledger.json"
    path.write_text(json.dumps({"entries": entries}))

    ledger = read_ledger(path)

    assert [one.name for one in ledger.entries] == ["left_dormant_rate", "reactivated_rate", "review_score"]
    assert ledger.entries[2].value == Decimal("4.8")


def test_a_word_of_the_shop_is_kept_and_found_where_an_older_ledger_had_it_in_other_letters(tmp_path: Path) -> None:
    today = entry("露营_scene_gmv", Decimal(90))
    before = today.model_copy(update={"name": "8c134f_scene_gmv"})
    assert read_ledger(write_ledger(tmp_path / "today.json", Ledger([today]))).get("露营_scene_gmv") == today
    assert read_ledger(write_ledger(tmp_path / "before.json", Ledger([before]))).get("露营_scene_gmv") is not None
    assert Ledger([before]).get("宴客_scene_gmv") is None


def test_a_damaged_ledger_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    path.write_text('{"entries": [{"name": "Bad Name"}]}')

    with pytest.raises(RetroError, match=r"ledger\.json: file must be a ledger of figures\. Run its report again\."):
        read_ledger(path)
