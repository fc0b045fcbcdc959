"""Faults: a limit of memory ends a run with a sentence and a record, never with a traceback."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.memory import out_of_memory
from shops import make_project

MIB = 2**20


def run_under(folder: Path, limit: int) -> subprocess.CompletedProcess[str]:
    """`retro run` of the small shop's week with so many MiB of address space."""
    return subprocess.run(
        [sys.executable, "-m", "retro", "run", "2025Q1/new_user_week", "--lang", "en"],
        cwd=folder,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit * MIB, limit * MIB)),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


@pytest.mark.parametrize("limit", [1024, 1500, 2048])
def test_too_little_memory_ends_a_run_before_it_begins(tmp_path: Path, limit: int) -> None:
    project = make_project(tmp_path / "shop")
    done = run_under(project, limit)
    said = f"memory must be at least 3,072 MiB of address space, got {limit:,}. Raise the limit (ulimit -v)."
    assert (done.returncode, done.stderr.splitlines()) == (1, [said])
    record = json.loads((project / "reports" / "2025Q1" / "new_user_week" / "failure.json").read_text())
    assert (record["step"], record["message"]) == ("prepare", [said])


@pytest.mark.parametrize("limit", [300, 500])
def test_too_little_memory_for_the_libraries_is_said_too(tmp_path: Path, limit: int) -> None:
    done = run_under(make_project(tmp_path / "shop"), limit)
    said = f"memory must be at least 1,024 MiB of address space, got {limit}. Raise the limit (ulimit -v)."
    assert (done.returncode, done.stderr.splitlines()) == (1, [said])


@pytest.mark.slow
@pytest.mark.parametrize("limit", [3200, 4096])
def test_a_run_that_meets_its_limit_ends_in_words_and_leaves_a_record(tmp_path: Path, limit: int) -> None:
    project = make_project(tmp_path / "shop")
    done = run_under(project, limit)
    record = project / "reports" / "2025Q1" / "new_user_week" / "failure.json"
    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 1, 3, 4}
    assert record.is_file() == (done.returncode != 0)


@pytest.mark.parametrize(
    "reason",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        ImportError("core.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
        SystemError("error return without exception set"),
    ],
)
def test_a_lack_of_memory_is_known_by_its_cause(reason: Exception) -> None:
    other = ValueError("wrong")
    other.__context__ = reason
    assert out_of_memory(reason) is not None
    assert out_of_memory(other) is not None
    assert out_of_memory(RetroError("data/out of memory.csv: file must exist.")) is None
    assert out_of_memory(ValueError("wrong")) is None
