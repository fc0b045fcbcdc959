"""The code that a result depends on: its own modules and what they import, no more and no less."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from retro.memo import LIBRARIES, code, modules_of

SOURCE = Path(__file__).parents[2] / "src"
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (SOURCE / "retro").rglob("*.py")
}
FREE = ("retro.sections", "retro.charts", "retro.report", "retro.figures", "retro.judgement", "retro.campaigns")
"""What may change and re-runs no query."""

METRICS = sorted(name for name in MODULES if name.startswith("retro.metrics."))


def imported(path: Path) -> Iterator[str]:
    """The modules of `retro` that a file imports, by its syntax."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name} imports by relation"
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                yield inner if inner in MODULES else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def test_the_imports_of_a_module_are_those_of_its_syntax() -> None:
    for path in MODULES.values():
        own = {one for one in imported(path) if one in MODULES}
        assert set(code._imports(path)) & set(MODULES) == own, path


def test_a_metric_depends_on_what_it_imports_and_on_no_section_chart_or_label() -> None:
    for name in METRICS:
        known = modules_of(name)
        assert name in known
        assert not [one for one in known if one.startswith(FREE)]
        assert "retro.i18n" not in known or name == "retro.metrics.anomalies"  # whose sentence takes a text
    assert "retro.metrics.causes" not in modules_of("retro.metrics.traffic")
    assert {"retro.metrics.bridge.cells", "retro.periods", "retro.privacy.frames"} <= modules_of("retro.metrics.causes")


def test_the_data_beside_a_module_counts() -> None:
    files = {path.name for path in code._files(frozenset(["retro.metrics.reviews.themes"]))}
    assert {"themes.py", "themes.yaml"} <= files
    readers = {name for name in METRICS if "__file__" in MODULES[name].read_text(encoding="utf-8")}
    assert readers == {"retro.metrics.reviews.themes", "retro.metrics.baseline.placebos"}


def test_every_library_of_metrics_and_sources_counts() -> None:
    used: set[str] = set()
    for name in {one for metric in (*METRICS, "retro.sources.tables") for one in modules_of(metric)}:
        for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
            plain = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            used |= {one.split(".")[0] for one in [*plain, getattr(node, "module", None) or ""]}
    homes = packages_distributions()
    outside = {homes[one][0] for one in used if one in homes and one not in {"retro", "retro_demo"}}
    assert {one.lower() for one in outside} <= {one.lower() for one in LIBRARIES}


def hashed(source: Path, *modules: str, wait: float = 0.2) -> str:
    """The hash in a process of its own, with the package as it lies in a folder."""
    time.sleep(wait)
    asked = f"from retro.memo import code_hash; print(code_hash({list(modules)}))"
    done = subprocess.run(
        [sys.executable, "-c", asked], env={"PYTHONPATH": str(source)}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    shutil.copytree(SOURCE / "retro", tmp_path / "retro", ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    return tmp_path


def test_an_edited_helper_changes_the_hash_of_those_that_import_it_alone(source: Path) -> None:
    before = {name: hashed(source, f"retro.metrics.{name}") for name in ("causes", "traffic")}
    assert before["causes"] not in {before["traffic"], "None"}
    helper = source / "retro" / "metrics" / "bridge" / "cells.py"
    helper.write_text(helper.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    chart = source / "retro" / "charts" / "rows.py"
    chart.write_text(chart.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    assert hashed(source, "retro.metrics.causes") not in {before["causes"], "None"}
    assert hashed(source, "retro.metrics.traffic") == before["traffic"]


def test_code_that_changed_since_the_process_began_has_no_hash(source: Path) -> None:
    edit = (
        "import retro, time, pathlib; from retro.memo import code_hash; first = code_hash(['retro.metrics.traffic']); "
        "path = pathlib.Path(retro.__file__).parent / 'metrics' / 'traffic.py'; "
        "path.write_text(path.read_text() + '#'); print(first is None, code_hash(['retro.metrics.traffic']))"
    )
    time.sleep(0.2)
    done = subprocess.run(
        [sys.executable, "-c", edit], env={"PYTHONPATH": str(source)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "None"]
