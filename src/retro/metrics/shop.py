"""Shop: tables by name, for metrics that can use several and need none of them."""

from collections.abc import Mapping
from typing import NoReturn, TypeAlias

import ibis

from retro.errors import MissingColumn

Shop: TypeAlias = Mapping[str, ibis.Table]
"""The tables that a shop has, by canonical name."""


class Has(dict[str, ibis.Table]):
    """Those of some tables that a shop has; a metric that cannot do without another says which.

    Examples:
        >>> Has()["orders"]
        Traceback (most recent call last):
        retro.errors.MissingColumn: orders: the shop must have this table, got none.
    """

    def __missing__(self, name: str) -> NoReturn:
        raise MissingColumn(f"{name}: the shop must have this table, got none.", name, "")
