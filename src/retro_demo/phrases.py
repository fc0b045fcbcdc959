"""Phrases: the words that customers and the catalogue use, all Chinese."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retro.files import read_yaml


@functools.cache
def load_phrases() -> dict[str, Any]:
    """The phrases that the package ships, nested by theme."""
    return read_yaml(Path(__file__).parent / "phrases.yaml").data


def choose(words: Sequence[str], draw: float) -> str:
    """The word at a uniform draw.

    Examples:
        >>> choose(["a", "b", "c"], 0.5)
        'b'
    """
    return words[int(draw * len(words))]
