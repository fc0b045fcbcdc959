"""Make text from elsewhere harmless where it becomes a block, a line of a log or output of a terminal.

Tables and frames keep what a file holds; only what is shown passes through here.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""What some reader takes for the end of a line, beside the newline."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f]"  # control characters: escapes of terminals, bells, NUL
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # marks that turn the direction of all that follows
    "|[\u00ad\u034f\u180e\u200b\u200c\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"  # no width
    "|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"  # a joiner, but for pictures made of several
)
"""What a reader does not see, though it changes what is seen."""

_UNIT = re.compile(r"(?<=\d) (?=[\u4e00-\u9fff])|(?<=[\dKMB%]) (?=(?:[A-Z]{3}|pp)\b)")
"""The blank between a number and its unit."""

_INTERVAL = re.compile(r"(?<=[\dKMB%×万亿]) (–|to|至) (?=[−+]?\d)|(?<=[亏赚]) (?=\d)")
"""The blanks between the ends of an interval, and between an amount and what it means."""

_JOINED = {"–": "–\u2060"}
"""A dash would let a line end before the blank that keeps words together."""

_LONE = re.compile("[\ud800-\udfff]")

_APART = "\u00ad"
"""Keeps a `*` from its neighbours until the text is a block, where it is dropped as any other sign without width."""


def harmless(text: str) -> str:
    r"""Drop control characters, marks of direction and signs without width; half a character becomes U+FFFD.

    Examples:
        >>> harmless("app\x1b[31m \u202egnp.exe"), harmless("a\u200bb\r\nc\u2028d"), harmless("\ud800") == "\ufffd"
        ('app[31m gnp.exe', 'ab\nc\nd', True)
    """
    if text.isprintable():
        return text
    return _LONE.sub("\ufffd", _UNSEEN.sub("", _BREAKS.sub("\n", text)))


def unbroken(text: str) -> str:
    r"""Keep a number and its unit on one line, and the two ends of an interval.

    Examples:
        >>> unbroken("净亏 18 万元"), unbroken("163K CNY, +0.5 pp of 20 days")
        ('净亏\xa018\xa0万元', '163K\xa0CNY, +0.5\xa0pp of 20 days')
        >>> unbroken("亏 14.6 – 18 万元"), unbroken("a loss of 146K to 180K CNY")
        ('亏\xa014.6\xa0–\u2060\xa018\xa0万元', 'a loss of 146K\xa0to\xa0180K\xa0CNY')
    """
    whole = _UNIT.sub("\u00a0", text)
    return _INTERVAL.sub(
        lambda found: f"\u00a0{_JOINED.get(found[1], found[1])}\u00a0" if found[1] else "\u00a0", whole
    )


def is_wide(sign: str) -> bool:
    """Whether a sign is as wide as a Chinese character in the typeface; those such as ▲ and × are."""
    width = unicodedata.east_asian_width(sign)
    return width in "WF" or (width == "A" and unicodedata.category(sign).startswith("S"))


@functools.lru_cache(maxsize=1 << 14)
def width(text: str) -> int:
    """A text's width in half-width characters: a Chinese character is two.

    Examples:
        >>> width("GMV 万"), width("▲ made")
        (6, 7)
    """
    return len(text) + sum(map(is_wide, text))


def quoted(text: str) -> str:
    r"""A text as words within a sentence: on one line, and with no `**` that `retro.blocks.spans` would read as markup.

    Examples:
        >>> quoted("two\nlines"), harmless(quoted("a**b")), quoted("a**b").split("**") == [quoted("a**b")]
        ('two lines', 'a**b', True)
    """
    if text.isprintable() and "*" not in text:
        return text
    return harmless(text).replace("\n", " ").replace("*", f"*{_APART}")
