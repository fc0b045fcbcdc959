"""What reports can see of a source's data, as a hash that later rows do not change."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from retro.files import canonical_json, code_version, text_hash
from retro.memo import Store
from retro.places import MEMO, own_folder
from retro.sources.fingerprint import fingerprint as fingerprint_of
from retro.sources.spec import Source


def seen(source: Source, fingerprint: str, contents: Callable[[], Any]) -> str:
    """A hash of a source and of what its tables hold, asked once for the same data.

    Args:
        source: The source, observed until a moment.
        fingerprint: The hash of all its data, later rows among it.
        contents: Asks for what the tables held at the moment.
    """
    store, key = Store(own_folder(MEMO)), text_hash("|".join(("seen", fingerprint, code_version(), version("duckdb"))))
    known = store.get(key)
    if known is None:
        known = text_hash(canonical_json([source.model_dump(mode="json", exclude={"store_mb"}), contents()]))
        store.put(key, (), key, known)
    return known


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
    from retro.sources.tables import open_tables  # noqa: PLC0415 - what is remembered needs no engine

    files = fingerprint_of(source, where)
    if files is None or source.observed_until is None:
        return files
    return seen(source, files, lambda: open_tables(source, where).contents_seen)
