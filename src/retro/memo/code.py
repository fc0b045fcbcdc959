"""The code that a result depends on: a module and all of `retro` that it imports, by the text of the files."""

from __future__ import annotations

import functools
import hashlib
import platform
import re
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from retro.began import BEGAN

LIBRARIES = (
    "duckdb", "ibis-framework", "sqlglot", "numpy", "pandas", "pyarrow", "scipy", "statsmodels", "tea-tasting",
    "rjieba", "pydantic", "PyYAML", "tzdata", "polars", "fastexcel", "openpyxl", "python-calamine", "lxml", "pyspark",
)  # fmt: skip
"""Libraries whose version can change a result; one that is not installed changes none."""

_PACKAGE = Path(__file__).parents[1]

_FROM = re.compile(r"^[ \t]*from[ \t]+(retro[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]+)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+(retro[\w.]*)", re.MULTILINE)
_WORD = re.compile(r"(\w+)(?:[ \t]+as[ \t]+\w+)?")
_BESIDE = re.compile(r"[\"']([\w-]+\.(?:yaml|json|csv|txt))[\"']")
"""A file beside a module that finds files by its own place."""

_CLOCK = 0.1
"""Seconds by which a file's time may lie before the clock's."""


def code_hash(modules: Iterable[str]) -> str | None:
    """Hash the text of some modules, of all of `retro` that they import, and of the data beside them.

    A package is its `__init__`; the one around a module is none of its imports.

    Returns:
        The hash; None where a file changed since this process began: what runs may be older than the file.
    """
    digest = hashlib.sha256()
    for path in _files(frozenset(modules)):
        status = path.stat()
        if max(status.st_mtime, status.st_ctime) > BEGAN - _CLOCK:
            return None
        digest.update(f"{path.relative_to(_PACKAGE)}:{_text_hash(path, status.st_mtime_ns, status.st_size)}|".encode())
    return digest.hexdigest()


@functools.cache
def libraries() -> dict[str, str]:
    """The versions of Python and of the libraries that results depend on, and the machine's kind."""
    found = {"python": sys.version, "machine": platform.machine()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


@functools.cache
def modules_of(module: str) -> frozenset[str]:
    """A module and those of `retro` that it imports, directly or through others; import statements only."""
    found: set[str] = set()
    todo = [module]
    while todo:
        one = todo.pop()
        if one not in found and (path := _path(one)) is not None:
            found.add(one)
            todo += _imports(path)
    return frozenset(found - {"retro"})


@functools.cache
def _files(modules: frozenset[str]) -> tuple[Path, ...]:
    known = {one for module in modules for one in modules_of(module)}
    paths = {path for one in known if (path := _path(one)) is not None}
    return tuple(sorted(paths | {beside for path in paths for beside in _data_of(path)}))


@functools.cache
def _imports(path: Path) -> tuple[str, ...]:
    text = path.read_text(encoding="utf-8")
    imported = [found[1] for found in _IMPORT.finditer(text)]
    for found in _FROM.finditer(text):
        names = re.sub(r"#[^\n]*", "", found[2]).strip("()")
        for name in _WORD.finditer(names):
            inner = f"{found[1]}.{name[1]}"
            imported.append(inner if _path(inner) is not None else found[1])
    return tuple(dict.fromkeys(imported))


@functools.cache
def _data_of(path: Path) -> tuple[Path, ...]:
    text = path.read_text(encoding="utf-8")
    named = _BESIDE.findall(text) if "__file__" in text else []
    return tuple(beside for name in named if (beside := path.parent / name).is_file())


@functools.cache
def _path(module: str) -> Path | None:
    """A module's file; None where it is no module."""
    place = _PACKAGE.joinpath(*module.split(".")[1:])
    own = place.with_suffix(".py") if place != _PACKAGE else place / "__init__.py"
    return next((path for path in (own, place / "__init__.py") if path.is_file()), None)


@functools.cache
def _text_hash(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
