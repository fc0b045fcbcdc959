"""Import a package's names when they are first used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names have homes elsewhere.

    Args:
        package: The package's name.
        homes: The home of each name, as an entry point has it: `module`, or `module:name` for what lies in one.

    Examples:
        >>> lazily("here", {"path": "os:path"})("path").__name__
        'posixpath'
    """

    def find(name: str) -> Any:  # noqa: ANN401 - modules, classes and functions alike
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home, _, inside = homes[name].partition(":")
        module = importlib.import_module(home)
        return getattr(module, inside) if inside else module

    return find
