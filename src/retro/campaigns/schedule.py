"""Params of the schedule: when a report is made again, how long its data is waited for, when it comes round."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from retro.validation import FrozenModel

Every = Literal["month", "quarter", "year"]


class Schedule(FrozenModel):
    """When `retro due` makes a report.

    Attributes:
        restate_days: Days after the end on which it is made again, since refunds and repurchases have matured by then.
        wait_days: Days that data is waited for before it is told that it is late.
        every: When the next edition comes; its params are drafted from this one. None for one that never comes again.
    """

    restate_days: tuple[Annotated[int, Field(ge=1, le=366)], ...] = (7, 30)
    wait_days: int = Field(3, ge=0, le=60)
    every: Every | None = None

    @field_validator("restate_days")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if list(value) != sorted(set(value)):
            raise ValueError(f"must rise, such as [7, 30], got {list(value)}")
        return value
