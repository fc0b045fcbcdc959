"""Every notebook on a tiny quarter, in both languages, says what its kept copy says; `make renew` renews the copies."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml
from pytest_notebook.diffing import diff_notebooks, diff_to_string, filter_diff
from pytest_notebook.post_processors import load_processor

from retro.execute import execute_notebook
from retro.i18n import LANGS
from retro_demo import make_demo

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).parent / "executed"
REPORTS = sorted(path.stem for path in (ROOT / "params" / "2025Q1").glob("*.yaml"))
TINY = 0.001
"""Scale of the demo quarter: small enough to execute every notebook twice."""

NOT_COMPARED = {"/metadata", "/nbformat_minor", "/cells/*/id", "/cells/*/metadata", "/cells/*/execution_count"}
"""What hangs on the machine, or says nothing to a reader."""

FINGERPRINT = re.compile(r"(?<=<td>)[0-9a-f]{12}(?=</td>)")
"""Of code and data, as the last table shows them: they change with every commit."""


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the notebooks and params that are shipped, and a shop a tenth the size of the demo's."""
    project = tmp_path_factory.mktemp("quarter")
    (project / "pyproject.toml").write_text("")
    for name in ("data_contracts", "notebooks", "params"):
        shutil.copytree(ROOT / name, project / name)
    make_demo(project / "data" / "demo", scale=TINY)
    return project


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_notebook_says_what_its_kept_copy_says(
    name: str, lang: str, quarter: Path, pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(quarter)
    kept = KEPT / f"{name}.{lang}.ipynb"
    said = executed(name, lang)
    if pytestconfig.getoption("nb_force_regen"):
        kept.parent.mkdir(exist_ok=True)
        nbformat.write(said, kept)
        return

    before = nbformat.read(kept, as_version=4)
    if changes := filter_diff(diff_notebooks(before, said), NOT_COMPARED):
        pytest.fail(f"`make renew` if this is meant:\n{diff_to_string(before, changes)}", pytrace=False)


def executed(name: str, lang: str) -> nbformat.NotebookNode:
    """What the notebook of a report says, executed as `retro run` executes it."""
    params = Path("params") / "2025Q1" / f"{name}.yaml"
    kind = yaml.safe_load(params.read_text(encoding="utf-8"))["kind"]
    parameters = {"params_file": params.as_posix(), "lang": lang, "overrides": {}}
    out = execute_notebook(Path("notebooks") / f"{kind}.ipynb", Path(f"{name}.{lang}.ipynb"), parameters=parameters)
    out.write_text(FINGERPRINT.sub("<fingerprint>", out.read_text(encoding="utf-8")), encoding="utf-8")
    words, _ = load_processor("retro_wording")(nbformat.read(out, as_version=4), {})
    return words
