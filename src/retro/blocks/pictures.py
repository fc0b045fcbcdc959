"""Pictures that a notebook carries: base64, whole, and of a size that a page can hold."""

from __future__ import annotations

import base64
import binascii
import re
import struct

_MOST_DOTS = 50_000_000
"""Width times height; more would take gigabytes to print, from a file of a few kilobytes."""

_FRAME = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(..)(..)", re.DOTALL)
"""Where a JPEG says its height and width."""


def picture(data: str) -> str:
    r"""The base64 of a PNG or JPEG without its line breaks.

    Raises:
        ValueError: It is not base64, or too large a picture.

    Examples:
        >>> picture("iVBORw0K\nGgo=")
        'iVBORw0KGgo='
    """
    data = "".join(data.split())
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("must be base64") from None
    width, height = _size(content)
    if width * height > _MOST_DOTS:
        raise ValueError(f"must have at most {_MOST_DOTS:,} dots, got {width} x {height}")
    return data


def _size(content: bytes) -> tuple[int, int]:
    """Width and height as the file says them; none where it says nothing, which whoever draws it will refuse."""
    if content[12:16] == b"IHDR" and len(content) > 24:  # noqa: PLR2004 - the end of the size in a PNG
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    sizes = [struct.unpack(">HH", found[1] + found[2]) for found in _FRAME.finditer(content[:1_000_000])]
    return max(((width, height) for height, width in sizes), default=(0, 0))
