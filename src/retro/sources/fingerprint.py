"""The fingerprint of a source: of files by their contents, of a server by what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retro.errors import SourceError
from retro.files import canonical_json, files_hash, project_root, shown, text_hash
from retro.places import own_folder
from retro.sources.environment import expand
from retro.sources.hiding import hide_secrets
from retro.sources.lake import GLOB, files_below, is_remote, keys_of, objects_of
from retro.sources.spec import Source, TableSpec, database_file

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Expression

FINGERPRINTS = "fingerprints.json"


@dataclass(frozen=True)
class Server:
    """What an open connection answers.

    Attributes:
        aggregates: Rows, newest time and a sum over hashes of the rows of tables, by their names, as texts.
        version: The answer to the source's own query for a version.
    """

    aggregates: Callable[[Sequence[str]], list[str]]
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
    asked = list[str]()
    parts = [text_hash(canonical_json(source.model_dump(mode="json", exclude={"store_mb"})))]
    for key, tables in (("raw", source.raw), ("tables", source.tables)):
        for name, spec in tables.items():
            if spec.path is not None and not asked_of_engine(source, spec):
                files = files_of(source, where, f"{key}.{name}", spec)
                parts.append(files_hash(files, own_folder() / FINGERPRINTS) + partitions(files))
                if remote := addresses(spec, f"{where}: {key}.{name}"):
                    parts.append(objects_of(remote, f"{where}: {key}.{name}", spec.days, source.span).stamp)
            elif source.version is None and not _made_of_tables(source, spec):
                asked.append(name)
    if database := database_file(expand(source.url, where)):
        parts.append(files_hash([database], own_folder() / FINGERPRINTS))
    if asked or source.version is not None:
        if server is None:
            return None
        parts += server.aggregates(asked)
    if server is not None and source.version is not None:
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


def addresses(spec: TableSpec, where: str) -> list[str]:
    """The places of a table that are none of this machine; empty where it is of files here."""
    return [path for path in (expand(one, where) for one in spec.paths) if is_remote(path)]


def asked_of_engine(source: Source, spec: TableSpec) -> bool:
    """Whether the engine alone can tell what is in a table's files: those that it finds elsewhere itself."""
    return reads_lakes(source.url) and any(map(is_remote, spec.paths))


def reads_lakes(url: str) -> bool:
    """Whether an engine reads object stores and HDFS itself."""
    return url.startswith(("pyspark://", "sc://"))


def partitions(files: Collection[Path]) -> str:
    """What the names of folders say of files, and their contents do not; empty where they say nothing."""
    keys = [keys_of(path.as_posix()) for path in files]
    return canonical_json(keys) if any(keys) else ""


def files_of(source: Source, where: str, key: str, spec: TableSpec) -> list[Path]:
    """The files here of a table that is given by `path`.

    Args:
        source: The source.
        where: What it is called in messages.
        key: The table's place in it, such as `tables.orders`.
        spec: The table.

    Raises:
        SourceError: There is none, or some lie here and others elsewhere.
    """
    folder, found = folder_of(source, where), list[Path]()
    remote = addresses(spec, f"{where}: {key}")
    if remote and len(remote) < len(spec.paths):
        raise SourceError(f"{where}: {key}: path must lie here or elsewhere, got both. Copy the files to one place.")
    for path in (expand(one, f"{where}: {key}") for one in spec.paths if not remote):
        paths = find_files(folder, path)
        if not paths:
            hint = spec.obtain or "Check the path; `make demo` makes the demo data."
            obtained, got = (hide_secrets(" ".join(said.split()), source) for said in (hint, shown(folder / path)))
            raise SourceError(f"{where}: {key}: file must exist, got {got}. {obtained}")
        found += paths
    return [] if remote else read_of(source, spec, list(dict.fromkeys(found)), f"{where}: {key}")


def read_of(source: Source, spec: TableSpec, paths: list[Path], where: str) -> list[Path]:
    """Those of a table's files that a report reads: of partitions by day, the days that it needs.

    Raises:
        SourceError: There are none, or they lie in no such partitions.
    """
    if not spec.days:
        return paths
    read = set(source.span.within([path.as_posix() for path in paths], spec.days, where))
    return [path for path in paths if path.as_posix() in read]


def find_files(folder: Path, path: str) -> list[Path]:
    """The files that a path, a folder or a glob means, by name; what has exactly that name comes before a glob.

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
    if os.path.isdir(literal):  # noqa: PTH112 - same
        return files_below(literal)
    if not GLOB & set(path):
        return []
    pattern = Path(path)
    start = Path(pattern.anchor) if pattern.is_absolute() else folder
    try:
        return sorted(one for one in start.glob(str(pattern.relative_to(pattern.anchor))) if not one.is_dir())
    except ValueError as reason:  # such as `**a`
        raise SourceError(f"{shown(literal)}: path must be a glob such as *.csv, got {reason}.") from None


def folder_of(source: Source, where: str) -> Path:
    """Where relative paths of the source start."""
    return project_root() / expand(source.folder, where)
