from __future__ import annotations

from decimal import Decimal

import pytest

from retro.statements import UnknownFigure, Value, names_of, parse_relation

FIGURES: dict[str, Value] = {
    "cac": Decimal("5.1"),
    "target.cac": Decimal(5),
    "budget.total": Decimal(5_000_000),
    "campaigns.cost": (Decimal(5_000_000), Decimal(3_000_000), Decimal(4_000_000)),
    "quarter_split": (Decimal("0.20"), Decimal("0.35"), Decimal("0.25"), Decimal("0.30")),
    "nothing": Decimal(0),
    "in.class": Decimal(7),
}


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        ("cac < target.cac", False),
        ("cac >= target.cac", True),
        ("sum(campaigns.cost) <= budget.total", False),
        ("sum(quarter_split) == 1", False),
        ("sum(quarter_split) == 1.1", True),
        ("count(quarter_split) == 4", True),
        ("mean(campaigns.cost) * 3 == 12000000", True),
        ("max(campaigns.cost) - min(campaigns.cost) == 2000000", True),
        ("2 + 3 * 4 == 14", True),
        ("(2 + 3) * 4 == 20", True),
        ("10 - 4 - 3 == 3", True),
        ("-cac < 0", True),
        (".5 != 0.50", False),
        ("sum(cac)==cac", True),
        ("in.class == 07", True),
        ("0.1 + 0.2 == 0.3", True),
        ("--cac - -1 == 6.1", True),
    ],
)
def test_relations_are_worked_as_with_a_pencil(relation: str, holds: bool) -> None:
    assert parse_relation(relation).holds(FIGURES.get) is holds


def test_equal_allows_for_a_relative_tolerance() -> None:
    relation = parse_relation("cac == target.cac")

    assert relation.holds(FIGURES.get, Decimal("0.02"))
    assert not relation.holds(FIGURES.get, Decimal("0.01"))


def test_both_sides_can_be_shown() -> None:
    assert parse_relation("sum(campaigns.cost) <= budget.total").sides(FIGURES.get) == (12_000_000, 5_000_000)


@pytest.mark.parametrize("relation", ["dau <= cac", "cac / nothing > 1", "sum(dau) > 1"])
def test_what_is_not_known_is_no_answer(relation: str) -> None:
    with pytest.raises(UnknownFigure):
        parse_relation(relation).holds(FIGURES.get)


def test_names_are_listed_in_reading_order() -> None:
    assert list(names_of(parse_relation("a.b / 2 <= sum(c) + d"))) == ["a.b", "c", "d"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cac", "a comparison such as <= must follow the left side, got 'the end'"),
        ("cac < ", "a number or a figure's name must stand here, got 'the end'"),
        ("cac < 5 6", "nothing must follow the right side, got '6'"),
        ("total(cac) < 5", "function must be one of sum, mean, min, max, count, got 'total'"),
        ("sum(3) < 5", "sum must hold a figure's name, got '3'"),
        ("(cac < 5", "')' must stand here, got '<'"),
        ("cac < __import__('os')", 'sign must be a number, a name or one of < > = ! + - * / ( ), got "\'"'),
        ("1 < cac < 5", "nothing must follow the right side, got '<'"),
        ("sum(cac + 1) < 5", "')' must stand here, got '+'"),
        ("cac < 5)", "nothing must follow the right side, got ')'"),
        (f"{'(' * 999}cac{')' * 999} < 5", "brackets and signs must not nest so deep"),
        ("cac ** 2 < 5", "a number or a figure's name must stand here, got '*'"),
    ],
)
def test_what_is_not_a_relation_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the words follow
        parse_relation(text)

    assert words in str(refused.value)


def test_a_list_must_be_gathered() -> None:
    with pytest.raises(ValueError, match="'quarter_split' must stand inside sum, mean, min, max, count"):
        parse_relation("quarter_split == 1").holds(FIGURES.get)
