"""Charts for a page: unique ids, shared styles, alternative texts."""

from __future__ import annotations

import re
from itertools import count
from typing import Final

from lxml import etree

from retro.errors import PublishError

_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"

_REFUSED = {"&entity;", "script", "foreignObject", "iframe", "animate", "set"}
_DROPPED = {"metadata", "title", "desc"}
_COORDINATES = ("d", "points", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_TRANSFORM = re.compile(r"(\w+)\(([^()]*)\)")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(", re.IGNORECASE)
_RULE = re.compile(r"\s*\*\s*\{([^{}]*)\}\s*")


def read_svg(source: str, where: str) -> etree._Element:
    """Parse a chart that may go onto a page.

    Raises:
        PublishError: It is not SVG, has no `viewBox`, or holds a script or anything fetched from outside.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, remove_blank_text=True
    )
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError as reason:
        raise PublishError(f"{where}: chart must be SVG, got {reason.msg}.") from None
    if root.tag != f"{{{_SVG}}}svg" or not root.get("viewBox"):
        raise PublishError(f"{where}: chart must be SVG with a viewBox, got <{etree.QName(root).localname}>.")
    for element in list(root.iter()):
        name = etree.QName(element).localname if isinstance(element.tag, str) else "&entity;"
        if name in _DROPPED:
            element.getparent().remove(element)
        elif name in _REFUSED or _reaches_out(element):
            raise PublishError(f"{where}: chart must hold no scripts and nothing from outside, got {name!r}.")
        else:
            _round(element)
    return root


def _round(element: etree._Element) -> None:
    """Coordinates as fine as an eye can see; their last digits may waver from run to run."""
    for name, value in element.attrib.items():
        if name in _COORDINATES:
            element.set(name, " ".join(_LONG_NUMBER.sub(_short, value).split()))
        elif name == "transform":
            element.set(name, _TRANSFORM.sub(_short_transform, value))


def _reaches_out(element: etree._Element) -> bool:
    for name, value in element.attrib.items():
        if name.startswith("on") or _OUTSIDE.search(value):
            return True
        if name in {"href", _XLINK_HREF} and not value.startswith(("#", "data:image/png;", "data:image/jpeg;")):
            return True
    return bool(_OUTSIDE.search(element.text or ""))


class Charts:
    """The charts of one page. Ids become unique, and every style a class of the page's one style sheet.

    Classes, because a page that forbids inline styles cannot be given any by what it shows; and since the marks of
    a chart share few styles, the page becomes a third smaller.
    """

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}
        self._roots: dict[str, str] = {}
        self._numbers = count(1)

    @property
    def css(self) -> str:
        """The rules for all charts drawn so far."""
        roots = (f":where(.{name} *){{{style}}}" for style, name in self._roots.items())
        return "\n".join([*roots, *(f".{name}{{{style}}}" for style, name in self._classes.items())])

    def draw(self, source: str, alt: str) -> str:
        """A chart as an `<svg>` element that fills the width it is given.

        Raises:
            PublishError: The chart cannot go onto a page.
        """
        prefix = f"f{next(self._numbers)}"
        root = read_svg(source, f"figure {alt[:40]!r}")
        names = {name: f"{prefix}-{number}" for number, name in enumerate(sorted(_references(root)), start=1)}
        for element in list(root.iter()):
            if etree.QName(element).localname == "style":
                self._take_rules(root, element, alt)
                continue
            _rename(element, names)
            if style := _tidy_style(element.attrib.pop("style", ""), names):
                element.set("class", self._classes.setdefault(style, f"k{len(self._classes) + 1}"))
        for name in ("width", "height", "version"):
            root.attrib.pop(name, None)
        root.attrib.update({"role": "img", "aria-labelledby": f"{prefix}-t"})
        title = etree.Element(f"{{{_SVG}}}title", id=f"{prefix}-t")
        title.text = alt
        root.insert(0, title)
        etree.cleanup_namespaces(root)
        return str(etree.tostring(root, encoding="unicode"))

    def _take_rules(self, root: etree._Element, element: etree._Element, alt: str) -> None:
        """Move a chart's own style sheet to the page's; only the rule for all its elements can be moved."""
        rule = _RULE.fullmatch(element.text or "*{}")
        if rule is None:
            raise PublishError(f"figure {alt[:40]!r}: style sheet must be one rule for '*'. Use style attributes.")
        if style := rule[1].strip():
            name = self._roots.setdefault(style, f"g{len(self._roots) + 1}")
            root.set("class", f"{root.get('class', '')} {name}".strip())
        element.getparent().remove(element)


def _references(root: etree._Element) -> set[str]:
    found: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            found.update(_REFERENCE.findall(value))
            if name in {"href", _XLINK_HREF} and value.startswith("#"):
                found.add(value[1:])
    return found


def _rename(element: etree._Element, names: dict[str, str]) -> None:
    """Give an element its page-wide id and references."""
    element.attrib.pop("class", None)
    identity = element.attrib.pop("id", None)
    if identity in names:
        element.set("id", names[identity])
    target = element.attrib.pop(_XLINK_HREF, None) or element.attrib.pop("href", None)
    if target:
        element.set("href", "#" + names[target[1:]] if target.startswith("#") else target)
    for name, value in element.attrib.items():
        if "url(" in value and name != "style":
            element.set(name, _renamed(value, names))


def _tidy_style(style: str, names: dict[str, str]) -> str:
    parts = (part.strip() for part in _renamed(style, names).split(";"))
    return ";".join(re.sub(r"\s*:\s*", ":", part, count=1) for part in parts if part)


def _renamed(value: str, names: dict[str, str]) -> str:
    return _REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value)


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
