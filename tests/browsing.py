"""Published pages in a real browser: what it says, what is too wide, what is a barrier."""

from __future__ import annotations

import contextlib
import functools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]

WIDTHS = (360, 390, 768, 1280)

_LEAST_CONTRAST = 4.5
"""The ratio of WCAG 2 for text."""

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
    """What axe finds, and contrasts that it leaves undecided, with the piece of the page.

    Of a table that scrolls, it decides on what lies beyond its edge once it is scrolled there.
    """
    page.evaluate(axe())
    found, undecided = _found(page)
    if undecided:
        page.evaluate("document.querySelectorAll('.scroll').forEach((box) => { box.scrollLeft = 1e6; })")
        _, beyond = _found(page)
        undecided = {where: said for where, said in undecided.items() if where in beyond}
    yield from (*found, *undecided.values())


def _found(page: Page) -> tuple[list[str], dict[str, str]]:
    """Violations, and undecided contrasts by where they are."""
    asked = {"resultTypes": ["violations", "incomplete"]}
    found = page.evaluate("([where, asked]) => axe.run(where, asked)", [_CHARTS_APART, asked])
    unsure = [node for one in found["incomplete"] if one["id"] == "color-contrast" for node in one["nodes"]]
    unsure = [node for node in unsure if not _is_clear(page, node)]
    return (
        [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]],
        {str(node["target"]): f"undecided: {node['html']}: {node['any'][0]['message']}" for node in unsure},
    )


def _is_clear(page: Page, node: dict[str, Any]) -> bool:
    """Whether signs that axe does not take for text, such as stars, have the contrast that text must have."""
    if "non-text" not in node["any"][0]["message"]:
        return False
    return float(page.evaluate(_CONTRAST, node["target"][0])) >= _LEAST_CONTRAST


_CONTRAST = """(where) => {
  const place = document.querySelector(where), color = axe.commons.color;
  axe.setup(document.body);
  const found = color.getContrast(color.getBackgroundColor(place, []), color.getForegroundColor(place));
  axe.teardown();
  return found;
}"""

_OUT_OF_REACH = """() => [...document.querySelectorAll(".scroll")].filter((box) => {
  box.scrollLeft = 1e6;
  const ends = [...box.querySelectorAll("tr > :last-child")].map((cell) => cell.getBoundingClientRect().right);
  box.scrollLeft = 0;
  return Math.max(...ends) > Math.min(box.getBoundingClientRect().right, innerWidth) + 1;
}).map((box) => box.getAttribute("aria-label"))"""
"""Tables of which the last column stays out of sight however far one scrolls."""

_STOPS = """() => {
  window.stopped = new Set();
  document.addEventListener("focusin", (event) => stopped.add(event.target));
  window.stops = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility() && !one.closest("svg"));
  return stops.length;
}"""
_MISSED = "() => stops.filter((one) => !stopped.has(one)).map((one) => one.outerHTML.slice(0, 120))"

_UNSORTED = """() => [...document.querySelectorAll(".scroll table")].filter((table) => {
  const buttons = [...table.querySelectorAll(".sort")], before = table.tBodies[0].rows.length;
  for (const button of buttons) button.click();
  const last = buttons.at(-1)?.closest("th");
  return buttons.length && (last.getAttribute("aria-sort") !== "ascending" || table.tBodies[0].rows.length !== before);
}).map((table) => table.closest(".scroll").getAttribute("aria-label"))"""

_UNFILTERED = """() => [...document.querySelectorAll(".tools input[type=search]")].filter((input) => {
  const rows = [...input.closest(".tools").nextElementSibling.querySelector("tbody").rows];
  const type = (words) => { input.value = words; input.dispatchEvent(new Event("input")); };
  type(rows[0].textContent.replace(/\\s+/g, " "));
  const found = !rows[0].hidden;
  type("no such words");
  const none = rows.every((row) => row.hidden);
  type("");
  return !(found && none && rows.every((row) => !row.hidden));
}).map((input) => input.getAttribute("aria-label"))"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; while it is open, its event loop stops notebooks from being executed."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def faults(browser: Browser, file: Path, *, scheme: Scheme = "light") -> list[str]:
    """What is wrong with a page at any width: words on the console, requests, sideways scroll, barriers at 1280.

    In light colours it is operated too: keys lead to everything, tables sort, filter and download.
    """
    context = browser.new_context(color_scheme=scheme)
    page, own, found = context.new_page(), file.as_uri(), []
    page.on("console", lambda message: found.append(message.text))
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith((own, "data:", "blob:")) else found.append(asked.url))
    page.goto(own)
    if scheme == "light":
        found += _not_reached(page)
    unfold(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found += [f"{width} px: {over} px too wide"] if over > 0 else []
        found += [f"{width} px: the last column of {name!r} is cut" for name in page.evaluate(_OUT_OF_REACH)]
    found += barriers(page)
    if scheme == "light":
        found += _not_operated(page)
    context.close()
    return found


def faults_of(browser: Browser, latest: Path) -> dict[str, list[str]]:
    """What is wrong with the pages of a report, by file and colours; nothing said of those that hold."""
    looks: tuple[tuple[str, Scheme], ...] = (("zh", "light"), ("zh", "dark"), ("en", "light"))
    found = {f"{lang} {scheme}": faults(browser, latest / f"{lang}.html", scheme=scheme) for lang, scheme in looks}
    return {name: those for name, those in found.items() if those}


def _not_reached(page: Page) -> Iterator[str]:
    """What the tabulator key passes over."""
    for _ in range(page.evaluate(_STOPS) + 1):
        page.keyboard.press("Tab")
    yield from (f"no key leads to {missed}" for missed in page.evaluate(_MISSED))


def _not_operated(page: Page) -> Iterator[str]:
    """Tables that do not sort, filter or download."""
    yield from (f"{name!r} does not filter" for name in page.evaluate(_UNFILTERED))
    yield from (f"{name!r} does not sort" for name in page.evaluate(_UNSORTED))
    save = page.locator(".tools button.tool").first
    if save.count():
        rows = page.locator(".tools").first.evaluate(
            "(tools) => tools.nextElementSibling.querySelectorAll('tr').length"
        )
        with page.expect_download() as waiting:
            save.click()
        saved = Path(waiting.value.path()).read_text(encoding="utf-8-sig").strip().split("\n")
        if len(saved) != rows:
            yield f"the first table of {rows} rows is saved in {len(saved)} lines"
