"""Params of feedback, reviews and support."""

from decimal import Decimal

from pydantic import Field

from retro.validation import FrozenModel


class VoiceParams(FrozenModel):
    """How feedback, reviews and support are judged.

    Attributes:
        negative_alarm: Share of negative feedback that raises the alarm.
        negative_stars: Stars up to which a review is negative.
        answer_seconds: Seconds within which support should answer.
    """

    negative_alarm: Decimal = Field(Decimal("0.05"), gt=0, lt=1)
    negative_stars: int = Field(2, ge=1, le=4)
    answer_seconds: int = Field(30, ge=1, le=86_400)
