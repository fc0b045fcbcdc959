"""Find what names a person in printed text, so that it is not published."""

from __future__ import annotations

import re

_KEY = r"\b(?:user|member|customer|buyer|unit|order|open|union)_?id\b"
_PHONE = r"(?<![\d.,])1[3-9]\d{9}(?![\d.,])"
_MAIL = r"[\w.+-]+@[\w-]+\.\w[\w.-]*"
_PEOPLE = re.compile(f"(?P<key>{_KEY})|(?P<phone>{_PHONE})|(?P<mail>{_MAIL})", re.IGNORECASE)


LEFT_OUT = "(left out:"
"""How words in the place of a text begin."""


def people_in(text: str) -> str:
    r"""Find what in a text names people: the column of their keys, or the kind of address; empty for nothing.

    A printed frame shows its column names, so those are what is searched.

    Examples:
        >>> people_in("  user_id  amount\\n0     u1    9.90"), people_in("call 13800138000"), people_in("42 users")
        ('user_id', 'a phone number', '')
    """
    found = _PEOPLE.search(text)
    if found is None:
        return ""
    return found["key"] or ("a phone number" if found["phone"] else "an e-mail address")


def nameless(text: str) -> str:
    r"""Return the text, or a notice in its place where it names people.

    Examples:
        >>> nameless("CustomerID\\n17850"), nameless("42 users")
        ("(left out: it names people, by 'CustomerID')", '42 users')
    """
    return f"{LEFT_OUT} it names people, by {found!r})" if (found := people_in(text)) else text
