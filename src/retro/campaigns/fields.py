"""Field types that several kinds share, with their units."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from retro.errors import did_you_mean
from retro.figures import families, figures, known, renamed, renamed_family
from retro.validation import repeated


@dataclass(frozen=True)
class Unit:
    """The unit of a value, for `retro params`; nothing is checked by it."""

    name: str


def _known_figure(name: str) -> str:
    if known(name) is None:
        raise ValueError(f"must be a figure that reports record, got {name!r}. {did_you_mean(name, figures())}")
    return name


def _report(name: str, more: str = "") -> str:
    if not re.fullmatch(rf"\w[\w.-]*/\w[\w.{more}-]*", name):
        raise ValueError(f"must be folder and name of a report such as 2025Q1/new_user_week, got {name!r}")
    return name


def _variant(name: str) -> str:
    return _report(name, more="+")


def _known_section(name: str) -> str:
    if name not in families():
        raise ValueError(f"must be named like a section, got {name!r}. {did_you_mean(name, families())}")
    return name


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def refuse_day_as_end(value: object) -> None:
    """Refuse a day as the end of a window: some mean the day to be within it, and others that it is the first after."""
    if not isinstance(value, dt.datetime) and _DAY.fullmatch(str(value)):
        day = dt.date.fromisoformat(str(value))
        raise ValueError(
            f"must say its time, got {value}: {day + dt.timedelta(days=1)}T00:00 where that day is the last one, "
            f"{day}T00:00 where it is the first after the window"
        )


LocalTime = Annotated[dt.datetime, Unit("local time")]
Days = Annotated[int, Field(ge=1, le=366), Unit("days")]
Minutes = Annotated[int, Unit("minutes")]
Money = Annotated[Decimal, Unit("the source's currency")]
Share = Annotated[Decimal, Field(ge=0, le=1)]
FigureName = Annotated[str, AfterValidator(renamed)]
"""The name of a figure, such as new_users; one that it had in an older version becomes that of today."""

KnownFigure = Annotated[str, AfterValidator(renamed), AfterValidator(_known_figure)]
"""The name of a figure that some report records."""

SectionName = Annotated[str, AfterValidator(renamed_family), AfterValidator(_known_section)]
"""The name of a section, such as roi; a former one becomes that of today."""

ReportName = Annotated[str, AfterValidator(_report)]
"""Folder and name of a report's params, such as 2025Q1/new_user_week; no run with overrides."""

VariantName = Annotated[str, AfterValidator(_variant)]
"""As `ReportName`, or that of a run with overrides, which holds a +."""


def _different(value: tuple[str, ...]) -> tuple[str, ...]:
    if twice := repeated(value):
        raise ValueError(f"must be different ones, got {twice[0]!r} twice")
    return value


Different = AfterValidator(_different)
"""Of names of which none may stand twice."""

SALE_TABLES = ("order_items", "products", "refunds", "coupons")
"""What was in the orders, what came back, and what coupons took off; a P&L reads them."""

RETURN_FIGURES = ("campaign_cost", "contribution", "output_input_ratio", "incremental_roi")
"""What a campaign cost and left; goals of most kinds."""

TRADE_FIGURES = (
    "piece_price",
    "bundle_order_rate",
    "bundle_gmv_rate",
    "shipped_in_time_rate",
    "refunded_order_rate",
    "price_protected_order_rate",
    "enquiry_order_rate",
)
"""How a sale or a period traded; goals of kinds with the keys of `Trading`."""
