"""JupyterLab as an analyst uses it: open, run all, ask, cut, keep, run again, and find the cut on the page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from retro.jobs import Lab, open_lab
from retro.run import Request, run_report

pytestmark = pytest.mark.slow

PARAMS = "params/2025Q1/new_user_week.yaml"
TITLE = {"zh": "费用按类别", "en": "Cost by category"}
SAID = {"zh": "活动费用最高的是", "en": "Campaign cost was highest for media"}
TWIN = """import pandas as pd; from retro.charts import Line, line_chart
days = pd.DataFrame({"on": pd.to_datetime(["2025-01-10", "2025-01-11"]), "value": [1, 2]})
line_chart(days, report.text, "cut.lines", Line("value"), facts={"label": "", "dimensions": "", "note": ""}).live"""
"""A chart over time; the days of the small shop are of too few people to be drawn."""
FRAME = 'pd.DataFrame({"place": [f"place {n}" for n in range(20)], "sold": [n * 7 % 20 for n in range(20)]})'

PATIENCE = 240_000
"""Milliseconds for what takes seconds on an idle machine."""


def test_an_analyst_goes_from_the_notebook_to_the_page(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    for name in ("SETTINGS", "WORKSPACES"):
        monkeypatch.setenv(f"JUPYTERLAB_{name}_DIR", str(tmp_path / name.lower()))
    lab = open_lab(Request(project / PARAMS, reports=project / "reports"), "en")
    with served(lab, tmp_path) as url, sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        notebook = page.locator(".jp-Notebook")
        expect(notebook.get_by_role("heading", name="Verdict", exact=True)).to_be_visible(timeout=PATIENCE)

        expect(page.locator(".jp-StatusBar-Widget, #jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(notebook.get_by_text("[*]:", exact=True).first).to_be_visible(timeout=PATIENCE)
        expect(notebook.get_by_text("[*]:", exact=True)).to_have_count(0, timeout=PATIENCE)
        asks(page, 'report.why("new_users")', "How it moved")
        explores(page)
        hovers_and_zooms(page)
        sorts_and_filters(page)
        asks(page, f'report.keep("by_category", title={TITLE!r})', "Kept as extra.by_category")
        browser.close()
    assert [one for one in asked if not one.startswith((url.partition("/lab")[0], "data:", "blob:"))] == []

    latest = run_report(Request(project / PARAMS, reports=project / "reports")).latest
    for lang, words in TITLE.items() | SAID.items():
        assert words in (latest / f"{lang}.html").read_text(encoding="utf-8")


def explores(page: Page) -> None:
    """Choose a cut in the pane with the keyboard alone and with the mouse, write its line with it, and run it."""
    asks(page, 'report.explore("campaign_cost")', "")
    pane = page.locator(".jp-Notebook .widget-vbox").first
    by = pane.get_by_label("Cut by")
    expect(by).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".retro-keys")).to_be_visible(timeout=PATIENCE)  # whose keys JupyterLab leaves alone
    pane.get_by_label("Figure").focus()
    page.keyboard.press("Tab")
    expect(by).to_be_focused()
    page.keyboard.press("ArrowDown")
    line = 'report.cut("campaign_cost", by="category")'
    expect(pane.get_by_label("Code")).to_have_value(line, timeout=PATIENCE)
    pane.get_by_role("button", name="Show the cut").press("Enter")
    words = SAID["en"]
    expect(pane.get_by_text(words)).to_be_visible(timeout=PATIENCE)

    chosen = by.get_by_role("option", name="category", exact=True)
    chosen.click(modifiers=["Control"])
    expect(pane.get_by_label("Code")).to_have_value('report.cut("campaign_cost")', timeout=PATIENCE)
    pane.get_by_role("button", name="Show the cut").click()
    expect(pane.get_by_text(words)).to_have_count(0, timeout=PATIENCE)
    chosen.click()
    expect(pane.get_by_label("Code")).to_have_value(line, timeout=PATIENCE)
    pane.get_by_role("button", name="Write into the notebook").click()
    written = page.locator(".jp-Notebook .jp-CodeCell .cm-content").filter(has_text=line)
    expect(written).to_be_focused(timeout=PATIENCE)
    page.keyboard.press("Shift+Enter")
    said = page.locator(".jp-Notebook .jp-Cell").filter(has_text=line).locator(".jp-OutputArea-output", has_text=words)
    expect(said.last).to_be_visible(timeout=PATIENCE)


def hovers_and_zooms(page: Page) -> None:
    """The nearest value is told wherever the mouse is, and the wheel and a drag change what is seen."""
    asks(page, TWIN, "")
    drawn = page.locator(".jp-Notebook .vega-embed canvas, .jp-Notebook .vega-embed svg").first
    expect(drawn).to_be_visible(timeout=PATIENCE)
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] * 0.25, middle[1])
    told = page.locator("#vg-tooltip-element.visible")
    expect(told).to_contain_text("2025-01-10", timeout=PATIENCE)
    page.mouse.move(box["x"] + box["width"] * 0.8, middle[1], steps=5)
    expect(told).to_contain_text("2025-01-11", timeout=PATIENCE)

    page.mouse.move(*middle)
    page.wait_for_timeout(1000)  # until the dot below the mouse has settled
    before = looks(drawn)
    page.mouse.wheel(0, -400)
    zoomed = changed(page, drawn, before)
    page.mouse.down()
    page.mouse.move(middle[0] + 150, middle[1], steps=5)
    page.mouse.up()
    changed(page, drawn, zoomed)


def looks(drawn: Locator) -> str:
    """What is drawn, to be compared."""
    return str(drawn.evaluate("one => one.toDataURL ? one.toDataURL() : one.outerHTML"))


def changed(page: Page, drawn: Locator, before: str) -> str:
    """What is drawn once it is no longer as before."""
    for _ in range(100):
        page.wait_for_timeout(200)
        if (now := looks(drawn)) != before:
            return now
    pytest.fail("the chart stayed as it was")


def sorts_and_filters(page: Page) -> None:
    """A frame is sorted by its head, by mouse and by keyboard, and filtered by what is typed."""
    asks(page, FRAME, "place 0")
    table = page.locator(".jp-Notebook .dt-container").last
    rows = table.locator("tbody tr")
    head = table.get_by_role("columnheader", name="sold").first
    head.click()
    expect(rows.first).to_contain_text("place 0", timeout=PATIENCE)
    for _ in range(3):  # up, down, and as it was
        head.get_by_role("button").press("Enter")
        page.wait_for_timeout(1500)
        if "19" in rows.first.inner_text():
            break
    expect(rows.first).to_contain_text("19")
    table.locator("input[type=search]").focus()
    page.keyboard.type("13")
    expect(rows).to_have_count(2, timeout=PATIENCE)  # place 13, and 13 sold at place 19


def asks(page: Page, code: str, words: str) -> None:
    """Add a cell at the end, run it, and wait for what it says."""
    page.get_by_role("button", name="Click to add a cell.").click()
    page.locator(".jp-Notebook .jp-Cell .cm-content").last.click()
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    said = page.locator(".jp-Notebook .jp-OutputArea-output", has_text=words)
    expect(said.last).to_be_visible(timeout=PATIENCE)


@contextmanager
def served(lab: Lab, folder: Path) -> Iterator[str]:
    """JupyterLab on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ServerApp.token=t", f"--ServerApp.port={port}"]
    place = lab.notebook.relative_to(lab.root).as_posix()
    with (folder / "server.txt").open("w") as log:
        server = subprocess.Popen([*lab.command, *options], env=os.environ | lab.environment, stderr=log, stdout=log)
        try:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and "/lab?token" not in (folder / "server.txt").read_text():
                time.sleep(0.5)
            yield f"http://localhost:{port}/lab/tree/{place}?token=t"
        finally:
            server.kill()  # it would ask whether its kernels may end
            server.wait()
