"""Memo: results that were computed once, by the hash of all that they depend on."""

from retro.memo.code import LIBRARIES, code_hash, libraries, modules_of
from retro.memo.codec import Unkept, decode, encode
from retro.memo.store import Store

__all__ = ["LIBRARIES", "Store", "Unkept", "code_hash", "decode", "encode", "libraries", "modules_of"]
