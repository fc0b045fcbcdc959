"""Faults: a disk that is full or read-only ends a run in one line, and leaves the edition before it as it was."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FULL, NO_WRITING = "No space left on device", "Read-only file system"
UNUSABLE = "file or folder must be usable, got"


@pytest.fixture
def project(reported_shop: Path, tmp_path: Path) -> Path:
    """The reported shop, of which each run sees another disk below some folder."""
    mount = ["unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run(mount, check=False).returncode:
        pytest.skip("needs a system that lets a process have mounts of its own")
    return shutil.copytree(reported_shop, tmp_path / "shop", symlinks=True)


def run(project: Path, mounts: str) -> subprocess.CompletedProcess[str]:
    """Run the report anew where a folder lies on another disk."""
    (project / "small").mkdir()
    command = f'{mounts} && exec "$0" -m retro run 2025Q1/new_user_week --lang en --force'
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", command, sys.executable],
        cwd=project,
        env=os.environ | {"TMPDIR": str(project / "small")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def edition(project: Path) -> dict[str, bytes]:
    """All that stands at the report's address, and where that leads."""
    latest = project / "reports" / "2025Q1" / "new_user_week" / "latest"
    files = {str(path.relative_to(latest)): path.read_bytes() for path in latest.rglob("*") if path.is_file()}
    return files | {"latest": str(latest.readlink()).encode()}


def small(folder: str, size: str) -> str:
    return f"mount -t tmpfs -o size={size} tmpfs {folder}"


def read_only(folder: str) -> str:
    return f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}"


@pytest.mark.parametrize(
    ("mounts", "words", "codes"),
    [
        # Whether the run or its notebook finds it full first depends on what both have written by then.
        (small(".retro", "64k"), f"{UNUSABLE} {FULL}|found no room on the disk of .retro", {1, 3}),
        (small("reports/2025Q1/new_user_week/runs", "64k"), f"{UNUSABLE} {FULL}", {1}),
        (small("reports/2025Q1/new_user_week/runs", "600k"), f"{UNUSABLE} {FULL}", {1}),
        (read_only("reports"), f"{UNUSABLE} {NO_WRITING}", {1}),
        (read_only(".retro"), rf"\.retro/(in-use|jobs|held/\w+): {UNUSABLE} {NO_WRITING}", {1}),
    ],
    ids=["scratch", "runs before pages", "runs at the pages", "reports read-only", "scratch read-only"],
)
@pytest.mark.slow
def test_a_disk_without_room_is_said_in_one_line(project: Path, mounts: str, words: str, codes: set[int]) -> None:
    before = edition(project)
    done = run(project, mounts)
    said = [line for line in done.stderr.splitlines() if not line.startswith("params/2025Q1/new_user_week.yaml: ")]
    assert len(said) == 1, done.stderr
    assert done.returncode in codes
    assert re.search(words, said[0])
    assert edition(project) == before


@pytest.mark.slow
def test_a_folder_for_temporary_files_without_room_ends_no_run(project: Path) -> None:
    done = run(project, small("small", "8k"))
    assert (done.returncode, "done: reports/2025Q1/new_user_week/latest" in done.stderr + done.stdout) == (0, True), (
        done
    )


@pytest.mark.slow
def test_a_campaign_without_cost_rows_is_reported(project: Path) -> None:
    params = project / "params" / "2025Q1" / "new_user_week.yaml"
    params.write_text(params.read_text().replace('"0042"', '"0043"'))
    assert run(project, "true").returncode == 0
