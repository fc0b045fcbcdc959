"""Statements: what a plan or a slide deck claims, as figures and as relations between them, read without `eval`.

A relation compares two expressions with `<`, `<=`, `>`, `>=`, `==` or `!=`. An expression holds numbers, names of
figures, `+ - * /`, brackets, and `sum`, `mean`, `min`, `max` and `count` over figures that are lists:

    cac < target.cac
    sum(campaigns.cost) <= budget.total
    sum(quarter_split) == 1
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Value = Decimal | tuple[Decimal, ...]
Look = Callable[[str], Value | None]
"""Answers the value of a name, or None where it is not known."""

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|([a-zA-Z_][\w.]*)|(<=|>=|==|!=|[-+*/()<>]))")

_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_CALCULATE: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

_GATHER: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "mean": lambda values: sum(values, Decimal(0)) / len(values),
    "min": min,
    "max": max,
    "count": lambda values: Decimal(len(values)),
}

FUNCTIONS = tuple(_GATHER)


class UnknownFigure(Exception):  # noqa: N818 - a relation that cannot be checked is an answer, not a failure
    """A relation needs a figure that nobody has."""


@dataclass(frozen=True)
class Number:
    """A number as written."""

    value: Decimal

    def work(self, _: Look) -> Decimal:
        """The number."""
        return self.value


@dataclass(frozen=True)
class Name:
    """A figure's name, dotted where it belongs to a family."""

    name: str

    def work(self, look: Look) -> Decimal:
        """The figure's value."""
        value = look(self.name)
        if value is None:
            raise UnknownFigure(self.name)
        if isinstance(value, tuple):
            raise ValueError(  # noqa: TRY004 - it is the relation that is wrong
                f"{self.name!r} must stand inside {', '.join(FUNCTIONS)}, because it is a list"
            )
        return value


@dataclass(frozen=True)
class Gathered:
    """A function over the values of one figure."""

    function: str
    name: str

    def work(self, look: Look) -> Decimal:
        """The function's value."""
        value = look(self.name)
        if value is None:
            raise UnknownFigure(self.name)
        return _GATHER[self.function](value if isinstance(value, tuple) else (value,))


@dataclass(frozen=True)
class Calculation:
    """Two expressions and what is done with them."""

    left: Expression
    sign: str
    right: Expression

    def work(self, look: Look) -> Decimal:
        """The result."""
        right = self.right.work(look)
        if self.sign == "/" and right == 0:
            raise UnknownFigure("0")
        return _CALCULATE[self.sign](self.left.work(look), right)


Expression = Number | Name | Gathered | Calculation


@dataclass(frozen=True)
class Relation:
    """A claim that two expressions stand in a relation."""

    left: Expression
    sign: str
    right: Expression

    def sides(self, look: Look) -> tuple[Decimal, Decimal]:
        """The values of both sides.

        Raises:
            UnknownFigure: A figure is not known, or something would be divided by 0.
        """
        return self.left.work(look), self.right.work(look)

    def holds(self, look: Look, tolerance: Decimal = Decimal(0)) -> bool:
        """Whether the relation holds; `==` and `!=` allow for a relative tolerance."""
        left, right = self.sides(look)
        if self.sign in _COMPARE:
            return _COMPARE[self.sign](left, right)
        alike = abs(left - right) <= tolerance * max(abs(left), abs(right))
        return alike if self.sign == "==" else not alike


def names_of(relation: Relation) -> Iterator[str]:
    """The names of the figures that a relation needs, in reading order."""
    for side in (relation.left, relation.right):
        yield from _names(side)


def _names(expression: Expression) -> Iterator[str]:
    match expression:
        case Name(name) | Gathered(_, name):
            yield name
        case Calculation(left, _, right):
            yield from _names(left)
            yield from _names(right)


def parse_relation(text: str) -> Relation:
    """Read a relation.

    Raises:
        ValueError: The text is not one; the message says where.

    Examples:
        >>> figures = {"cac": Decimal("5.1"), "target.cac": Decimal(5), "split": (Decimal("0.6"), Decimal("0.5"))}
        >>> parse_relation("cac < target.cac").holds(figures.get)
        False
        >>> parse_relation("sum(split) == 1.1").holds(figures.get)
        True
    """
    return _Reader(text).relation()


class _Reader:
    """Reads words from left to right; one method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        self._text, self._tokens, self._place = text, list(_tokens(text)), 0

    def relation(self) -> Relation:
        left = self._sum()
        sign = self._next()
        if sign not in {*_COMPARE, "==", "!="}:
            raise self._wrong("a comparison such as <= must follow the left side", sign)
        right = self._sum()
        if (rest := self._next()) != "":
            raise self._wrong("nothing must follow the right side", rest)
        return Relation(left, sign, right)

    def _sum(self) -> Expression:
        return self._chain(self._product, "+-")

    def _product(self) -> Expression:
        return self._chain(self._part, "*/")

    def _chain(self, part: Callable[[], Expression], signs: str) -> Expression:
        left = part()
        while self._peek() and self._peek() in signs:
            left = Calculation(left, self._next(), part())
        return left

    def _part(self) -> Expression:
        word = self._next()
        if word == "(":
            inner = self._sum()
            self._expect(")")
            return inner
        if word == "-":
            return Calculation(Number(Decimal(0)), "-", self._part())
        if word[:1].isdigit() or word[:1] == ".":
            return Number(Decimal(word))
        if not word[:1].isalpha() and word[:1] != "_":
            raise self._wrong("a number or a figure's name must stand here", word)
        return self._gathered(word) if self._peek() == "(" else Name(word)

    def _gathered(self, function: str) -> Gathered:
        if function not in _GATHER:
            raise self._wrong(f"function must be one of {', '.join(FUNCTIONS)}", function)
        self._expect("(")
        name = self._next()
        if not name[:1].isalpha():
            raise self._wrong(f"{function} must hold a figure's name", name)
        self._expect(")")
        return Gathered(function, name)

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _next(self) -> str:
        word = self._peek()
        self._place += 1
        return word

    def _expect(self, wanted: str) -> None:
        if (word := self._next()) != wanted:
            raise self._wrong(f"{wanted!r} must stand here", word)

    def _wrong(self, rule: str, got: str) -> ValueError:
        return ValueError(f"{self._text!r}: {rule}, got {got or 'the end'!r}")


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            rule = "sign must be a number, a name or one of < > = ! + - * / ( )"
            raise ValueError(f"{text!r}: {rule}, got {text[place:].strip()[:1]!r}")
        yield match[match.lastindex or 0]
        place = match.end()
