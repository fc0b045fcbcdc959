"""Statements: what a plan or a slide deck claims, as figures and as relations between them, read without `eval`.

A relation compares two expressions with `<`, `<=`, `>`, `>=`, `==` or `!=`. An expression holds numbers, names of
figures, `+ - * /`, brackets, and `sum`, `mean`, `min`, `max` and `count` over figures that are lists:

    cac < target.cac
    sum(campaigns.cost) <= budget.total
    sum(quarter_split) == 1
"""

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Value = Decimal | tuple[Decimal, ...]
Look = Callable[[str], Value | None]
"""Answers the value of a name, or None where it is not known."""

_WORD = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|([a-zA-Z_][\w.]*)|(<=|>=|==|!=|[-+*/()<>]))")

_COMPARE: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPARISONS = {*_COMPARE, "==", "!="}

_CALCULATE: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_OPERATORS = {"+", "-", "*", "/"}

_GATHER: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "mean": lambda values: sum(values, Decimal(0)) / len(values),
    "min": min,
    "max": max,
    "count": lambda values: Decimal(len(values)),
}

FUNCTIONS = tuple(_GATHER)


class UnknownFigure(Exception):  # noqa: N818 - a relation that cannot be checked is an answer, not a failure
    """A relation needs an unknown figure."""


@dataclass(frozen=True)
class Relation:
    """A claim that two expressions stand in a relation."""

    left: ast.expr
    sign: str
    right: ast.expr

    def sides(self, look: Look) -> tuple[Decimal, Decimal]:
        """The values of both sides.

        Raises:
            UnknownFigure: A figure is not known, or something would be divided by 0.
            ValueError: A figure that is a list stands outside a function.
        """
        return _work(self.left, look), _work(self.right, look)

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
    words = list(_words(text))
    for rule, got in _mistakes(words):
        raise ValueError(f"{text!r}: {rule}, got {got or 'the end'!r}")
    place = next(place for place, word in enumerate(words) if word in _COMPARISONS)
    try:
        return Relation(_tree(words[:place]), words[place], _tree(words[place + 1 :]))
    except (SyntaxError, MemoryError, RecursionError):  # what passed the check is refused only for its depth
        raise ValueError(f"{text!r}: brackets and signs must not nest so deep") from None


def _words(text: str) -> Iterator[str]:
    place = 0
    while place < len(text.rstrip()):
        match = _WORD.match(text, place)
        if match is None:
            rule = "sign must be a number, a name or one of < > = ! + - * / ( )"
            raise ValueError(f"{text!r}: {rule}, got {text[place:].strip()[:1]!r}")
        yield match[match.lastindex or 0]
        place = match.end()


def _mistakes(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a relation must not hold, as a rule and the word that breaks it, from left to right."""
    depth, compared = 0, False
    for place, word in enumerate([*words, ""]):
        before = words[place - 1] if place else "("
        if before in {"(", *_OPERATORS, *_COMPARISONS}:
            if not (_is_name(word) or _is_number(word) or word in {"(", "-"}):
                yield "a number or a figure's name must stand here", word
        elif word == "(" and _is_name(before):
            yield from _mistakes_of_call(before, [*words[place + 1 :], "", ""])
        elif (word == ")" and depth) or word in _OPERATORS:
            pass
        elif depth:
            yield "')' must stand here", word
        elif not compared and word not in _COMPARISONS:
            yield "a comparison such as <= must follow the left side", word
        elif compared and word:
            yield "nothing must follow the right side", word
        compared |= word in _COMPARISONS
        depth += {"(": 1, ")": -1}.get(word, 0)


def _mistakes_of_call(function: str, rest: Sequence[str]) -> Iterator[tuple[str, str]]:
    if function not in _GATHER:
        yield f"function must be one of {', '.join(FUNCTIONS)}", function
    if not _is_name(rest[0]):
        yield f"{function} must hold a figure's name", rest[0]
    if rest[1] != ")":
        yield "')' must stand here", rest[1]


def _is_name(word: str) -> bool:
    return word[:1].isalpha() or word[:1] == "_"


def _is_number(word: str) -> bool:
    return word[:1].isdigit() or word[:1] == "."


def _tree(words: Sequence[str]) -> ast.expr:
    """Python's tree of an expression, whose `Name` nodes hold numbers and figures' names as they are written.

    Python reads each of them as `_` and its place: to it, `in` is no name, `target.cac` two, and `0.10` a float.
    """
    code = " ".join(f"_{place}" if _is_name(word) or _is_number(word) else word for place, word in enumerate(words))
    tree = ast.parse(code, mode="eval").body
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = words[int(node.id[1:])]
    return tree


def _work(node: ast.expr, look: Look) -> Decimal:
    match node:
        case ast.Name(id=word) if _is_number(word):
            return Decimal(word)
        case ast.Name(id=name):
            value = _figure(name, look)
            if isinstance(value, tuple):
                raise ValueError(  # noqa: TRY004 - it is the relation that is wrong
                    f"{name!r} must stand inside {', '.join(FUNCTIONS)}, because it is a list"
                )
            return value
        case ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)]):
            value = _figure(name, look)
            return _GATHER[function](value if isinstance(value, tuple) else (value,))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_work(inner, look)
        case ast.BinOp(left=left, op=sign, right=right):
            below = _work(right, look)
            if isinstance(sign, ast.Div) and below == 0:
                raise UnknownFigure("0")
            return _CALCULATE[type(sign)](_work(left, look), below)
    raise ValueError(f"{ast.unparse(node)!r} must be a calculation")


def _figure(name: str, look: Look) -> Value:
    value = look(name)
    if value is None:
        raise UnknownFigure(name)
    return value


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(args=[inner]):
            yield from _names(inner)
        case ast.Name(id=word):
            if _is_name(word):
                yield word
        case _:
            for part in ast.iter_child_nodes(node):
                yield from _names(part)
