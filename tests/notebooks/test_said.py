"""Every notebook on a tiny quarter, in both languages, says what is kept of it; `make renew` keeps what it says now."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from pytest_notebook.execution import execute_notebook

from measured import faults
from retro.blocks import Block, Figure, as_markdown, read_document
from retro.i18n import LANGS
from shops import DEMO_REPORTS, make_quarter

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).parent / "said"
REPORTS = sorted(DEMO_REPORTS)
CASES = [
    pytest.param(name, lang, id=f"{name}-{lang}", marks=[pytest.mark.slow] if lang != LANGS[0] else [])
    for name in REPORTS
    for lang in LANGS
]
"""Each in its first language with every test run; in the others when all is tested, since it takes a minute more."""

FINGERPRINT = re.compile(r"(?<=\| )[0-9a-f]{12}(?= \|)")
"""Of code and data, as the last table shows them: they change with every commit."""


@pytest.fixture(scope="session")
def quarter(once: Callable[[str, Callable[[Path], object]], Path], tiny_demo: Path) -> Path:
    """A project with the notebooks and params that are shipped, and a tiny shop's data."""
    return once("quarter", lambda folder: make_quarter(folder, tiny_demo))


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_a_notebook_says_what_is_kept_of_it(
    name: str, lang: str, quarter: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(quarter)
    kept = KEPT / f"{name}.{lang}.md"
    says = said(name, lang)
    if pytestconfig.getoption("nb_force_regen"):
        kept.write_text(says, encoding="utf-8")
        return

    before = kept.read_text(encoding="utf-8") if kept.is_file() else ""
    if says != before:
        changes = difflib.unified_diff(before.splitlines(), says.splitlines(), kept.name, "said now", lineterm="")
        pytest.fail("`make renew` if this is meant:\n" + "\n".join(changes), pytrace=False)


def test_nothing_else_is_kept() -> None:
    assert {path.name for path in KEPT.iterdir()} == {f"{name}.{lang}.md" for name in REPORTS for lang in LANGS}


def said(name: str, lang: str) -> str:
    """What the notebook of a report says, as it would be published; no cell may warn."""
    params = DEMO_REPORTS[name]
    kind = yaml.safe_load(params.read_text(encoding="utf-8"))["kind"]
    notebook = load_notebook_node(f"notebooks/{kind}.ipynb")
    parameters = {"params_file": params.as_posix(), "lang": lang, "overrides": {}}
    asked = parameterize_notebook(notebook, parameters, kernel_name="python3", language="python")
    executed = execute_notebook(asked, cwd="notebooks", timeout=600)
    if executed.exec_error:
        raise executed.exec_error
    document = read_document(executed.notebook, f"{name}.{lang}")
    assert document.warnings == ()
    assert [fault for chart in _charts(document.blocks) for fault in _faults(chart)] == []
    return FINGERPRINT.sub("<fingerprint>", as_markdown(document))


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
