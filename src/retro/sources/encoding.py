"""Short texts that are UTF-8 and GBK at once."""

from __future__ import annotations

import unicodedata
from pathlib import Path

_SHORT = 65_536
"""Bytes above which no text of one encoding is one of the other by chance."""

_SIGNS = frozenset("¢£¤¥§©«®°±²³´·»¼½¾¿×÷")
_LATIN = 0x180
"""Latin letters that living languages write stand below."""

_TWO_BYTES = 0x800
"""What UTF-8 writes in two bytes stands below."""


def either_way(path: Path) -> bool:
    """Whether a file is Chinese in GBK, though its bytes are letters of mixed or rare alphabets in UTF-8, too.

    Two bytes of GBK are often one character of UTF-8. Of a long file some are not; of a short one all may be.

    Examples:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.csv"
        >>> for data in ("食品,9".encode("gbk"), "café,9".encode(), "食品,9".encode()):
        ...     _ = path.write_bytes(data)
        ...     print(data.decode(), either_way(path))
        ʳƷ,9 True
        café,9 False
        食品,9 False
    """
    if path.stat().st_size > _SHORT:
        return False
    data = path.read_bytes()
    try:
        western, chinese = data.decode("utf-8"), data.decode("gbk")
    except UnicodeDecodeError:
        return False
    beyond = [sign for sign in chinese if not sign.isascii()]
    return bool(beyond) and all(unicodedata.name(sign, "").startswith("CJK") for sign in beyond) and not _told(western)


def _told(text: str) -> bool:
    """Whether a sign takes more than two bytes, or the letters beyond ASCII are of one living alphabet."""
    letters = {sign for sign in text if not sign.isascii()} - _SIGNS
    if any(ord(sign) >= _TWO_BYTES for sign in letters):
        return True
    alphabets = {unicodedata.name(sign, "?").split()[0] for sign in letters}
    known = alphabets <= {"LATIN"} or (len(alphabets) == 1 and alphabets <= {"GREEK", "CYRILLIC", "HEBREW", "ARABIC"})
    return known and all(sign.isalpha() and (ord(sign) < _LATIN or "LATIN" not in alphabets) for sign in letters)
