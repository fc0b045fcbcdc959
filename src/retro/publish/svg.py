"""Charts for a page: unique ids, shared styles, alternative texts."""

from __future__ import annotations

import re
from itertools import count

from lxml import etree

from retro.publish.allowed import REFERENCE, RULE, SVG, XLINK_HREF, read_svg, targets


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
        names = {
            name: f"{prefix}-{number}"
            for number, name in enumerate(
                sorted({name for element in root.iter() for name in targets(element)}), start=1
            )
        }
        for element in list(root.iter()):
            if etree.QName(element).localname == "style":
                self._take_rules(root, element)
                continue
            _rename(element, names)
            if style := _tidy_style(element.attrib.pop("style", ""), names):
                element.set("class", self._classes.setdefault(style, f"k{len(self._classes) + 1}"))
        for name in ("width", "height", "version"):
            root.attrib.pop(name, None)
        root.attrib.update({"role": "img", "aria-labelledby": f"{prefix}-t"})
        title = etree.Element(f"{{{SVG}}}title", id=f"{prefix}-t")
        title.text = alt
        root.insert(0, title)
        etree.cleanup_namespaces(root)
        return str(etree.tostring(root, encoding="unicode"))

    def _take_rules(self, root: etree._Element, element: etree._Element) -> None:
        """Move a chart's own style sheet to the page's; `read_svg` has made sure that it is one rule for all."""
        rule = RULE.fullmatch(element.text or "*{}")
        if rule and (style := rule[1].strip()):
            name = self._roots.setdefault(style, f"g{len(self._roots) + 1}")
            root.set("class", f"{root.get('class', '')} {name}".strip())
        element.getparent().remove(element)


def _rename(element: etree._Element, names: dict[str, str]) -> None:
    """Give an element its page-wide id and references."""
    element.attrib.pop("class", None)
    identity = element.attrib.pop("id", None)
    if identity in names:
        element.set("id", names[identity])
    target = element.attrib.pop(XLINK_HREF, None) or element.attrib.pop("href", None)
    if target:
        element.set("href", "#" + names[target[1:]] if target.startswith("#") else target)
    for name, value in element.attrib.items():
        if "url(" in value and name != "style":
            element.set(name, _renamed(value, names))


def _tidy_style(style: str, names: dict[str, str]) -> str:
    parts = (part.strip() for part in _renamed(style, names).split(";"))
    return ";".join(re.sub(r"\s*:\s*", ":", part, count=1) for part in parts if part)


def _renamed(value: str, names: dict[str, str]) -> str:
    return REFERENCE.sub(lambda found: f"url(#{names[found[1]]})", value)
