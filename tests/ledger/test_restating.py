from __future__ import annotations

from decimal import Decimal

from retro.ledger import Entry, Ledger, Steps, compare, restated


def sold(value: int | None, **more: object) -> Entry:
    facts = {"name": "gmv", "unit": "money", "tables": ("orders",), "definition": "sales", **more}
    return Entry.model_validate({"value": value, **facts})


def told(before: Entry, after: Entry, *names: str, between: tuple[int | None, ...] = ()) -> Entry:
    values = tuple({"gmv": None if one is None else Decimal(one)} for one in between)
    (entry,) = restated(Ledger([before]), Ledger([after]), Steps(names=names, between=values))
    return entry


def test_parts_sum_up_to_the_move_over_all_editions_and_keep_their_order() -> None:
    second = told(sold(100), sold(112), "params", "orders", between=(95,))
    third = told(second, sold(104), "code", "refunds", between=(113,))

    assert (third.first, third.moved_by) == (100, {"code": 1, "params": -5, "orders": 17, "refunds": -9})
    assert list(third.moved_by) == ["code", "params", "orders", "refunds"]
    (move,) = compare(Ledger([second]), Ledger([third]))
    assert (move.difference, move.parts) == (-8, {"code": 1, "refunds": -9})
    (whole,) = compare(Ledger([sold(100)]), Ledger([third]))
    assert whole.parts == third.moved_by


def test_one_change_alone_moved_all_and_one_that_moved_nothing_is_not_told() -> None:
    assert told(sold(100), sold(90), "refunds").moved_by == {"refunds": -10}
    same = told(sold(100), sold(100), "code", "orders", between=(100,))
    assert (same.first, same.moved_by) == (None, {})


def test_what_is_missing_in_between_is_not_told_apart() -> None:
    assert told(sold(100), sold(90), "params", "orders", between=(None,)).moved_by == {"together": -10}
    assert told(sold(100), sold(90), "params", "orders").moved_by == {"together": -10}


def test_a_figure_that_had_no_value_before_is_published_first_now() -> None:
    assert told(sold(None), sold(90), "orders").first is None
    (move,) = compare(Ledger([sold(80)]), Ledger([sold(90)]))  # two reports, of which neither followed the other
    assert move.parts == {}
