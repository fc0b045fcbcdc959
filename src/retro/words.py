"""Types of texts and names in params."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from retro.signs import harmless


def _as_words(value: object) -> object:
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _both_languages(value: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse a text that is not given in both languages, or is empty in one."""
    if set(value) != {"zh", "en"}:
        raise ValueError("must be given in zh and en")
    if not all(harmless(text).strip() for text in value.values()):
        raise ValueError("must not be empty")
    return value


def _as_tuple(value: object) -> object:
    return [value] if isinstance(value, str) else value


Bilingual = Annotated[Mapping[str, str], BeforeValidator(_as_words), AfterValidator(_both_languages)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
