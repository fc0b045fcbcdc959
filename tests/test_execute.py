from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from retro.errors import ExecutionError
from retro.execute import Together, execute_notebook
from retro.places import in_use


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Make a notebook of code cells; the first is its parameters cell."""

    def make(*cells: str, tag: str = "parameters") -> Path:
        nodes = [nbformat.v4.new_code_cell(cell) for cell in ("a = 1", *cells)]
        nodes[0].metadata["tags"] = [tag]
        path = tmp_path / "a{b}.ipynb"  # braces, which papermill would take for a placeholder
        nbformat.write(nbformat.v4.new_notebook(cells=nodes), path)
        return path

    return make


@pytest.fixture(autouse=True)
def used() -> Iterator[None]:
    """As runs do, so that no other process sweeps what a notebook needs while it lasts."""
    with in_use():
        yield


def run(notebook: Path, **options: Any) -> dict[str, Any]:
    out = notebook.parent / "out" / "executed.ipynb"
    options = {"parameters": {"a": 2}, **options}
    try:
        execute_notebook(notebook, out, **options)
    finally:
        executed: dict[str, Any] = json.loads(out.read_text()) if out.is_file() else {}
    return executed


def printed(executed: dict[str, Any]) -> str:
    outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
    return "".join("".join(output.get("text", "")) for output in outputs)


def test_parameters_reach_the_cells_as_they_are(notebook: Callable[..., Path]) -> None:
    path = notebook("print(repr(a))")

    assert printed(run(path, parameters={"a": "00123"})) == "'00123'\n"
    assert printed(run(path, parameters={"a": {"x": [1, None, True]}})) == "{'x': [1, None, True]}\n"


def test_the_executed_copy_names_no_folder_of_this_machine(notebook: Callable[..., Path], tmp_path: Path) -> None:
    assert str(tmp_path) not in json.dumps(run(notebook("print(a)")))


def test_secrets_do_not_stand_in_the_executed_copy(notebook: Callable[..., Path]) -> None:
    executed = run(
        notebook("import os; print(os.environ['PW'])"), environment={"PW": "s3cret"}, secrets={"PW": "s3cret"}
    )

    assert printed(executed) == "${PW}\n"
    assert "s3cret" not in json.dumps(executed)


@pytest.mark.parametrize(
    ("cells", "options", "words"),
    [
        (("x = 1", "raise ValueError('no\\nway')"), {}, "cell 3 (\"raise ValueError('no\\\\nway')\"): ValueError: no."),
        (
            ("raise KeyError('no')", "x = 1", "report.show('reach', x)"),
            {},
            "cell 2 of section 'reach' (\"raise KeyError('no')\"): KeyError",
        ),
        (("import sys; sys.exit(0)", "print(1)"), {}, "cell 2 ('import sys; sys.exit(0)') must complete"),
        (
            ("import time; time.sleep(60)",),
            {"cell_timeout": 2},
            "cell 2 ('import time; time.sleep(60)') must end in time",
        ),
        (("import os; os._exit(1)",), {}, "cell 2 ('import os; os._exit(1)'): the kernel died"),
    ],
)
def test_a_notebook_that_ends_early_is_a_failure(
    notebook: Callable[..., Path], cells: tuple[str, ...], options: dict[str, Any], words: str
) -> None:
    path = notebook(*cells)

    with pytest.raises(ExecutionError) as caught:
        run(path, **options)

    assert words in str(caught.value)
    assert "Executed copy:" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_notebook_that_takes_too_long_is_stopped_with_its_kernel(notebook: Callable[..., Path]) -> None:
    with pytest.raises(ExecutionError, match="notebook must end within 3 s, and was stopped"):
        run(notebook("import time; time.sleep(60)"), timeout=3)


def test_a_notebook_that_is_about_to_start_is_stopped_with_the_others(notebook: Callable[..., Path]) -> None:
    together = Together()
    together.stop()

    with pytest.raises(ExecutionError, match="the process that ran it died"):
        run(notebook("import time; time.sleep(60)"), together=together)


def test_unknown_parameters_are_refused(notebook: Callable[..., Path]) -> None:
    with pytest.raises(ExecutionError, match=r"unknown parameter 'aa'\. Did you mean 'a'\?"):
        run(notebook("print(a)"), parameters={"aa": 1})


def test_a_notebook_without_parameters_cell_is_refused(notebook: Callable[..., Path]) -> None:
    with pytest.raises(ExecutionError, match="exactly one cell must be tagged 'parameters', got 0"):
        run(notebook("print(a)", tag="other"))


def test_a_missing_notebook_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExecutionError, match="notebook must exist"):
        execute_notebook(tmp_path / "nowhere.ipynb", tmp_path / "out.ipynb", parameters={})


def test_the_copy_of_a_notebook_that_failed_names_no_folder_and_no_person(
    notebook: Callable[..., Path], tmp_path: Path
) -> None:
    path = notebook(
        "import pandas as pd; pd.DataFrame({'user_id': ['u123'], 'amount': [1]})",
        "print(pd.DataFrame({'user_id': ['u123']}))",
        f"open({str(tmp_path / 'nowhere' / 'orders.csv')!r})",
    )
    out = tmp_path / "out" / "executed.ipynb"

    with pytest.raises(ExecutionError):
        run(path)

    outputs = json.dumps([cell.get("outputs") for cell in json.loads(out.read_text())["cells"]])
    assert "u123" not in outputs
    assert "it names people, by 'user_id'" in outputs
    assert str(tmp_path) not in outputs
    assert "site-packages/" not in outputs
    assert ".../orders.csv" in outputs


def test_a_temporary_folder_with_a_long_name_does_not_stop_the_kernel(
    notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    monkeypatch.setenv("TMPDIR", str(long))

    assert printed(run(notebook("print(a)"))) == "2\n"


def test_settings_of_the_user_neither_change_nor_end_a_notebook(
    notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook("import matplotlib.pyplot as plt; print(plt.rcParams['font.size'], plt.style.USER_LIBRARY_PATHS)")
    theirs = tmp_path / "home" / "matplotlib" / "matplotlibrc"
    theirs.parent.mkdir(parents=True)
    for place in (theirs, path.with_name("matplotlibrc")):  # where the notebook's kernel stands
        place.write_bytes(b"font.size: 20\n# \xff\xfe is no UTF-8\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(theirs))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))

    said = printed(run(path))

    assert said.startswith("10.0 ")
    assert "home" not in said


def test_a_kernel_that_did_not_start_is_tried_again_and_a_cell_never(
    notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, pauses = [False, False, True], []

    def forked(_request: Path, answer: Path, *_: object) -> str:
        answer.write_text(json.dumps({"problem": "something", "began": begun.pop(0), "peak_memory_mb": 1}))
        return ""

    monkeypatch.setattr("retro.execute._run_forked", forked)
    monkeypatch.setattr("retro.execute.time.sleep", pauses.append)
    path = notebook("value = 1")
    for _ in range(2):  # twice no kernel and then a cell that failed; then a cell that failed at once
        with pytest.raises(ExecutionError, match=r": something\.$"):
            execute_notebook(path, tmp_path / "out.ipynb", parameters={})
        begun = [True]
    assert pauses == [1, 4]
