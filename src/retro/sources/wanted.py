"""What a column of text must become: by the table's contract, by `types`, or by all its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as ibis_types

from retro.errors import SourceError
from retro.files import project_root, read_yaml
from retro.sources.spec import TableSpec

_ID = re.compile(
    r"(?:^|[_ ])(?i:id|no\.?|code|sku|phone|mobile|tel)$|[a-z](?:Id|ID|No)$|编号|单号|编码|手机|号码?$", re.ASCII
)

_TYPES = {
    "string": "string",
    "integer": "int64",
    "number": "float64",
    "timestamp": "timestamp",
    "date": "date",
    "boolean": "boolean",
}
"""The engine's type for each type of a contract."""


@dataclass(frozen=True)
class Wanted:
    """What one column of text must become.

    Attributes:
        name: The column.
        type: Its type; None where all its cells decide.
        is_id: Whether it names things: text, whatever its digits, without blanks around.
        personal: Whether its cells point at people, so that no message may show them.
    """

    name: str
    type: ibis_types.DataType | None
    is_id: bool
    personal: bool


def names_things(column: str) -> bool:
    """Whether a column's name is that of an id.

    Examples:
        >>> [names_things(name) for name in ("order_id", "Order ID", "CustomerID", "订单编号", "paid", "amount")]
        [True, True, True, True, False, False]
    """
    return bool(_ID.search(column))


def wanted(table: str, columns: list[str], spec: TableSpec, *, canonical: bool) -> list[Wanted]:
    """What each column of a table must become.

    Args:
        table: The table's name.
        columns: Its columns.
        spec: Its entry in the source file; `types` wins over the contract.
        canonical: Whether it is a canonical table, so that the contract at the top of `data_contracts` is its own.
    """
    contract = _contract(table) if canonical else {}
    found = []
    for name in columns:
        property_ = contract.get(name, {})
        logical = str(property_.get("logicalType") or "")
        physical = str(property_.get("physicalType") or "").lower()
        known = spec.types.get(name) or (physical if physical.startswith("decimal") else _TYPES.get(logical))
        named_id = names_things(name) and not (name in spec.types and not ibis.dtype(spec.types[name]).is_string())
        points = bool(property_.get("primaryKey") or property_.get("relationships"))
        personal = bool(property_.get("primaryKey")) or property_.get("classification") == "restricted" or named_id
        is_id = (logical == "string" and points) or (named_id and logical in {"", "string"})
        if is_id and name not in spec.types:
            known = "string"
        found.append(Wanted(name, ibis.dtype(known) if known else None, is_id, personal))
    return found


def _contract(table: str) -> Mapping[str, Mapping[str, object]]:
    """The columns of a canonical table's contract; what is wrong with the contract is told by the gate."""
    path = project_root() / "data_contracts" / f"{table}.yaml"
    if not path.is_file():
        return {}
    tables = read_yaml(path, SourceError).data.get("schema") or [{}]
    return {
        str(one["name"]): one for one in tables[0].get("properties") or () if isinstance(one, dict) and "name" in one
    }
