"""People in free text: the one filter for what customers wrote, what cells printed and what frames hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from retro.privacy.traits import KEYS, TRAITS, folded, header_in

LEFT_OUT: Final = "(left out:"
"""How words in the place of a text begin."""

GONE: Final = "[…]"
"""What stands in a text in place of what named a person."""

_TOKEN = re.compile(r"[A-Za-z0-9][\w.@+-]*[A-Za-z0-9]|\w+", re.ASCII)
_LEAST_KNOWN = 5
"""Keys of the data that are shorter, and all digits or all letters, are also numbers and words of a text."""


def without_people(text: str, known: Collection[str] = ()) -> str:
    """Return a text without what names people: phones, mails, cards, labelled ids, and keys known from the data.

    Args:
        text: What somebody wrote.
        known: Keys of people and orders. Those of fewer than 5 signs count only where letters and digits mix.

    Examples:
        >>> without_people("买了 3 件，电话 138-0013-8000，快点！")
        '买了 3 件，电话 […]，快点！'
        >>> without_people("u-17 waits since 2025-01-10 12:30", {"u-17"})
        '[…] waits since 2025-01-10 12:30'
    """
    places = sorted([*((start, end) for _, start, end in _found(text)), *_known(text, known)])
    told, at = "", 0
    for start, end in places:
        if start >= at:
            told += text[at:start] + GONE
        at = max(at, end)
    return told + text[at:]


def addressed(text: str) -> str:
    """The kind of what names a person in a text, such as `a phone number`; empty for nothing.

    Examples:
        >>> addressed("微信：xyz123"), addressed("the column user_id")
        ('a WeChat or QQ id', '')
    """
    return next((kind for kind, _, _ in _found(text)), "")


def people_in(text: str) -> str:
    r"""Find what in printed text names people: a column of theirs, or what `addressed` finds; empty for nothing.

    A printed frame shows its column names, so those are searched: keys anywhere, words such as `phone`, which a
    sentence may say too, where a line looks like the head of a table.

    Examples:
        >>> people_in("  user_id  amount\\n0     u1    9.90"), people_in("call 13800138000"), people_in("42 users")
        ('user_id', 'a phone number', '')
        >>> people_in("   phone  amount"), people_in("orders by phone: 42")
        ('phone', '')
    """
    key = KEYS.search(text)
    return key[0] if key is not None else header_in(text) or addressed(text)


def nameless(text: str) -> str:
    r"""Return the text, or a notice in its place where it names people.

    Examples:
        >>> nameless("CustomerID\\n17850"), nameless("42 users")
        ("(left out: it names people, by 'CustomerID')", '42 users')
    """
    return f"{LEFT_OUT} it names people, by {found!r})" if (found := people_in(text)) else text


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    """Kinds of what names people, and their places."""
    plain = folded(text)
    for trait in TRAITS:
        yield from ((trait.kind, *place) for place in trait.found(plain))


def _known(text: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where keys of the data stand."""
    if not known:
        return
    for match in _TOKEN.finditer(text):
        if match[0] in known and (len(match[0]) >= _LEAST_KNOWN or not (match[0].isdigit() or match[0].isalpha())):
            yield match.span()
    for key in (one for one in known if not one.isascii() and len(one) > 1):
        yield from ((match.start(), match.end()) for match in re.finditer(re.escape(key), text))
