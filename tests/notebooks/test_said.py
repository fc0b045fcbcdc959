"""Every notebook on a tiny quarter, in both languages, says what is kept of it; `make renew` keeps what it says now."""

from __future__ import annotations

import difflib
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell
from papermill.iorw import load_notebook_node
from pypdf import PdfReader

import browsing
from measured import faults
from papers import appendix_of, empty_sheets
from retro.blocks import Block, Document, Figure, as_markdown, read_document
from retro.execute import execute_notebook
from retro.files import read_json, write_json
from retro.i18n import LANGS
from retro.jobs.replaying import FIGURES, reasons
from retro.ledger import Ledger, read_ledger
from retro.places import scratch_folder
from retro.publish import Around
from retro.publish.html import RetroHTMLExporter
from retro.publish.pdf import RetroPDFExporter
from shops import DEMO_REPORTS, EVERY_TIME, make_quarter

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).parent / "said"
PUBLISHED = Path(__file__).parent / "figures"
"""The figures of the same reports as they were published: the inputs are the seeded shop's, so they can be replayed."""

PUBLISHED_WHOLE = "2025Q1"
"""The folder of the reports that `make report` publishes: tests/test_published.py opens their pages."""

REPORTS = sorted(DEMO_REPORTS)
CASES = [
    pytest.param(name, lang, id=f"{name}-{lang}", marks=() if now else pytest.mark.slow)
    for name in REPORTS
    for lang in LANGS
    for now in [name in EVERY_TIME and lang == LANGS[0]]
]
"""A few in their first language with every test run; the others when all is tested: each takes half a minute."""

FINGERPRINT = re.compile(r"(?<=\| )[0-9a-f]{12}(?= \|)")
"""Of code and data, as the last table shows them: they change with every commit."""


@pytest.fixture(scope="session")
def quarter(once: Callable[[str, Callable[[Path], object]], Path], tiny_demo: Path) -> Path:
    """A project with the notebooks and params that are shipped, and a tiny shop's data."""
    return once("quarter", lambda folder: make_quarter(folder, tiny_demo))


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_a_notebook_says_what_is_kept_of_it(
    name: str,
    lang: str,
    quarter: Path,
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(quarter)
    kept, figures = KEPT / f"{name}.{lang}.md", PUBLISHED / f"{name}.json"
    document, recorded = made(name, lang, tmp_path / "ledger.json")
    says = FINGERPRINT.sub("<fingerprint>", as_markdown(document))
    now = {entry.name: None if entry.value is None else str(entry.value) for entry in recorded.entries}
    if pytestconfig.getoption("nb_force_regen"):
        kept.write_text(says, encoding="utf-8")
        if not figures.is_file():  # what was published stays published: a figure that moves since needs a reason
            write_json(figures, now)
        return

    before = kept.read_text(encoding="utf-8") if kept.is_file() else ""
    if says != before:
        changes = difflib.unified_diff(before.splitlines(), says.splitlines(), kept.name, "said now", lineterm="")
        pytest.fail("`make renew` if this is meant:\n" + "\n".join(changes), pytrace=False)
    if moved := unexplained(read_json(figures) if figures.is_file() else now, now):
        pytest.fail(f"`figure: reason` in CHANGES.figures if this is meant: {moved}", pytrace=False)
    if DEMO_REPORTS[name].parent.name != PUBLISHED_WHOLE:
        page = tmp_path / f"{lang}.html"
        around = Around(f"reports/{name}", LANGS, ledger=recorded)
        page.write_text(RetroHTMLExporter().from_document(document, around), encoding="utf-8")
        with browsing.chromium() as browser:
            schemes: tuple[browsing.Scheme, ...] = ("light", "dark") if lang == LANGS[0] else ("light",)
            assert [fault for one in schemes for fault in browsing.faults(browser, page, scheme=one)] == []


def unexplained(published: dict[str, str | None], now: dict[str, str | None], path: Path = ROOT / FIGURES) -> list[str]:
    """The figures that moved since they were published and for which `CHANGES.figures` gives no reason.

    A release begins anew: remove the file and `figures/`, then `make renew`.
    """
    moved = [name for name in {**published, **now} if published.get(name) != now.get(name)]
    known = reasons(moved, path)
    return [f"{name}: {published.get(name)} -> {now.get(name)}" for name in moved if name not in known]


def test_a_figure_that_moved_without_a_reason_is_named(tmp_path: Path) -> None:
    published: dict[str, str | None] = {"gmv": "10.00", "new_users": "3", "cac": None}
    now: dict[str, str | None] = {"gmv": "11.00", "cac": None, "roi": "1.5"}

    assert unexplained(published, published, tmp_path / FIGURES) == []
    assert unexplained(published, now, tmp_path / FIGURES) == [
        "gmv: 10.00 -> 11.00",
        "new_users: 3 -> None",
        "roi: None -> 1.5",
    ]
    (tmp_path / FIGURES).write_text("# meant\nroi: new\nnew_*: guests count\n")
    assert unexplained(published, now, tmp_path / FIGURES) == ["gmv: 10.00 -> 11.00"]


def test_nothing_else_is_kept() -> None:
    assert {path.name for path in KEPT.iterdir()} == {f"{name}.{lang}.md" for name in REPORTS for lang in LANGS}


def made(name: str, lang: str, ledger: Path) -> tuple[Document, Ledger]:
    """The report of a notebook as it would be published, and what it recorded; no cell may warn."""
    params = DEMO_REPORTS[name]
    kind = yaml.safe_load(params.read_text(encoding="utf-8"))["kind"]
    notebook = load_notebook_node(f"notebooks/{kind}.ipynb")
    parameters = {"params_file": params.as_posix(), "lang": lang, "overrides": {}}
    keep = f"import pathlib, retro.ledger; retro.ledger.write_ledger(pathlib.Path({str(ledger)!r}), report.ledger)"
    notebook.cells.append(new_code_cell(keep))
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder:  # of the project: a kernel starts beside it
        asked, out = Path(folder) / f"{kind}.ipynb", Path(folder) / "executed.ipynb"
        nbformat.write(notebook, asked)
        execute_notebook(asked, out, parameters=parameters)
        executed = nbformat.read(out, as_version=4)
    executed.cells.pop()
    document = read_document(executed, f"{name}.{lang}")
    assert document.warnings == ()
    assert [fault for chart in _charts(document.blocks) for fault in _faults(chart)] == []
    paper = PdfReader(io.BytesIO(RetroPDFExporter().from_document(document)[0]))
    assert appendix_of(paper) <= (document.cover.pages or 12)
    assert [number for number in empty_sheets(paper) if number <= appendix_of(paper)] == []
    return document, read_ledger(ledger)


def _charts(blocks: Iterable[Block]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        yield from _charts(getattr(block, "blocks", ()))


def _faults(chart: Figure) -> list[str]:
    """What is hard to read on a chart, on paper and on a phone."""
    assert chart.narrow_svg is not None
    found = [*faults(chart.svg), *faults(chart.narrow_svg, narrow=True)]
    return [f"{chart.alt[:60]}: {fault}" for fault in found]
