"""Notebooks read as the report's script: prose, one line that computes, one line that shows."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

from retro.campaigns import CAMPAIGN_TYPES

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_LINES = 12

FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.IfExp, ast.Try,
    ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def test_every_kind_has_its_notebook_and_no_other() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(CAMPAIGN_TYPES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_that_was_executed_is_kept(path: Path) -> None:
    assert [cell.id for cell in code_cells(path) if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameters_are_the_three_that_every_notebook_has(path: Path) -> None:
    (cell,) = [cell for cell in code_cells(path) if "parameters" in tags(cell)]

    names = [target.id for node in ast.parse(cell.source).body for target in node.targets]  # type: ignore[attr-defined]
    assert names == ["params_file", "lang", "overrides"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_only_call_what_retro_offers(path: Path) -> None:
    for cell in code_cells(path):
        assert len(cell.source.splitlines()) <= MOST_LINES, cell.source
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, FORBIDDEN), cell.source
            if isinstance(node, ast.ImportFrom | ast.Import):
                assert isinstance(node, ast.ImportFrom), cell.source
                assert node.module == "retro", cell.source
            if isinstance(node, ast.Constant) and "parameters" not in tags(cell):
                assert isinstance(node.value, str), f"magic number {node.value!r} in: {cell.source}"
                assert "/" not in node.value, f"path {node.value!r} in: {cell.source}"
                assert " " not in node.value, f"text or SQL {node.value!r} in: {cell.source}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_stands_in_pairs(path: Path) -> None:
    markdown = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]

    assert [tags(cell) for cell in markdown] == [["lang:zh"], ["lang:en"]] * (len(markdown) // 2)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_report_opens_with_its_verdict_and_ends_with_its_conclusion(path: Path) -> None:
    calls = [
        node.func.attr
        for cell in code_cells(path)
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "report"
    ]

    said = [call for call in calls if call != "shop"]  # opens tables, says nothing
    assert said[:2] == ["verdict", "scorecard"]
    assert said[-2:] == ["method", "conclude"]
