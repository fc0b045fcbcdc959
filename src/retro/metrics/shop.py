"""Shop: tables by name, for metrics that can use several and need none of them."""

from collections.abc import Mapping
from typing import TypeAlias

import ibis

Shop: TypeAlias = Mapping[str, ibis.Table]
"""The tables that a shop has, by canonical name."""
