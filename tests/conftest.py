"""What every test shares: the project as working folder, and a shop small enough to check by hand."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from browsing import chromium
from shops import make_project

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Once = Callable[[str, Callable[[Path], object]], Path]

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


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder once for a whole test run: the worker that asks first makes it, the others wait and share it.

    Nobody may change what lies in it; a test that must takes a copy.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)  # a worker that failed left it half made
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def tiny_demo(once: Once) -> Path:
    """The demo shop's data, a thousandth of its size: small enough to execute every notebook twice."""
    from retro_demo import make_demo

    return once("tiny_demo", lambda folder: make_demo(folder, scale=0.001))


@pytest.fixture(scope="session")
def percent_demo(once: Once) -> Path:
    """The demo shop's data as `make demo` makes it, for what only shows in numbers."""
    from retro_demo import make_demo

    return once("percent_demo", make_demo)


@pytest.fixture(scope="session")
def reported_shop(once: Once) -> Path:
    """The small shop with the report of its week in both languages."""

    def make(folder: Path) -> None:
        from retro.run import Request, run_report

        week = make_project(folder) / "params" / "2025Q1" / "new_user_week.yaml"
        with contextlib.chdir(folder):
            run_report(Request(week, reports=folder / "reports"))

    return once("reported_shop", make)


@pytest.fixture
def project(reported_shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small shop with the report of its week, for one test to change."""
    folder = shutil.copytree(reported_shop, tmp_path / "shop", symlinks=True)
    monkeypatch.chdir(folder)
    return folder


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


@pytest.fixture(scope="module")
def browser() -> Generator[Browser, None, None]:
    """Chromium; closed with the module, as its event loop would stop notebooks from being executed."""
    with chromium() as opened:
        yield opened
