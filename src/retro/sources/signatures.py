"""What an Ibis expression asks, as a hash that is equal in every process, and which tables it reads."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.expr.datatypes import DataType
from ibis.expr.schema import Schema

_UNSIGNED = (ops.Impure, ops.ScalarUDF, ops.AggUDF, ops.SQLQueryResult, ops.SQLStringView)
"""Chance, clocks, functions of Python, and SQL that Ibis does not read."""


_NAMED = (ops.DatabaseTable, ops.UnboundTable)
"""Tables that the engine finds by name."""


class Unsigned(TypeError):  # noqa: N818 - no failure: what has no signature is computed again
    """An expression holds a part that cannot be told from others in another process."""


@dataclass(frozen=True)
class Signature:
    """The signature of an expression.

    Attributes:
        asked: A hash of what is asked; the tables stand in it by name and columns, not by content.
        reads: The names of the tables that it reads.
    """

    asked: str
    reads: frozenset[str]


class _Hash(str):
    """The hash of a part, which no text in an expression is taken for."""

    __slots__ = ()


def signed(expression: ir.Expr) -> Signature:
    """The signature of an expression.

    Raises:
        Unsigned: It holds a function of Python, or a part that only this process knows.

    Examples:
        >>> import ibis
        >>> orders = ibis.table({"amount": "int64"}, name="orders")
        >>> signature = signed(orders.filter(orders.amount > 5))
        >>> sorted(signature.reads), signature == signed(orders.filter(orders.amount > 6))
        (['orders'], False)
    """
    reads: set[str] = set()
    references: dict[object, int] = {}

    def sign(node: Any, _results: object, **parts: Any) -> _Hash:  # noqa: ANN401 - Ibis nodes are not typed
        if isinstance(node, _UNSIGNED):
            raise Unsigned(type(node).__name__)
        if isinstance(node, ops.InMemoryTable):
            parts = {"schema": parts["schema"], "content": _content(node)}
        elif isinstance(node, _NAMED):
            reads.add(node.name)
            parts = {"name": node.name, "space": _space(node), "schema": parts["schema"]}
        elif isinstance(node, ops.SelfReference):  # counted through by Ibis, in every process from its own beginning
            number = references.setdefault(node.identifier, len(references))
            parts = parts | {"identifier": number}
        text = f"{type(node).__module__}.{type(node).__qualname__}{_told(parts)}"
        return _Hash(hashlib.sha256(text.encode()).hexdigest())

    results = expression.op().map(sign)
    return Signature(str(results[expression.op()]), frozenset(reads))


def read_by(expression: ir.Expr) -> frozenset[str]:
    """The names of the tables that an expression reads.

    Raises:
        Unsigned: It asks for chance or a clock, or reads by SQL or a function that Ibis does not read.
    """
    found = expression.op().find((*_NAMED, *_UNSIGNED))
    if other := next((node for node in found if isinstance(node, _UNSIGNED)), None):
        raise Unsigned(type(other).__name__)
    return frozenset(node.name for node in found)


def _told(part: Any) -> str:  # noqa: ANN401 - whatever an Ibis node holds
    """A part of a node as text; equal texts are equal parts of equal types."""
    if isinstance(part, _Hash):
        return f"<{part}>"
    if part is None or isinstance(part, bool | int | float | str | bytes | Decimal | UUID):
        return f"{type(part).__name__}:{part!r}"
    if isinstance(part, dt.datetime | dt.date | dt.time | dt.timedelta):
        return f"{type(part).__name__}:{part!r}"
    if isinstance(part, Enum):
        return f"{type(part).__qualname__}.{part.name}"
    if isinstance(part, DataType):
        return f"type:{part!r}"
    if isinstance(part, Schema):
        return f"schema:{[(name, repr(kind)) for name, kind in part.items()]}"
    if isinstance(part, Mapping):
        return "{" + ",".join(f"{_told(key)}={_told(one)}" for key, one in part.items()) + "}"
    if isinstance(part, tuple | list):
        return "(" + ",".join(map(_told, part)) + ")"
    if isinstance(part, frozenset | set):
        return "{" + ",".join(sorted(map(_told, part))) + "}"
    raise Unsigned(type(part).__name__)


def _space(node: ops.DatabaseTable | ops.UnboundTable) -> str:
    return f"{node.namespace.catalog}.{node.namespace.database}"


def _content(node: ops.InMemoryTable) -> str:
    table = node.data.to_pyarrow(node.schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()
