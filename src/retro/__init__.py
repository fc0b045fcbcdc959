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
    from retro.report.beside import compare
    from retro.report.shop import open_shop

__all__ = ["charts", "compare", "metrics", "open_report", "open_shop"]

__getattr__ = lazily(
    __name__,
    {
        "charts": "retro.charts",
        "compare": "retro.report.beside:compare",
        "metrics": "retro.metrics",
        "open_report": "retro.report:open_report",
        "open_shop": "retro.report.shop:open_shop",
    },
)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
