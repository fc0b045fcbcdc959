"""Which files are opened, by whatever process: what the operating system tells of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterator
from pathlib import Path

_OPEN, _ONCE = 0x20, 0x80000000
"""Inotify's signs: a file is opened; tell it once."""

_HEAD = struct.Struct("iIII")


@contextlib.contextmanager
def opened_of(folder: Path) -> Iterator[set[str]]:
    """The files below a folder that are opened while a block runs, relative to it; filled when the block ends."""
    libc, found = ctypes.CDLL(None, use_errno=True), set[str]()
    told = libc.inotify_init1(os.O_NONBLOCK)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    watched = {libc.inotify_add_watch(told, bytes(path), _OPEN | _ONCE): path for path in files}
    assert len(watched) == len(files)
    try:
        yield found
        with contextlib.suppress(BlockingIOError):
            while events := os.read(told, 1 << 16):
                while events:
                    watch, mask, _, length = _HEAD.unpack_from(events)
                    found |= {watched[watch].relative_to(folder).as_posix()} if mask & _OPEN else set()
                    events = events[_HEAD.size + length :]
    finally:
        os.close(told)
