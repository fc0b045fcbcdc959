"""What tests of findings share: the params and words that a section is told with, and its figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from retro.campaigns import CAMPAIGN_TYPES
from retro.i18n import Lang, load_text
from retro.metrics import Impact, Statement
from retro.metrics.pnl import Caveat
from retro.sections import SECTIONS, Context, Finding

UNTIL = dt.datetime(2025, 4, 1)


def context_of(kind: str, lang: Lang = "en", *, noun: str = "registration", **keys: Any) -> Context:
    """Params of a kind as a file would give them, and the words of a language."""
    given = {"kind": kind, "campaign_id": "c", "title": "t"} | keys
    params = CAMPAIGN_TYPES[kind].model_validate(given, context={"zone": ZoneInfo("Asia/Shanghai")})
    return Context(params, load_text(lang), UNTIL, noun)


def finder(context: Callable[..., Context]) -> Callable[..., Finding]:
    """What says a section's finding on frames, with further keys of the params."""

    def find(section: str, *frames: object, **keys: Any) -> Finding:
        return SECTIONS[section](*frames, context(**keys))

    return find


quarter = partial(context_of, "quarter", start="2025-01-01", end="2025-04-01T00:00", campaigns=["q/week", "q/night"])
year = partial(
    context_of,
    "year",
    start="2025-01-01",
    end="2026-01-01T00:00",
    quarters=[f"2025Q{one}/quarter" for one in range(1, 5)],
)
month = partial(context_of, "month", start="2025-03-01", end="2025-04-01T00:00")


def words_of(find: Callable[..., Finding], section: str, *frames: object) -> tuple[str, str]:
    """A section's sentence in English and in Chinese."""
    english, chinese = (find(section, *frames, lang=lang).sentence.strip() for lang in ("en", "zh"))
    return english, chinese


def objects(**columns: list[Any]) -> pd.DataFrame:
    """A frame that holds values as they are given."""
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


def money(*amounts: str | None) -> list[Decimal | None]:
    """Amounts, None where one is not known."""
    return [None if one is None else Decimal(one) for one in amounts]


def ledger(**values: str) -> pd.DataFrame:
    """Figures as `report.figures` has them."""
    shared = {"unit": "money", "tables": ("orders",), "definition": "month_figures"}
    return pd.DataFrame([{"name": name, "value": Decimal(value), **shared} for name, value in values.items()])


def figures(finding: Finding) -> dict[str, Decimal | None]:
    """A finding's figures by name, those of its parts too."""
    parts = [entry for part in finding.parts for entry in part.entries]
    return {entry.name: entry.value for entry in (*finding.entries, *parts)}


def impact(
    effect: float = 300.0, *, low: float = 200.0, high: float = 400.0, chance: float = 0.04, problem: Any = ""
) -> Impact:
    """An effect of one day of a campaign, as `metrics.impacts` finds one."""
    columns = ["phase", "days", "actual", "expected", "effect", "low", "high", "effect_rate"]
    effects = pd.DataFrame(
        [(phase, 1, 900, 600, effect, low, high, 0.5) for phase in ("campaign", "total")], columns=columns
    )
    days = pd.DataFrame({"on": [dt.date(2025, 3, 1)], "phase": "campaign", "actual": 900.0, "expected": 600.0})
    days = days.assign(low=500.0, high=700.0)
    strict = pd.DataFrame({"level_sd": [0.1, 0.01], "effect": effect, "low": low, "high": 400.0})
    placebos = pd.DataFrame({"on": [dt.date(2025, 1, 1)] * 24, "effect": [10.0] * 24})
    draws = np.zeros((0 if problem else 10, 3))
    return Impact("gmv", days, effects, strict, placebos, draws, (), 20 if problem else 90, chance, problem)


def statement(*caveats: Caveat, left: str | None = "-50.00", cost: str | None = "100.00") -> Statement:
    """A P&L that ends with a contribution, or with net revenue where that is None."""
    rows = [("list_sales", Decimal("900.00"), "total"), ("net_revenue", Decimal("900.00"), "total")]
    rows += [] if left is None else [("contribution", Decimal(left), "total")]
    lines = pd.DataFrame(rows, columns=["line", "amount", "kind"])
    return Statement(lines, caveats, Decimal(9), cost and Decimal(cost), dt.date(2025, 4, 1))  # type: ignore[arg-type]


def entries(finding: Finding) -> dict[str, Any]:
    """A finding's entries by name."""
    return {entry.name: entry for entry in finding.entries}


def cells(finding: Finding) -> list[list[str]]:
    """The words of a finding's table, row by row."""
    assert finding.table is not None
    return [[cell.text for cell in row] for row in finding.table.rows]


DAILY = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 10), dt.date(2025, 1, 11)],
        "registrations": [40, 60],
        "baseline": [20.0, 30.0],
    }
)
"""Two days, as `metrics.registrations` returns them."""


def lift(registrations: int, low: float, high: float) -> pd.DataFrame:
    """The row of `metrics.registration_lift` for these registrations, with the baseline's interval."""
    return pd.DataFrame(
        {
            "registrations": [registrations],
            "baseline": [50.0],
            "baseline_low": [low],
            "baseline_high": [high],
            "lift_rate": [registrations / 50 - 1],
            "lift_low": [0.5],
            "lift_high": [1.5],
            "baseline_windows": [8],
            "lost_days": [0],
        }
    )


def sides(gap: tuple[float, float, float], people: int = 50) -> pd.DataFrame:
    """The treated, those like them and the others, as the metrics of a contest return them, with this difference."""
    rows = [
        ("treated", people, 20, 0.4, 0.3, 0.5),
        ("alike", 40, pd.NA, 0.3, 0.2, 0.4),
        ("others", 80, 16, 0.2, 0.1, 0.3),
        ("difference", 40, pd.NA, *gap),
    ]
    return pd.DataFrame(rows, columns=["side", "people", "buyers", "rate", "low", "high"])
