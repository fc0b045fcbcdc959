"""retro: campaign retrospectives that a manager can trust and an analyst can take apart.

Names are imported when first used: charts alone cost two seconds, which the command line need not pay.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from retro import began as _began  # noqa: F401 - before all others, so that it knows when

if TYPE_CHECKING:
    from retro import charts, metrics
    from retro.report import open_report

__all__ = ["charts", "metrics", "open_report"]

_HOMES = {"charts": "retro.charts", "metrics": "retro.metrics", "open_report": "retro.report"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - modules and functions alike
    if name not in _HOMES:
        raise AttributeError(f"module 'retro' has no attribute {name!r}")
    module = importlib.import_module(_HOMES[name])
    return getattr(module, name) if hasattr(module, name) and name not in {"charts", "metrics"} else module


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
