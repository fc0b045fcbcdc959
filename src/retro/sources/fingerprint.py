"""The fingerprint of a source: of files by their contents, of a server by what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retro.errors import SourceError
from retro.files import canonical_json, files_hash, project_root, shown, text_hash
from retro.places import own_folder
from retro.sources.environment import expand
from retro.sources.hiding import hide_secrets
from retro.sources.spec import Source, TableSpec, database_file

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Expression

FINGERPRINTS = "fingerprints.json"

_GLOB = frozenset("*?[")


@dataclass(frozen=True)
class Server:
    """What an open connection answers.

    Attributes:
        aggregate: Rows, newest time and a sum over hashes of the rows of a table, by its name, as text.
        version: The answer to the source's own query for a version.
    """

    aggregate: Callable[[str], str]
    version: Callable[[str], str]


def fingerprint(source: Source, where: str, server: Server | None = None) -> str | None:
    """A hash of everything that the figures can depend on: the files' contents, or the server's own version.

    On a server without a `version` query it is one aggregate for each table: rows, the newest time, and a sum over
    hashes of the rows; so it is for SQL that reads what is no table of the source, such as a file by a function.

    Args:
        source: The source.
        where: What it is called in messages.
        server: Its open connection; a source of files needs none.

    Returns:
        The hash; None where only a server can tell.

    Raises:
        SourceError: A file or the server cannot be read.
    """
    parts = [text_hash(canonical_json(source.model_dump(mode="json", exclude={"store_mb"})))]
    for key, tables in (("raw", source.raw), ("tables", source.tables)):
        for name, spec in tables.items():
            if spec.path is not None:
                files = files_of(source, where, f"{key}.{name}", spec)
                parts.append(files_hash(files, own_folder() / FINGERPRINTS))
            elif source.version is None and not _made_of_tables(source, spec):
                if server is None:
                    return None
                parts.append(server.aggregate(name))
    if database := database_file(expand(source.url, where)):
        parts.append(files_hash([database], own_folder() / FINGERPRINTS))
    if source.version is not None:
        if server is None:
            return None
        parts.append(server.version(source.version))
    return text_hash("|".join(parts))


def _made_of_tables(source: Source, spec: TableSpec) -> bool:
    """Whether a table is SQL over tables of the source, which have fingerprints of their own."""
    if spec.sql is None:
        return False
    import sqlglot  # noqa: PLC0415 - few sources have SQL, and a run that is skipped should not wait for it

    from retro.sources.queries import DIALECTS  # noqa: PLC0415 - same

    engine = urlsplit(source.url).scheme
    try:
        trees = sqlglot.parse(spec.sql, dialect=DIALECTS.get(engine, engine))
    except (sqlglot.errors.SqlglotError, ValueError):  # a dialect that it does not know
        return False
    known = {name.lower() for name in (*source.raw, *source.tables)}
    return all(reads_only(tree, known) for tree in trees if tree is not None)


def reads_only(tree: Expression, known: Collection[str] | None) -> bool:
    """Whether a query reads nothing but tables by name.

    Args:
        tree: The query as sqlglot parsed it.
        known: The tables' names in lower case; None for any.
    """
    import sqlglot.expressions as sge  # noqa: PLC0415 - see `_made_of_tables`

    own = {str(one.alias).lower() for one in tree.find_all(sge.CTE)}
    for table in tree.find_all(sge.Table):
        named = isinstance(table.this, sge.Identifier) and "." not in table.name
        if not named or (known is not None and (table.db or table.name.lower() not in {*known, *own})):
            return False
    return True


def files_of(source: Source, where: str, key: str, spec: TableSpec) -> list[Path]:
    """The files of a table that is given by `path`.

    Args:
        source: The source.
        where: What it is called in messages.
        key: The table's place in it, such as `tables.orders`.
        spec: The table.

    Raises:
        SourceError: There is none.
    """
    folder = folder_of(source, where)
    path = expand(spec.path or "", f"{where}: {key}")
    if paths := find_files(folder, path):
        return paths
    hint = spec.obtain or "Check the path; `make demo` makes the demo data."
    obtained, got = (hide_secrets(" ".join(said.split()), source) for said in (hint, shown(folder / path)))
    raise SourceError(f"{where}: {key}: file must exist, got {got}. {obtained}")


def find_files(folder: Path, path: str) -> list[Path]:
    """The files that a path or a glob means, by name; a file of exactly that name comes before a glob.

    Args:
        folder: Where a relative path starts; its own name is never taken for a glob.
        path: What the source file says.

    Returns:
        The files; empty where there is none.

    Raises:
        SourceError: It looks like a glob and is none.
    """
    literal = folder / path
    if os.path.isfile(literal):  # noqa: PTH113 - false, not an error, for a name too long to be one
        return [literal]
    if not _GLOB & set(path):
        return []
    pattern = Path(path)
    start = Path(pattern.anchor) if pattern.is_absolute() else folder
    try:
        return sorted(start.glob(str(pattern.relative_to(pattern.anchor))))
    except ValueError as reason:  # such as `**a`
        raise SourceError(f"{shown(literal)}: path must be a glob such as *.csv, got {reason}.") from None


def folder_of(source: Source, where: str) -> Path:
    """Where relative paths of the source start."""
    return project_root() / expand(source.folder, where)
