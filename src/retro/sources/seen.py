"""What reports can see of a source's data, as a hash that later rows do not change."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from retro.files import canonical_json, text_hash
from retro.memo import Store, code_hash
from retro.places import MEMO, own_folder
from retro.sources.spec import Source


def seen(source: Source, fingerprint: str, contents: Callable[[], Any]) -> str:
    """A hash of a source and of what its tables hold, asked once for the same data.

    Args:
        source: The source, observed until a moment.
        fingerprint: The hash of all its data, later rows among it.
        contents: Asks for what the tables held at the moment.
    """
    store, code = Store(own_folder(MEMO)), code_hash(["retro.sources.tables", "retro.sources.seen"])
    key = text_hash(canonical_json(["seen", fingerprint, code, version("duckdb")]))
    known = None if code is None else store.get(key)
    if known is None:
        known = text_hash(canonical_json([source.model_dump(mode="json", exclude={"store_mb"}), contents()]))
        if code is not None:
            store.put(key, (), key, known)
    return known
