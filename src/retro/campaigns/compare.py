"""Params of a comparison: target, period before, a year ago, an earlier edition, or any dates."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, field_validator, model_validator

from retro.campaigns.fields import ReportName, refuse_day_as_end
from retro.periods import Basis
from retro.validation import FrozenModel
from retro.words import Bilingual

_WORDS = ("target", "previous", "year_ago", "lunar_year_ago")


def _written(value: object) -> object:
    """`previous`, `{edition: 2024Q4/double_11}` and `{start: ..., end: ..., title: ...}` are short for a base."""
    if isinstance(value, str):
        if value not in _WORDS:
            raise ValueError(
                f"must be {', '.join(_WORDS)}, {{edition: ...}} or {{start: ..., end: ...}}, got {value!r}"
            )
        return {"basis": value}
    if isinstance(value, Mapping) and "basis" not in value:
        return {**value, "basis": "edition" if "edition" in value else "dates"}
    return value


class _Base(FrozenModel):
    """A base of comparison.

    Attributes:
        basis: Its kind.
        edition: The params of an earlier campaign, such as `2024Q4/double_11`.
        start: Begin of dates of one's own, local.
        end: Their end, local, exclusive.
        title: What it is called.
        offer: What was offered then.
    """

    basis: Basis
    edition: ReportName | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    title: Bilingual | None = None
    offer: Bilingual | None = None

    @field_validator("end", mode="before")
    @classmethod
    def _says_its_time(cls, value: object) -> object:
        refuse_day_as_end(value)
        return value

    @model_validator(mode="after")
    def _whole(self) -> Any:  # noqa: ANN401 - pydantic's own
        if self.basis == "edition" and self.edition is None:
            raise ValueError("edition must name the params of an earlier campaign, such as 2024Q4/double_11")
        if self.basis == "dates":
            if self.start is None or self.end is None or self.end <= self.start:
                raise ValueError("dates must have a start and an end after it")
            if self.start.tzinfo is not None or self.end.tzinfo is not None:
                raise ValueError("dates must be local times without a zone, such as 2025-01-10T00:00")
        return self


Compared = Annotated[_Base, BeforeValidator(_written)]
