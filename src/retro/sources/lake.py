"""Tables of a lake: partitions in the names of folders, Delta and Iceberg, and Parquet of object stores and HDFS."""

from __future__ import annotations

import datetime as dt
import fnmatch
import importlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from retro.errors import SourceError
from retro.files import canonical_json, text_hash

GLOB = frozenset("*?[")
"""The signs by which a path is a glob."""

LOG, METADATA = "_delta_log", "metadata"
"""The folders in which a table of Delta and of Iceberg keeps its states."""

_NOTHING = "__HIVE_DEFAULT_PARTITION__"
"""How Hive, Spark and pyarrow write the partition of rows that have no value."""

_KINDS: Mapping[str, str] = MappingProxyType({"BIGINT": "int64", "DATE": "date32", "VARCHAR": "string"})
"""Types of keys of partitions as DuckDB and pyarrow name them."""

_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")

_STORES = {"s3": "s3", "s3a": "s3", "hdfs": "hdfs", "viewfs": "hdfs"}


def is_remote(path: str) -> bool:
    """Whether a path is an address of another place than this machine's folders.

    Examples:
        >>> is_remote("s3://lake/orders"), is_remote("exports/orders.csv")
        (True, False)
    """
    return re.match(r"[a-z][a-z0-9+]+://", path) is not None


def keys_of(name: str) -> dict[str, str]:
    """The keys of the partition that a file lies in, by the names of its folders.

    Examples:
        >>> keys_of("orders/day=2025-01-01/channel=app/part-0.parquet")
        {'day': '2025-01-01', 'channel': 'app'}
    """
    return dict(part.split("=", 1) for part in PurePosixPath(name).parts[:-1] if part.find("=") > 0)


def kinds_of(names: Iterable[str]) -> dict[str, str]:
    """The types of the keys of partitions, as DuckDB finds them: whole numbers, days, else text.

    Examples:
        >>> kinds_of(["day=2025-01-01/hour=07/a.parquet", "day=2025-01-02/hour=08/a.parquet"])
        {'day': 'DATE', 'hour': 'VARCHAR'}
    """
    values: dict[str, set[str]] = {}
    for name in names:
        for key, value in keys_of(name).items():
            values.setdefault(key, set()).add(value)
    return {key: _kind(several - {_NOTHING}) for key, several in values.items()}


def _kind(values: set[str]) -> str:
    if values and all(re.fullmatch(r"0|-?[1-9]\d{0,17}", value) for value in values):
        return "BIGINT"
    try:
        days = [dt.date.fromisoformat(value) for value in values if re.fullmatch(r"\d{4}-\d\d-\d\d", value)]
    except ValueError:
        days = []
    return "DATE" if values and len(days) == len(values) else "VARCHAR"


@dataclass(frozen=True)
class Span:
    """The days whose partitions are read; the first and the last are None where there is no end.

    Attributes:
        first: Earlier partitions are left out.
        last: Later ones are, too.
    """

    first: dt.date | None = None
    last: dt.date | None = None

    def within(self, names: Iterable[str], keys: Sequence[str], where: str) -> list[str]:
        """The files that hold days of it, by the keys of their partitions that say a day, a month or a year.

        What lies in the partition of rows without a day is read as well.

        Raises:
            SourceError: A file lies in no such partition, or its keys say no day.

        Examples:
            >>> january = Span(dt.date(2025, 1, 1), dt.date(2025, 1, 31))
            >>> january.within([f"dt=2025-0{month}-31/a.parquet" for month in (1, 3)], ["dt"], "source.yaml")
            ['dt=2025-01-31/a.parquet']
            >>> january.within([f"y=2025/m={month}/a.parquet" for month in (1, 2)], ["y", "m"], "source.yaml")
            ['y=2025/m=1/a.parquet']
        """
        found = [name for name in names if not keys or self._holds(name, keys, where)]
        if keys and not found:
            days = f"{self.first or 'the beginning'} to {self.last or 'the end'}"
            raise SourceError(f"{where}: path must hold days from {days}, got none. Check the report's dates.")
        return found

    def _holds(self, name: str, keys: Sequence[str], where: str) -> bool:
        own = keys_of(name)
        if lacking := next((key for key in keys if key not in own), ""):
            got = ", ".join(own) or "none"
            raise SourceError(f"{where}.days: {lacking!r} must be a key of partitions, got {got} in {name}.")
        said = "-".join(own[key] for key in keys)
        if said == _NOTHING:
            return True
        try:
            first, last = _days_of(said)
        except ValueError:
            raise SourceError(
                f"{where}.days: partitions must say a day, a month or a year such as 2025-01-31, got {said!r}."
            ) from None
        return (self.first is None or last >= self.first) and (self.last is None or first <= self.last)


