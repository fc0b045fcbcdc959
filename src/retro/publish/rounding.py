"""Rounding of charts: coordinates as fine as an eye can see; their last digits may waver from run to run."""

from __future__ import annotations

import re

from lxml import etree

_COORDINATES = ("d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_TRANSFORM = re.compile(r"(\w+)\(([^()]*)\)")


def round_numbers(root: etree._Element) -> None:
    """Shorten the coordinates and transforms of a chart and all its parts, in place."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if name in _COORDINATES:
                element.set(name, " ".join(_LONG_NUMBER.sub(_short, value).split()))
            elif name == "transform":
                element.set(name, _TRANSFORM.sub(_short_transform, value))


def _short(number: re.Match[str]) -> str:
    """Two decimals: a hundredth of a point."""
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _short_transform(call: re.Match[str]) -> str:
    """Moves like coordinates; angles and factors to five significant digits, as they multiply."""
    kind, numbers = call.groups()
    short = _short if kind == "translate" else _five_digits
    return f"{kind}({_LONG_NUMBER.sub(short, numbers)})"


def _five_digits(number: re.Match[str]) -> str:
    return f"{float(number[0]):.5g}"
