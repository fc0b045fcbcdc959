"""Groups too small to be shown: a count that could point at somebody is said to be small, not how small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from retro.i18n import Text

LEAST = 5
"""The smallest group whose number is shown."""


def few(count: int) -> bool:
    """Whether a group is too small to be shown; nobody at all points at nobody.

    Examples:
        >>> few(0), few(4), few(5)
        (False, True, False)
    """
    return 0 < count < LEAST


def people(count: int, text: Text) -> str:
    """A number of people, `<5` for a few.

    Examples:
        >>> from retro.i18n import load_text
        >>> people(4, load_text("en")), people(0, load_text("en"))
        ('<5', '0')
    """
    return f"<{LEAST}" if few(count) else text.count(count)


def without_few(frame: pd.DataFrame, told_by: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """A frame without what a few people give away.

    Args:
        frame: Counts of people, and what is told of them.
        told_by: For each column of counts, those that are left empty where the count is small.

    Examples:
        >>> without_few(pd.DataFrame({"buyers": [4, 5], "gmv": [9.5, 8.5]}), {"buyers": ["gmv"]})["gmv"].tolist()
        [nan, 8.5]
    """
    hidden = frame.copy()
    for count, columns in told_by.items():
        hidden[list(columns)] = hidden[list(columns)].mask(frame[count].map(few))
    return hidden
