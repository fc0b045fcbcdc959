"""From a notebook file to pages on disk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from retro.blocks import Figure, Preformatted
from retro.errors import PublishError
from retro.publish import publish


def test_publish_writes_every_form_and_collects_warnings(notebook_file: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    published = publish(notebook_file("en", [Preformatted(text="🎉")]), out)
    assert [(file.path, file.lang, file.format) for file in published.files] == [
        ("en.html", "en", "html"),
        ("en.pdf", "en", "pdf"),
        ("brief.en.pdf", "en", "brief"),
        ("brief.en.png", "en", "picture"),
        ("report.en.pptx", "en", "slides"),
        ("report.en.xlsx", "en", "sheets"),
    ]
    assert sorted(path.name for path in out.iterdir()) == sorted(file.path for file in published.files)
    assert (out / "brief.en.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "en.pdf").read_bytes().startswith(b"%PDF")
    notebook_warning, pdf_warning = published.warnings
    assert notebook_warning.endswith("cell 4: UserWarning: beware")
    assert pdf_warning.startswith("PDF: the typeface lacks 🎉")
    assert published.headline == "Registrations beat the goal."


def test_publish_writes_the_same_bytes_again(notebook_file: Callable[..., Path], tmp_path: Path) -> None:
    notebook = notebook_file("zh")
    assert publish(notebook, tmp_path / "a").files == publish(notebook, tmp_path / "b").files


def test_publish_writes_nothing_unless_all_succeeds(notebook_file: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="chart must be SVG"):
        publish(notebook_file("zh", [Figure(svg="<svg", alt="图")]), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("text", "words"), [(None, "notebook must exist"), ("{", "file must be a notebook, got")])
def test_publish_names_a_file_that_is_no_notebook(tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "a.ipynb"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PublishError) as caught:
        publish(path, tmp_path)
    assert words in str(caught.value)


def test_importing_publish_loads_no_renderer() -> None:
    heavy = ("nbconvert", "typst", "uharfbuzz", "jinja2")
    code = f"import sys, retro.publish; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize(("form", "start"), [("html", b"<!doctype html>"), ("pdf", b"%PDF")])
def test_nbconvert_finds_the_exporters(notebook_file: Callable[..., Path], form: str, start: bytes) -> None:
    notebook = notebook_file("zh")
    command = [sys.executable, "-m", "nbconvert", "--to", f"retro-{form}", str(notebook)]
    subprocess.run(command, capture_output=True, check=True)
    assert notebook.with_suffix(f".{form}").read_bytes().startswith(start)
