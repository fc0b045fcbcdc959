"""The shop: what metrics that can use several tables, and need none of them, are given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import ibis

Shop: TypeAlias = Mapping[str, ibis.Table]
"""The tables that a shop has, by canonical name."""
