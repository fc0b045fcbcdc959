"""What a published chart looks like: its words, where they stand, on which ground, how large on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont
from lxml import etree
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, Bbox

from retro.files import FONTS

PHONE = 320
"""Pixels that a chart has on the narrowest phone, of 360 pixels, 20 at each side left free."""

LEAST_PIXELS, LEAST_CONTRAST = 11, 4.5

RAW = re.compile(r"[A-Za-z]+_[A-Za-z_]+|\bnan\b|^None$|\binf\b|\{|\}|NaT")
"""What no reader should see: names of columns and keys, holes of a program."""

_FONTS = {weight: TTFont(FONTS / f"NotoSansSC-{weight}.ttf") for weight in ("Regular", "Bold")}
_WIDTHS = {
    weight: (font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm) for weight, font in _FONTS.items()
}
_MOVES = re.compile(r"(rotate|translate|scale)\(([^)]*)\)")
_ABOVE, _BELOW = 0.74, 0.12
"""How far signs reach above and below the line, in sizes of the font: digits, capitals, most Chinese characters."""


@dataclass(frozen=True)
class Word:
    """A text of a chart: its box in points, its size, its colour and the ground beneath it."""

    text: str
    box: Bbox
    size: float
    ink: str
    ground: str

    @property
    def contrast(self) -> float:
        """The ratio of WCAG 2."""
        light, dark = sorted((_luminance(self.ink), _luminance(self.ground)), reverse=True)
        return (light + 0.05) / (dark + 0.05)


def faults(svg: str, *, narrow: bool = False) -> list[str]:
    """What is wrong with a chart as it is read: words cut, one on another, too pale, too small, or no words at all."""
    root: Any = etree.fromstring(svg.encode())
    left, top, width, height = (float(side) for side in root.get("viewBox").split())
    words = list(_words(root))
    found = [f"{one.text!r} is cut at the edge" for one in words if _leaves(one.box, left, top, width, height)]
    found += [
        f"{one.text!r} and {other.text!r} overlap"
        for one, other in combinations(words, 2)
        if _inner(one.box).overlaps(_inner(other.box))
    ]
    found += [
        f"{one.text!r} has a contrast of {one.contrast:.1f} ({one.ink} on {one.ground})"
        for one in words
        if one.contrast < LEAST_CONTRAST
    ]
    scale = PHONE / width if narrow else 96 / 72
    found += [
        f"{one.text!r} is {one.size * scale:.1f} px high" for one in words if one.size * scale < LEAST_PIXELS - 0.05
    ]
    return found + [f"{one.text!r} is no word" for one in words if RAW.search(one.text)]


def _words(root: Any) -> Iterator[Word]:
    painted: list[tuple[Outline, str, float]] = []
    for element in root.iter():
        tag = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if tag == "path" and not any(etree.QName(above).localname == "defs" for above in element.iterancestors()):
            painted += _painted(element)
        elif tag == "text" and "".join(element.itertext()).strip():
            yield _word(element, painted)


def _painted(element: Any) -> Iterator[tuple[Outline, str, float]]:
    look = _look(element)
    fill = look.get("fill", "#000000")
    if fill.startswith("#") and (numbers := re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", element.get("d", ""))):
        points = np.array(numbers[: len(numbers) // 2 * 2], dtype=float).reshape(-1, 2)
        if len(points) > 2:
            yield Outline(points), fill, float(look.get("opacity", look.get("fill-opacity", 1)))


def _word(element: Any, painted: list[tuple[Outline, str, float]]) -> Word:
    look, words = _look(element), "".join(element.itertext())
    size = float(look["font-size"].removesuffix("px"))
    chars, metrics, unit = _WIDTHS["Bold" if look.get("font-weight", "400") in {"700", "bold"} else "Regular"]
    long = sum(metrics[chars.get(ord(sign), ".notdef")][0] for sign in words) / unit * size
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    start = x - long * {"start": 0, "middle": 0.5, "end": 1}[look.get("text-anchor", "start")]
    box = Bbox.from_extents(start, y - _ABOVE * size, start + long, y + _BELOW * size)
    for one in (element, *element.iterancestors()):
        for move, numbers in reversed(_MOVES.findall(one.get("transform", ""))):
            box = box.transformed(_moved(move, [float(number) for number in re.split(r"[ ,]+", numbers.strip())]))
    middle, ground = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2), "#ffffff"
    for outline, fill, opacity in painted:
        if outline.contains_point(middle):
            ground = _mixed(fill, ground, opacity)
    ink = _mixed(look.get("fill", "#000000"), ground, float(look.get("opacity", 1)))
    return Word(words, box, size, ink, ground)


def _moved(move: str, numbers: list[float]) -> Affine2D:
    if move == "rotate":
        return (
            Affine2D().rotate_deg_around(*numbers[1:], numbers[0]) if numbers[1:] else Affine2D().rotate_deg(*numbers)
        )
    return Affine2D().translate(*numbers) if move == "translate" else Affine2D().scale(*numbers)


def _look(element: Any) -> dict[str, str]:
    parts = (part.partition(":") for part in element.get("style", "").split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


def _mixed(over: str, under: str, opacity: float) -> str:
    mixed = (round(a * opacity + b * (1 - opacity)) for a, b in zip(_rgb(over), _rgb(under), strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _rgb(colour: str) -> tuple[int, ...]:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    return tuple(int(digits[place : place + 2], 16) for place in (0, 2, 4))


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _rgb(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _inner(box: Bbox) -> Bbox:
    return Bbox.from_extents(box.x0 + 0.5, box.y0 + 0.5, box.x1 - 0.5, box.y1 - 0.5)


def _leaves(box: Bbox, left: float, top: float, width: float, height: float) -> bool:
    slack = 1.0
    return (
        box.x0 < left - slack or box.y0 < top - slack or box.x1 > left + width + slack or box.y1 > top + height + slack
    )
