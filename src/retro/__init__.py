"""retro: campaign retrospectives that a manager can trust and an analyst can take apart.

Names are imported when first used: charts alone cost two seconds, which the command line need not pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro import began as _began  # noqa: F401 - before all others, so that it knows when
from retro.lazy import lazily

if TYPE_CHECKING:
    from retro import charts, metrics
    from retro.report import open_report

__all__ = ["charts", "metrics", "open_report"]

__getattr__ = lazily(
    __name__, {"charts": "retro.charts", "metrics": "retro.metrics", "open_report": "retro.report:open_report"}
)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
