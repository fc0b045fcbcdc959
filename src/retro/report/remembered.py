"""Compute each metric once for the same data, arguments and code."""

from __future__ import annotations

import contextlib
import re
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from types import FunctionType
from typing import Any

import ibis.expr.types as ir

from retro.files import canonical_json, text_hash
from retro.memo import Store, Unkept, code_hash, decode, encode, libraries
from retro.metrics.history import blank_of, keep_recall
from retro.metrics.shop import Has
from retro.places import MEMO, own_folder
from retro.sources import Tables, Unsigned, signed

_KNOWN = ("retro.metrics.", "retro.sources.grain")
"""Modules of functions that ask nothing but the tables that they are given."""

_CACHE = "memo"
"""The argument that names a folder for caching; it changes no result."""

_CLASS = re.compile(r'"t":"(retro\.[\w.]+):')
"""The module of a class, in the text of an argument."""


def remembering(tables: Tables) -> Remembered:
    """Keep what metrics answer of some tables in the project's own folder, and what `tables.once` is asked.

    Args:
        tables: The shop's tables.
    """
    found = Remembered(tables, Store(own_folder(MEMO)))
    tables.recall_by(found)
    keep_recall(tables.connection, found.beneath)
    return found


class Remembered:
    """Calls metrics, or gives back what an equal call returned, in this process or an earlier one.

    Calls are equal when the metric's code, the libraries and the arguments are, and what is in the tables that the
    metric read. Which those are is seen when it is computed; a table that it was given and did not read may change.
    What cannot be known to be equal, or kept exactly, is computed again.

    Args:
        tables: The shop's tables.
        store: Where results are kept.
    """

    def __init__(self, tables: Tables, store: Store) -> None:
        self._held = weakref.ref(tables)  # as they hold this one, and a cycle would keep a server's session open
        self._store = store

    @property
    def _tables(self) -> Tables:
        """The tables.

        Raises:
            ReferenceError: Nobody holds them any more.
        """
        if (tables := self._held()) is None:
            raise ReferenceError("tables are gone")
        return tables

    def __call__(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the function
        """What the function returns."""
        tables = self._held()  # while it is called they stay
        calculation = None if tables is None else self._calculation(function, args, kwargs)
        if calculation is None:
            return function(*args, **kwargs)
        with self._store.turn(calculation):
            known = self._known(calculation)
            return self._computed(calculation, lambda: function(*args, **kwargs)) if known is None else known[1]

    def beneath(self, function: Callable[[Sequence[Any]], list[Any]], several: Sequence[Any]) -> list[Any]:
        """What a function returns of several things, each of a table of its own, that metrics ask again and again.

        It is asked of those of which nobody has asked it yet, and whoever calls it has read what each was read from.
        """
        tables = self._held()
        if tables is None:
            return function(several)
        # without a turn, for which it would wait while the metric that calls it has its own
        asked = [self._calculation(function, (one,), {}, blank=()) for one in several]
        found = [None if one is None else self._known(one) for one in asked]
        todo = [place for place, one in enumerate(found) if one is None]
        for place, value in zip(todo, function([several[place] for place in todo]) if todo else (), strict=True):
            found[place] = (), value
            if (calculation := asked[place]) is not None:
                self._keep(calculation, tables.reads.of(several[place][0]), value)
        told = [one for one in found if one is not None]
        tables.reads.also({name for names, _ in told for name in names})
        return [value for _, value in told]

    def _known(self, calculation: str) -> tuple[tuple[str, ...], Any] | None:
        """The tables that a recalled result was read from, and the result; None where nobody knows it."""
        for names in self._store.reads(calculation):
            found, value = self._recalled(calculation, names)
            if found:
                return names, value
        return None

    def _calculation(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        blank: Collection[Any] | None = None,
    ) -> str | None:
        """A hash of all that decides a result but the tables' contents; None where that cannot be known."""
        if not isinstance(function, FunctionType) or not function.__module__.startswith(_KNOWN):
            return None
        given = {key: value for key, value in kwargs.items() if key != _CACHE}
        try:
            arguments = self._text((args, given))
        except (Unkept, Unsigned, RecursionError):
            return None
        code = code_hash([function.__module__, *_CLASS.findall(arguments)])
        if code is None:
            return None
        name = f"{function.__module__}.{function.__qualname__}"
        # histories know the blank days beside what they read
        beside = blank_of(self._tables.connection) if blank is None else blank
        told = [name, arguments, code, libraries(), self._tables.connection.name, sorted(map(str, beside))]
        return text_hash(canonical_json(told))

    def _recalled(self, calculation: str, names: tuple[str, ...]) -> tuple[bool, Any]:
        key = self._key(calculation, names)
        text = None if key is None else self._store.get(key)
        if text is None:
            return False, None
        with contextlib.suppress(Exception):  # whatever a text of another version makes of a class of today
            return True, decode(text)
        return False, None

    def _computed(self, calculation: str, compute: Callable[[], Any]) -> Any:  # noqa: ANN401 - as above
        with self._tables.reads.watched() as read:
            value = compute()
        self._keep(calculation, read, value)
        return value

    def _keep(self, calculation: str, read: Collection[str | None], value: Any) -> None:  # noqa: ANN401 - as above
        names = tuple(sorted(name for name in read if name is not None))
        key = self._key(calculation, names) if None not in read else None
        if key is not None:
            with contextlib.suppress(Exception):  # whatever has no exact text is computed again
                text = encode(value)
                if encode(decode(text)) == text:
                    self._store.put(calculation, names, key, text)

    def _key(self, calculation: str, names: tuple[str, ...]) -> str | None:
        contents = {name: self._tables.contents.of(name) for name in names}
        return None if None in contents.values() else text_hash(canonical_json([calculation, contents]))

    def _text(self, value: Any) -> str:  # noqa: ANN401 - whatever a metric takes
        """Arguments as text; tables by what is asked of them."""
        return encode(value, self._other)

    def _other(self, value: Any) -> Any:  # noqa: ANN401 - as above
        if isinstance(value, ir.Expr):
            return signed(value).asked
        if isinstance(value, Has):
            return {name: signed(table).asked for name, table in value.items()}
        if value is self._tables:
            return {name: signed(getattr(value, name)).asked for name in self._tables.names}
        raise Unkept(type(value).__name__)
