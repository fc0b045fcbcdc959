from __future__ import annotations

from pathlib import Path

from retro.contracts import RuleResult
from retro.contracts.memory import Memory, TableResults


def results(rows: int, outcome: str = "passed") -> TableResults:
    said = {"en": "order_id must be unique", "zh": "order_id 不能重复"}
    given = {"table": "orders", "rule": "order_id.unique", "kind": "unique", "severity": "warning", "said": said}
    return TableResults(results=(RuleResult.model_validate(given | {"outcome": outcome}),), rows=rows)


def test_what_is_remembered_is_recalled_for_the_same_data_only(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "shop", "monday")
    memory.remember(results(3), "orders", "contract")
    assert memory.recall("orders", "contract") == results(3)
    assert memory.recall("orders", "another contract") is None
    assert Memory(tmp_path, "shop", "tuesday").recall("orders", "contract") is None


def test_a_damaged_memory_is_no_memory(tmp_path: Path) -> None:
    memory = Memory(tmp_path, "shop", "monday")
    memory.remember(results(3), "orders")
    (path,) = tmp_path.glob("*.json")
    path.write_text("{", encoding="utf-8")
    assert memory.recall("orders") is None
    path.write_text('{"rows": "many"}', encoding="utf-8")
    assert memory.recall("orders") is None


def test_the_past_holds_one_entry_for_each_state_of_the_data(tmp_path: Path) -> None:
    monday, tuesday = (Memory(tmp_path, "shop", day) for day in ("monday", "tuesday"))
    assert monday.last_rows("orders") is None
    monday.record("orders", results(3))
    monday.record("orders", results(3))
    tuesday.record("orders", results(5, "failed"))
    assert [(one.fingerprint, one.rows, one.warnings) for one in tuesday.past("orders")] == [
        ("monday", 3, 0),
        ("tuesday", 5, 1),
    ]
    assert (monday.last_rows("orders"), tuesday.last_rows("orders")) == (5, 3)
    assert Memory(tmp_path, "another shop", "tuesday").past("orders") == ()


def test_the_past_is_forgotten_after_two_years_of_months(tmp_path: Path) -> None:
    for month in range(30):
        Memory(tmp_path, "shop", str(month)).record("orders", results(month))
    assert [one.rows for one in Memory(tmp_path, "shop", "29").past("orders")] == list(range(6, 30))
