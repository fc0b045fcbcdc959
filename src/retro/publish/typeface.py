"""The typeface: its characters, and the subset that one page needs."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterable
from typing import Final, Literal

import uharfbuzz as hb

from retro.files import FONTS
from retro.publish.woff2 import pack

FAMILY: Final = "Noto Sans SC"

Weight = Literal[400, 700]

_FILES: dict[Weight, str] = {400: "NotoSansSC-Regular.ttf", 700: "NotoSansSC-Bold.ttf"}

_ALWAYS = frozenset(map(chr, [*range(0x20, 0x7F), 0xA0, 0xB7, 0x2022, 0x25E6, 0x25AA, 0x2013, 0x2014, 0x2026, 0x3000]))
"""ASCII, and what browsers draw without being asked: list markers, dashes, spaces."""

_FEATURES = (int.from_bytes(b"pwid"),)
"""OpenType tags kept beside the standard ones: proportional quotes and dots, for English."""


@functools.cache
def _face(weight: Weight) -> hb.Face:
    return hb.Face(hb.Blob((FONTS / _FILES[weight]).read_bytes()))


@functools.cache
def known_characters() -> frozenset[str]:
    """The characters that both weights can draw."""
    regular, bold = (frozenset(map(chr, _face(weight).unicodes)) for weight in _FILES)
    return regular & bold


def font_faces(characters: Iterable[str]) -> str:
    """CSS that embeds both weights, reduced to the given characters, as woff2.

    Characters that the typeface lacks are left to the reader's own fonts.
    """
    wanted = frozenset(characters) | _ALWAYS
    return "\n".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-style:normal;font-display:block;'
        f'src:url(data:font/woff2;base64,{_subset(weight, wanted)}) format("woff2")}}'
        for weight in _FILES
    )


@functools.lru_cache(maxsize=8)
def _subset(weight: Weight, characters: frozenset[str]) -> str:
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(map(ord, characters))
    wanted.layout_feature_tag_set.update(_FEATURES)
    wanted.flags = hb.SubsetFlags.NO_HINTING
    return base64.b64encode(pack(hb.subset(_face(weight), wanted).blob.data)).decode()
