"""What every test shares: the project as working folder, and a shop small enough to check by hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is installed, a test that did not run has failed: CI sets `CI`."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative paths mean the same wherever pytest is started, and no run of another terminal is joined."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("RETRO_RUN", raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a text file below the test's own folder."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture(scope="session")
def online_retail() -> Path:
    """The real shop's source file, or a skip that says what is missing."""
    source = ROOT / "params" / "online_retail" / "source.yaml"
    data = ROOT.parent / "shared" / "data" / "online_retail" / "lines.parquet"
    if not data.is_file():
        pytest.skip("needs the public data set 'Online Retail' as ../shared/data/online_retail/lines.parquet")
    return source
