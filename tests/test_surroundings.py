"""What surrounds a report: the company's template of slides."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from retro.errors import SourceError
from retro.run.job import Job


def template(slides: Path | None) -> Path | None:
    asked = SimpleNamespace(source=SimpleNamespace(slides=slides), source_file=Path("params/source.yaml"))
    return Job.slides_template.fget(asked)  # type: ignore[attr-defined, no-any-return]  # a property


def test_a_source_that_names_no_template_has_none() -> None:
    assert template(None) is None


def test_a_template_that_is_not_there_is_named() -> None:
    with pytest.raises(
        SourceError, match=r"params/source.yaml: slides must be a file of this project, got .*brand.pptx"
    ):
        template(Path("brand.pptx"))


def test_a_template_lies_relative_to_the_project() -> None:
    assert template(Path("pyproject.toml")) == Path(__file__).parents[1] / "pyproject.toml"
