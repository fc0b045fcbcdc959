"""What reports can see of a source now, where nothing but its own files is read."""

from __future__ import annotations

from typing import Any

from retro.sources.fingerprint import fingerprint
from retro.sources.seen import seen
from retro.sources.spec import Source


def seen_in_files(source: Source, where: str) -> str | None:
    """What reports can see of a source now, as `seen` has it; its tables are opened only where nothing remembers.

    Args:
        source: The source.
        where: What it is called in messages.

    Returns:
        The hash; None where only a server can tell.

    Raises:
        SourceError: A file cannot be read.
    """
    files = fingerprint(source, where)
    if files is None or source.observed_until is None:
        return files

    def contents() -> list[Any]:
        from retro.sources.tables import open_tables  # noqa: PLC0415 - what is remembered needs no engine

        return open_tables(source, where).contents_seen

    return seen(source, files, contents)
