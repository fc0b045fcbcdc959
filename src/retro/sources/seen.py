"""What reports can see of a source's data, as a hash that later rows do not change."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from retro.files import canonical_json, code_version, text_hash
from retro.memo import Store
from retro.places import MEMO, own_folder
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
