"""A cut of a figure: what an analyst asks of `report.cut`, and what `extra:` keeps of it for the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, field_validator

from retro.campaigns.fields import KnownFigure
from retro.validation import FrozenModel, repeated
from retro.words import Bilingual, Names

Over = Literal["", "hour", "day", "week", "month"]
"""What a cut is laid over; empty for the whole window."""

_MOST = 3


class CutParams(FrozenModel):
    """What is cut, and how.

    Attributes:
        figure: A sum, count or ratio.
        by: Dimensions, such as `channel`, or `users.channel` where several tables have one.
        where: Values to keep, by dimension.
        over: `hour`, `day`, `week` or `month`; empty for the whole window.
        against: `baseline` for the weeks before, or a basis of `compare:` such as `previous`; empty for none.
    """

    figure: KnownFigure
    by: Names = ()
    where: Mapping[str, Names] = Field(default_factory=dict)
    over: Over = ""
    against: str = ""

    @field_validator("by")
    @classmethod
    def _few_and_different(cls, value: Names) -> Names:
        if len(value) > _MOST:
            raise ValueError(f"must be at most {_MOST} dimensions, got {len(value)}")
        if twice := repeated(value):
            raise ValueError(f"must be different dimensions, got {twice[0]!r} twice")
        return value


ExtraName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""The name of a section that the params add."""


class Extra(CutParams):
    """A cut that is a section of the report.

    Attributes:
        title: Its heading, one text or one for each of zh and en.
    """

    title: Bilingual


class Extras(FrozenModel):
    """What params keep of cuts.

    Attributes:
        extra: The cuts by name.
    """

    extra: Mapping[ExtraName, Extra]
