"""Memo: results that were computed once, by the hash of all that they depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retro.lazy import lazily

if TYPE_CHECKING:
    from retro.memo.code import LIBRARIES, code_hash, libraries, modules_of
    from retro.memo.codec import Unkept, decode, encode
    from retro.memo.store import Store

__all__ = ["LIBRARIES", "Store", "Unkept", "code_hash", "decode", "encode", "libraries", "modules_of"]

__getattr__ = lazily(
    __name__,
    {
        "LIBRARIES": "retro.memo.code:LIBRARIES",
        "Store": "retro.memo.store:Store",
        "Unkept": "retro.memo.codec:Unkept",
        "code_hash": "retro.memo.code:code_hash",
        "decode": "retro.memo.codec:decode",
        "encode": "retro.memo.codec:encode",
        "libraries": "retro.memo.code:libraries",
        "modules_of": "retro.memo.code:modules_of",
    },
)
