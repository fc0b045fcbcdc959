"""The allow-list of charts: what is not known to be harmless is refused.

It is asked of the parsed tree, which page and PDF then write anew. HTML needs no list, since no block holds any:
Markdown with HTML and outputs of HTML are refused, and templates escape every word.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from retro.errors import PublishError

SVG: Final = "http://www.w3.org/2000/svg"
XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_IN_SVG: Final = f"{{{SVG}}}"
_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"

_ELEMENTS = frozenset(f"{_IN_SVG}{name}" for name in (
    "svg", "g", "defs", "path", "use", "text", "tspan", "rect", "circle", "ellipse", "line", "polyline",
    "polygon", "clipPath", "pattern", "image", "style", "linearGradient", "radialGradient", "stop",
))  # fmt: skip
"""The elements of a chart. None of them runs, fetches or holds HTML; `a` and `foreignObject` are not among them."""

_DROPPED = tuple(f"{_IN_SVG}{name}" for name in ("metadata", "title", "desc"))

_PROPERTIES = frozenset((
    "clip-path", "clip-rule", "color", "dominant-baseline", "fill", "fill-opacity", "fill-rule", "font",
    "font-family", "font-size", "font-style", "font-variant", "font-weight", "letter-spacing", "opacity",
    "paint-order", "shape-rendering", "stop-color", "stop-opacity", "stroke", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity",
    "stroke-width", "text-anchor", "text-rendering", "visibility", "word-spacing", "image-rendering",
))  # fmt: skip
"""What may stand in a style, or as an attribute of its own."""

_GEOMETRY = frozenset((
    "d", "points", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "fx", "fy", "width",
    "height", "offset", "viewBox", "version", "id", "class", "transform", "gradientTransform", "patternTransform",
    "clipPathUnits", "gradientUnits", "patternUnits", "patternContentUnits", "spreadMethod", "preserveAspectRatio",
))  # fmt: skip
"""Further attributes of a chart; no browser fetches or runs what stands in them."""

_VALUE = re.compile(
    r"(?:[\w\s.,%#+-]|'[\w .,+-]*'|\"[\w .,+-]*\"|\b(?:rgba?|hsla?)\([\d\s.,%]+\)"
    r"|\burl\(\s*['\"]?#[\w.:-]+['\"]?\s*\))*"
)
"""What a property may be: words, numbers, colours, and references within the chart; no `;`, `{`, `<`, `\\` or `/`."""

_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[\sA-Za-z0-9+/=]*")
REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
RULE: Final = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")
"""The one style sheet that a chart may have: a rule for all its elements."""

_MOST_DRAWN = 200_000
"""Elements that a chart may draw, those counted again that it repeats."""


def read_svg(source: str, where: str) -> etree._Element:
    """Parse a chart that may go onto a page.

    Raises:
        PublishError: It is not SVG, has no `viewBox`, or holds anything that is not known to be harmless: a script,
            something fetched from outside, an element, property or attribute of no chart.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, remove_blank_text=True
    )
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError as reason:
        raise PublishError(f"{where}: chart must be SVG, got {reason.msg}.") from None
    except (ValueError, LookupError) as reason:
        raise PublishError(f"{where}: chart must be SVG in UTF-8, got {type(reason).__name__}.") from None
    if root.tag != f"{{{SVG}}}svg" or not root.get("viewBox"):
        raise PublishError(f"{where}: chart must be SVG with a viewBox, got <{etree.QName(root).localname}>.")
    for element in list(root.iter(*_DROPPED)):
        _remove(element)
    for element in root.iter():
        tag = element.tag if isinstance(element.tag, str) else "&entity;"
        if tag not in _ELEMENTS or (problem := _not_allowed(element)):
            name = tag.rpartition("}")[2]
            got = name if tag not in _ELEMENTS else f"{name} {problem}"
            raise PublishError(f"{where}: chart must hold no scripts and nothing from outside, got {got[:60]!r}.")
    if _drawn(root) > _MOST_DRAWN:
        raise PublishError(f"{where}: chart must draw at most {_MOST_DRAWN:,} elements. Draw fewer marks.")
    return root


def _remove(element: etree._Element) -> None:
    """Remove an element; the words behind it stay."""
    before, parent = element.getprevious(), element.getparent()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _not_allowed(element: etree._Element) -> str:
    """What of an element's attributes or style sheet is not known to be harmless; empty where all is."""
    for name, value in element.attrib.items():
        if name in _GEOMETRY:
            continue
        if name in _PROPERTIES:
            fine = _VALUE.fullmatch(value) is not None
        elif name == "style":
            fine = _is_style(value)
        elif name in {"href", XLINK_HREF}:
            fine = _leads_inside(element, value)
        else:
            fine = name == _XML_SPACE or (name, element.tag) == ("type", f"{_IN_SVG}style")
        if not fine:
            return f"{etree.QName(name).localname}={value}"
    if element.tag == f"{_IN_SVG}style":
        rule = RULE.fullmatch(element.text or "*{}")
        return "" if rule and not len(element) and _is_style(rule[1]) else f"style {(element.text or '').strip()}"
    return ""


def _leads_inside(element: etree._Element, value: str) -> bool:
    if element.tag == f"{_IN_SVG}image":
        return _PICTURE.fullmatch(value) is not None
    return value.startswith("#") and value.isprintable()


@functools.lru_cache(maxsize=4096)
def _is_style(style: str) -> bool:
    """Whether each declaration of a style is a known property with a harmless value."""
    for declaration in filter(str.strip, style.split(";")):
        name, colon, value = declaration.partition(":")
        if not colon or name.strip() not in _PROPERTIES or not _VALUE.fullmatch(value):
            return False
    return True


def _drawn(root: etree._Element) -> int:
    """How many elements a chart draws; endless where what it repeats holds a repetition, which could go on doubling."""
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    sizes: dict[str, int] = {}
    total = 0
    for element in root.iter():
        for name in targets(element):
            if name not in sizes:
                inner = list(named[name].iter()) if name in named else []
                sizes[name] = _MOST_DRAWN + 1 if any(any(targets(one)) for one in inner) else len(inner)
            total += sizes[name]
    return total


def targets(element: etree._Element) -> Iterator[str]:
    """The names of what an element repeats, or is cut or filled by."""
    for name, value in element.attrib.items():
        if "url(" in value:
            yield from REFERENCE.findall(value)
        elif name in {"href", XLINK_HREF} and value.startswith("#"):
            yield value[1:]
