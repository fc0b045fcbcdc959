"""Texts and names as params hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

Words = Mapping[str, str]
"""A text in both languages."""


def _as_words(value: object) -> object:
    """One text stands for both languages, such as a product name."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _as_tuple(value: object) -> object:
    """One value stands for a list of one."""
    return [value] if isinstance(value, str) else value


def both_languages(value: Words | None) -> Words | None:
    """Refuse a text that is not given in both languages, or is empty in one.

    Raises:
        ValueError: It is not.
    """
    if value is None:
        return None
    if set(value) != {"zh", "en"}:
        raise ValueError("must be given in zh and en")
    if not all(text.strip() for text in value.values()):
        raise ValueError("must not be empty")
    return value


Bilingual = Annotated[Words, BeforeValidator(_as_words)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