def _days_of(said: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of a day, a month or a year."""
    found = re.fullmatch(r"(\d{4})(?:-?(\d{1,2}))?(?:-?(\d{1,2}))?", said)
    if found is None:
        raise ValueError(said)
    year, month, day = (None if part is None else int(part) for part in found.groups())
    first = dt.date(int(year or 0), month or 1, day or 1)
    if day is not None:
        return first, first
    after = dt.date(first.year + (month in {None, 12}), 1 if month is None else month % 12 + 1, 1)
    return first, after - dt.timedelta(days=1)


def is_hidden(name: str) -> bool:
    """Whether a file below a folder is none of its table, as Spark and Hive have it: temporary files, marks, logs.

    Examples:
        >>> [is_hidden(name) for name in ("_SUCCESS", "day=2025-01-01/.a.crc", "day=2025-01-01/a.parquet")]
        [True, True, False]
    """
    return any(part.startswith((".", "_")) and "=" not in part for part in PurePosixPath(name).parts)


def format_of(names: Iterable[str]) -> tuple[str, str]:
    """Whether files are those of a Delta or an Iceberg table, and its folder; two empty texts where they are not.

    Examples:
        >>> format_of(["lake/orders/_delta_log/00000000000000000000.json"])
        ('delta', 'lake/orders')
        >>> format_of(["lake/orders/part-0.parquet"])
        ('', '')
    """
    for name in names:
        path = PurePosixPath(name)
        if path.parent.name == LOG:
            return "delta", str(path.parent.parent)
        if path.parent.name == METADATA and name.endswith(".metadata.json"):
            return "iceberg", str(path.parent.parent)
    return "", ""


@dataclass(frozen=True)
class Objects:
    """The files that the remote path of a table names.

    Attributes:
        address: How the path begins that the source file says, such as `s3://`.
        system: What reads them.
        files: Name, bytes and time of change of each, by name; of Delta and Iceberg those of its states alone.
    """

    address: str
    system: Any
    files: tuple[tuple[str, int, int], ...]

    @property
    def names(self) -> list[str]:
        """Their names."""
        return [name for name, *_ in self.files]

    @property
    def stamp(self) -> str:
        """A hash of what is known without reading: names, sizes and times of change."""
        return text_hash(canonical_json(self.files))


def objects_of(paths: Sequence[str], where: str, days: Sequence[str] = (), span: Span | None = None) -> Objects:
    """List remote files: of an object or a file, a folder, or a glob.

    Credentials, region and endpoint of `s3://` come from the environment, by the names that Amazon's own tools read;
    `hdfs://` needs Hadoop's client on this machine.

    Args:
        paths: Addresses of one store.
        where: File and key, for messages.
        days: The keys of partitions that say the day, as `TableSpec.days`.
        span: The days that are read.

    Raises:
        SourceError: The store is of a kind that is not read, cannot be reached, or holds no such file.
    """
    scheme = urlsplit(paths[0]).scheme
    if scheme not in _STORES:
        raise SourceError(
            f"{where}: path must begin with s3:// or hdfs:// for this engine, got {scheme}://. Copy the files here, or "
            "let Spark read them."
        )
    if any("@" in urlsplit(path).netloc for path in paths):
        raise SourceError(
            f"{where}: path must hold no credentials, got some before '@'. Give them by the environment, such as "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    try:
        system, found = _system(paths[0]), dict[str, tuple[str, int, int]]()
        for path in paths:
            found |= {one.path: (one.path, one.size, one.mtime_ns) for one in _listed(system, path)}
    except (OSError, ValueError) as reason:  # pyarrow's own are of these kinds
        said = " ".join(str(reason).split())[:200]
        raise SourceError(f"{where}: path must be a place that can be read, got {paths[0]!r}: {said}.") from None
    if not found:
        raise SourceError(f"{where}: file must exist, got {', '.join(paths)}. Check the path.")
    read = (span or Span()).within(sorted(found), days, where)
    return Objects(f"{scheme}://", system, tuple(found[name] for name in read))


def _system(path: str) -> Any:  # noqa: ANN401 - pyarrow is not typed here
    import pyarrow.fs  # noqa: PLC0415 - it takes memory, and few sources are remote

    if _STORES[urlsplit(path).scheme] != "s3":
        return pyarrow.fs.FileSystem.from_uri(path)[0]
    asked = {"region": ("AWS_REGION", "AWS_DEFAULT_REGION"), "endpoint_override": _ENDPOINTS}
    given = {key: next(filter(None, map(os.environ.get, names)), "") for key, names in asked.items()}
    return pyarrow.fs.S3FileSystem(**{key: value for key, value in given.items() if value})


def _listed(system: Any, path: str) -> list[Any]:  # noqa: ANN401 - as above
    """The files of one address."""
    from pyarrow.fs import FileSelector  # noqa: PLC0415 - as above

    parts = urlsplit(path, allow_fragments=False)
    name = (f"{parts.netloc}{parts.path}" if _STORES[parts.scheme] == "s3" else parts.path).rstrip("/")
    levels = name.split("/")
    plain = next((place for place, level in enumerate(levels) if GLOB & set(level)), len(levels))
    if plain == len(levels) and (info := system.get_file_info(name)).is_file:
        return [info]
    start = "/".join(levels[:plain])
    infos = system.get_file_info(FileSelector(start, recursive=True, allow_not_found=True))
    below = [(info.path.removeprefix(f"{start}/"), info) for info in infos if info.is_file]
    if plain < len(levels):
        return [info for own, info in below if _matches(own.split("/"), levels[plain:])]
    return states([(own, info) for own, info in below]) or [info for own, info in below if _is_of_folder(own)]


def states(below: Iterable[tuple[str, Any]]) -> list[Any]:
    """Those of the files below a folder that say what a Delta or Iceberg table holds; none of other tables."""
    return [one for place, one in below if format_of([f"/{place}"])[0] and place.count("/") == 1]


def _is_of_folder(place: str) -> bool:
    return place.lower().endswith(".parquet") and not is_hidden(place)


def files_below(folder: Path) -> list[Path]:
    """The Parquet files of a folder and the folders in it; of a Delta or Iceberg table the files of its states."""
    below = [(path.relative_to(folder).as_posix(), path) for path in sorted(folder.rglob("*")) if path.is_file()]
    return states(below) or [path for place, path in below if _is_of_folder(place)]


def _matches(names: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether the levels of a path match those of a glob, of which `**` stands for any number."""
    if not patterns:
        return not names
    if patterns[0] == "**":
        return _matches(names, patterns[1:]) or (bool(names) and _matches(names[1:], patterns))
    return bool(names) and fnmatch.fnmatchcase(names[0], patterns[0]) and _matches(names[1:], patterns[1:])


def dataset_of(objects: Objects, where: str) -> Any:  # noqa: ANN401 - pyarrow is not typed here
    """The rows of remote files, of which an engine reads the columns and partitions that it needs.

    Raises:
        SourceError: A file is not Parquet, or the table is of a format whose reader is not installed.
    """
    kind, folder = format_of(objects.names)
    if kind:
        return formatted(kind, f"{objects.address.replace('s3a:', 's3:')}{folder}", where)
    if other := next((name for name in objects.names if not name.lower().endswith(".parquet")), ""):
        raise SourceError(f"{where}: file must be .parquet in a store, got {other!r}. Name Parquet, or copy it here.")
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.dataset  # noqa: PLC0415 - as above

    keys = pa.schema([(key, pa.type_for_alias(_KINDS[one])) for key, one in kinds_of(objects.names).items()])
    layout = pyarrow.dataset.partitioning(keys, flavor="hive") if keys.names else None
    return pyarrow.dataset.dataset(
        objects.names, filesystem=objects.system, format="parquet", partitioning=layout, partition_base_dir=""
    )


def formatted(kind: str, folder: str, where: str) -> Any:  # noqa: ANN401 - as above
    """The rows that a Delta table holds now.

    Args:
        kind: `delta` or `iceberg`.
        folder: Its folder or address.
        where: File and key, for messages.

    Raises:
        SourceError: The reader is not installed, or cannot read the table.
    """
    if kind == "iceberg":
        raise SourceError(
            f"{where}: an Iceberg table must be read by its catalogue, got the folder {folder!r}. Let Spark read it "
            "(url: pyspark:// and table:)."
        )
    try:
        deltalake = importlib.import_module("deltalake")
    except ImportError:
        raise SourceError(
            f"{where}: a Delta table must have its reader installed, got no deltalake. pip install 'retro[delta]'."
        ) from None
    try:
        return deltalake.DeltaTable(folder).to_pyarrow_dataset()
    except Exception as reason:  # noqa: BLE001 - it raises kinds of its own; no row has been read yet
        said = " ".join(str(reason).split())[:200]
        raise SourceError(f"{where}: a Delta table must be one that deltalake reads, got {said}.") from None
