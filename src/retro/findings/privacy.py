"""Groups too small to be shown: a count that could point at somebody is said to be small, not how small."""

from __future__ import annotations

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
