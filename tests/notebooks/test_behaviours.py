"""One small notebook for each behaviour, executed on the small shop: its outputs are those that it is kept with."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from pytest_notebook.nb_regression import NBRegressionFixture

from shops import make_project

FILES = sorted((Path(__file__).parent / "files").glob("*.ipynb"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("notebooks") / "shop")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_notebook_does_what_it_is_kept_for(path: Path, shop: Path, nb_regression: NBRegressionFixture) -> None:
    renew, nb_regression.force_regen = nb_regression.force_regen, False
    nb_regression.exec_cwd = str(shop)
    nb_regression.diff_ignore = ("/metadata/language_info", "/cells/*/outputs/*/traceback")  # hang on the machine
    nb_regression.diff_use_color = False
    result = nb_regression.check(str(path), raise_errors=not renew)
    if renew:
        nbformat.write(without_machine(result.nb_final), path)


def without_machine(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """An executed notebook without the version and the paths of the Python that executed it."""
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                output.traceback = []
    return notebook
