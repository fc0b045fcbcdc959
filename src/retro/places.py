"""Folders that are the owner's alone, and who uses them."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from retro.files import PRIVATE, locked, make_folder, project_root

IN_USE = "in-use"
"""The file in `.retro` that is locked while anyone uses rows or keys of customers."""

MEMO = "memo"
"""The folder below `.retro` of results that were computed once."""

INPUTS = "inputs"
"""The folder below `.retro` of what editions were made from."""

REPLAY = "replay"
"""The folder below `.retro` in which editions are computed again, each in a project of its own."""

_LONG = 60
"""Seconds that no file of ours takes to be written."""

_SPILL, _SCRATCH, _SHORT = "spill", "scratch", "retro-process-"


def own_folder(*parts: str) -> Path:
    """A folder below the project's `.retro`, made where it is missing; nobody but the owner can open it."""
    return make_folder(_private(project_root() / ".retro").joinpath(*parts))


def quarantine_folder() -> Path:
    """The project's folder of rows that broke a contract; nobody but the owner can open it."""
    return _private(project_root() / "quarantine")


def scratch_folder() -> Path:
    """Where a run lays what it needs only while it lasts."""
    return own_folder(_SCRATCH)


def spill_folder(part: str = "") -> Path:
    """Where this process puts what does not fit into its memory; a part of it has a folder of its own.

    Two processes must not share one, and none is swept while its process lives.
    """
    return own_folder(_SPILL) / f"{os.getpid()}{part and f'-{part}'}"


def _private(folder: Path) -> Path:
    """Make a folder, or take the rights of others from one that an older version made, and from all that lies in it."""
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                path = Path(place, name)
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode & 0o700)
        folder.chmod(PRIVATE)
    return folder


@contextlib.contextmanager
def in_use() -> Iterator[None]:
    """Say that rows and keys of customers are being read and written; `alone` is not while anyone does."""
    lock = own_folder() / IN_USE
    with locked(lock, wait=False) as mine:
        if mine:
            sweep()
    with locked(lock, shared=True):
        yield


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """Whether nobody uses the project; runs that begin meanwhile wait."""
    with locked(own_folder() / IN_USE, wait=False) as mine:
        yield mine and not any(_lives(folder) for folder in own_folder(_SPILL).iterdir())


@contextlib.contextmanager
def short_folder(most: int = 255) -> Iterator[str]:
    """A folder with all temporary files, or where that name is longer than some bytes, in the shortest; then gone.

    Its name holds the process, so that `sweep` knows it after a kill.
    """
    before = tempfile.gettempdir()
    place = before if len(before.encode()) <= most else "/tmp"  # noqa: S108 - mkdtemp makes it ours
    with tempfile.TemporaryDirectory(prefix=f"{_SHORT}{os.getpid()}-", dir=place) as folder:
        yield folder


def sweep() -> int:
    """Remove what processes that are dead left; call it only where no run lasts. How many folders there were."""
    left = [
        *own_folder(_SCRATCH).iterdir(),
        *own_folder(REPLAY).iterdir(),
        *(one for one in own_folder(_SPILL).iterdir() if not _lives(one)),
    ]
    for place in {tempfile.gettempdir(), "/tmp"}:  # noqa: S108 - only what is ours
        own = (
            one for one in Path(place).glob(f"{_SHORT}[0-9]*-*") if one.is_dir() and one.stat().st_uid == os.getuid()
        )
        left += [one for one in own if not _lives(one, _SHORT)]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    for half in own_folder().glob(".*.*"):  # of a process that was killed while it wrote
        if half.is_file() and half.stat().st_mtime < time.time() - _LONG:
            half.unlink(missing_ok=True)
    return len(left)


def _lives(folder: Path, prefix: str = "") -> bool:
    """Whether the process is alive that a folder of `spill_folder` or `short_folder` belongs to."""
    try:
        os.kill(int(folder.name.removeprefix(prefix).partition("-")[0]), 0)
    except PermissionError:  # somebody else's
        return True
    except (ProcessLookupError, ValueError):
        return False
    return True
