"""Field types that several kinds share, with their units."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from retro.figures import renamed, renamed_family


@dataclass(frozen=True)
class Unit:
    """The unit of a value, for `retro params`; nothing is checked by it."""

    name: str


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

SectionName = Annotated[str, AfterValidator(renamed_family)]
"""The name of a section, such as roi; a former one becomes that of today."""

ReportName = Annotated[str, Field(pattern=r"^\w[\w.-]*/\w[\w.-]*$")]
"""Folder and name of a report's params, such as 2025Q1/new_user_week; no run with overrides."""

SALE_TABLES = ("order_items", "products", "refunds", "coupons")
"""What was in the orders, what came back, and what coupons took off; a P&L reads them."""

RETURN_FIGURES = ("campaign_cost", "contribution", "output_input_ratio", "incremental_roi")
"""What a campaign cost and left; goals of most kinds."""
