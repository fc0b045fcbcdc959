"""Results on the disk: bounded, checked when read, cleared by age."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from retro.files import locked, write_atomic

LARGEST = 2 * 2**20
"""Bytes of one result; larger ones are computed again."""

_MOST = 256 * 2**20
"""Bytes of all results; beyond it the least recently used go."""

_DAYS = 30
"""Days after its last use at which a result goes."""

_MOST_READS = 8
"""Sets of tables that one calculation may read, depending on what is in them."""

_LOCKS = "locks"


class Store:
    """Texts by key, and for each calculation the sets of tables that it was seen to read.

    What cannot be written costs time, not figures; what is damaged is not there.

    Args:
        folder: A folder that is its owner's alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._here: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """The text under a key; None where there is none, or a damaged one."""
        if key not in self._here and (text := _read(self._result(key))) is not None:
            self._here[key] = text
        return self._here.get(key)

    def reads(self, calculation: str) -> tuple[tuple[str, ...], ...]:
        """The sets of tables that a calculation has read, the newest first."""
        text = _read(self._reads(calculation))
        return tuple(tuple(names) for names in json.loads(text)) if text is not None else ()

    def put(self, calculation: str, names: Sequence[str], key: str, text: str) -> None:
        """Keep a text, and what was read to compute it; nothing where it is too large."""
        if len(text) > LARGEST:
            return
        known = dict.fromkeys([tuple(names), *self.reads(calculation)])
        with contextlib.suppress(OSError):
            _write(self._result(key), text)
            _write(self._reads(calculation), json.dumps(list(known)[:_MOST_READS]))
            self._here[key] = text

    @contextlib.contextmanager
    def turn(self, calculation: str) -> Iterator[None]:
        """Wait while another process computes the same, so that it is computed once."""
        with contextlib.ExitStack() as held:
            with contextlib.suppress(OSError):
                held.enter_context(locked(self._folder / _LOCKS / calculation[:2]))
            yield

    def clear(self) -> None:
        """Remove what nobody has used for long, and of the rest what is too much."""
        found = [(path, status) for path in self._folder.rglob("*") if (status := _status(path)) is not None]
        found.sort(key=lambda one: one[1].st_mtime, reverse=True)
        oldest, size = time.time() - _DAYS * 86_400, 0
        for path, status in found:
            size += status.st_size
            if path.parent.name != _LOCKS and (status.st_mtime < oldest or size > _MOST):
                path.unlink(missing_ok=True)

    def _result(self, key: str) -> Path:
        return self._folder / "results" / key[:2] / f"{key}.txt"

    def _reads(self, calculation: str) -> Path:
        return self._folder / "reads" / calculation[:2] / f"{calculation}.txt"


def _status(path: Path) -> os.stat_result | None:
    """A file's status; None for a folder, and for what another process has removed."""
    with contextlib.suppress(OSError):
        return path.stat() if path.is_file() else None
    return None


def _write(path: Path, text: str) -> None:
    write_atomic(path, f"{_hash(text)}\n{text}", durable=False)


def _read(path: Path) -> str | None:
    try:
        given, _, text = path.read_text(encoding="utf-8").partition("\n")
        if given != _hash(text):
            return None
        os.utime(path)
    except (OSError, UnicodeDecodeError):
        return None
    return text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
