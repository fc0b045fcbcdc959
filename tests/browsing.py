"""Published pages in a real browser: what it says, what is too wide, what is a barrier."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = (360, 390, 768, 1280)

_CHARTS_APART = {"exclude": [["svg"]]}
"""Charts are left to tests/charts, which measures each of their words; axe cannot see what lies behind those."""


@functools.cache
def axe() -> str:
    """The script of axe-core."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def unfold(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def barriers(page: Page) -> Iterator[str]:
    """What axe finds, and contrasts that it leaves undecided, with the piece of the page."""
    page.evaluate(axe())
    asked = {"resultTypes": ["violations", "incomplete"]}
    found = page.evaluate("([where, asked]) => axe.run(where, asked)", [_CHARTS_APART, asked])
    for one in found["violations"]:
        yield f"{one['id']}: {one['nodes'][0]['html']}"
    for one in found["incomplete"]:
        if one["id"] == "color-contrast":
            yield from (f"undecided: {node['html']}: {node['any'][0]['message']}" for node in one["nodes"])


def faults(browser: Browser, file: Path, *, scheme: Literal["light", "dark"] = "light") -> list[str]:
    """What is wrong with a page at any width: words on the console, requests, sideways scroll, barriers at 1280."""
    context = browser.new_context(color_scheme=scheme)
    page, own, found = context.new_page(), file.as_uri(), []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((own, "data:")) else found.append(asked.url))
    page.goto(own)
    unfold(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{width} px: {over} px too wide"] if over > 0 else []
    found += barriers(page)
    context.close()
    return found
