"""What tests of findings share: the params and words that a section is told with, and its figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from retro.campaigns import CAMPAIGN_TYPES
from retro.i18n import Lang, load_text
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


def figures(finding: Finding) -> dict[str, Decimal | None]:
    """A finding's figures by name, those of its parts too."""
    parts = [entry for part in finding.parts for entry in part.entries]
    return {entry.name: entry.value for entry in (*finding.entries, *parts)}
