"""How a sale, a month or a quarter traded: sections speak of the period, since only some of these are campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import retro.sections
from retro.campaigns.fields import TRADE_FIGURES
from retro.figures import figure

FOLDER = Path(retro.sections.__file__).parent


def texts(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for value in part.values():
            yield from texts(value)
    else:
        yield str(part)


@pytest.mark.parametrize("section", sorted({figure(name).family for name in TRADE_FIGURES}))
def test_months_and_quarters_are_not_called_campaigns(section: str) -> None:
    held = yaml.safe_load((FOLDER / f"{section}.yaml").read_text(encoding="utf-8"))

    assert [text for text in texts(held) if "活动" in text or "campaign" in text.lower()] == []
