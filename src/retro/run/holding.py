"""One run of a report at a time: who comes second waits, or is told who holds it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from retro.errors import RetroError
from retro.files import canonical_json, locked, project_root, shown, text_hash
from retro.places import own_folder
from retro.run.job import Request

LEAST_DISK_MB = 64
"""What an edition in both languages takes, several times over."""

_HELD, _SOMEBODY = "held", "another process"


def holding(request: Request, say: Callable[[str], None] = lambda _: None) -> AbstractContextManager[None]:
    """Hold a report's address while a run makes it; see `hold`."""
    return hold(request.address, wait=request.wait, say=say)


@contextlib.contextmanager
def hold(address: Path, *, wait: bool, say: Callable[[str], None] = lambda _: None) -> Iterator[None]:
    """Hold a report's address.

    The system frees the lock when the process ends, however it ends, so none is ever left over; its age says nothing.

    Args:
        address: The report's own folder.
        wait: Whether to wait where another process holds it.
        say: Told whom this one waits for.

    Raises:
        RetroError: Another process makes it, and `wait` is not set.
    """
    path = _lock_of(address)
    with contextlib.ExitStack() as stack:
        if not stack.enter_context(locked(path, wait=False)):
            who = _holder(path)
            if not wait:
                raise RetroError(
                    f"{shown(address)}: report must be made by one run at a time, but {who} makes it. Wait for its end."
                )
            say(f"waits for {who}")
            stack.enter_context(locked(path))
        told = {"process": os.getpid(), "began": began(os.getpid()), "since": dt.datetime.now(dt.UTC).isoformat()}
        path.write_text(canonical_json(told), encoding="utf-8")  # in place: another file would be another lock
        try:
            yield
        finally:
            with contextlib.suppress(OSError):  # so that who asks who holds it need not try the lock itself
                path.write_text("", encoding="utf-8")


def _lock_of(address: Path) -> Path:
    return own_folder(_HELD) / _name(address)


def _name(address: Path) -> str:
    return text_hash(str(address.resolve()))[:16]


def holder(address: Path) -> str:
    """Who makes a report now; empty where nobody does. It writes nothing."""
    path = project_root() / ".retro" / _HELD / _name(address)
    if not path.is_file() or not path.stat().st_size:
        return ""
    who = _holder(path)
    if who != _SOMEBODY:
        return who
    with locked(path, wait=False) as free:  # of a process that was killed, or on a system that does not tell
        return "" if free else who


def _holder(path: Path) -> str:
    """Who holds a lock, in words; a process of the same number that began later is another one."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        since = dt.datetime.fromisoformat(told["since"])
        if told["began"] and told["began"] == began(int(told["process"])):
            return f"process {told['process']} (since {since:%Y-%m-%d %H:%M} UTC)"
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return _SOMEBODY


def began(process: int) -> str:
    """When a process began, in the system's own ticks; empty where it is gone or the system does not say it."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def refuse_little_disk(folder: Path) -> None:
    """Refuse to begin what the disk cannot hold.

    Raises:
        RetroError: Less is free than an edition takes.
    """
    place = next(one for one in (folder, *folder.absolute().parents) if one.is_dir())
    free = shutil.disk_usage(place).free // 2**20
    if free < LEAST_DISK_MB:
        raise RetroError(
            f"{shown(folder)}: disk must have {LEAST_DISK_MB} MiB free for a run, got {free}. "
            "Free some, or keep fewer runs (--keep)."
        )
