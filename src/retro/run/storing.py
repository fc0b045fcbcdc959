"""Stored inputs: what an edition needs to be computed again, outside the reports and its owner's alone.

Files lie under the hash of what is in them, so that equal inputs of many editions are stored once. A table whose files
are larger than the source's `store_mb` is known by its hash alone.
"""

from __future__ import annotations

import contextlib
import glob
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from retro.errors import RetroError
from retro.files import (
    files_hash,
    locked,
    make_folder,
    project_root,
    read_json,
    shown,
    write_atomic,
)
from retro.places import INPUTS, own_folder
from retro.run.job import Job
from retro.sources import Source, expand
from retro.sources.fingerprint import FINGERPRINTS, files_of, find_files, folder_of, read_of
from retro.sources.lake import format_of, keys_of
from retro.sources.spec import database_file
from retro.validation import FrozenModel

_MIB = 2**20

_ADDRESSES = ("latest", "restated")


class StoredFile(FrozenModel):
    """A file that an edition was made from.

    Attributes:
        path: Of params and contracts their place below the project; of tables where they were read.
        hash: Of its contents; the name under which it is stored.
        stored: Whether it is; else it was too large.
    """

    path: str
    hash: str
    stored: bool = True


class Stored(FrozenModel):
    """What an edition was made from.

    Attributes:
        run: Its run's folder, relative to the project: it goes when that does.
        folder: The params folder, such as 2025Q1.
        params_file: The params file, relative to the project.
        source: The source as the run saw it.
        overrides: Params changed for this run.
        files: Params and contracts, all of them: neighbours and periods are read too.
        tables: The files of each table that is read from files.
        database: The DuckDB file, where there is one.
        reports: The run that each other report stood at, by address.
    """

    run: str
    folder: str
    params_file: str
    source: Mapping[str, Any]
    overrides: Mapping[str, Any] = Field(default_factory=dict)
    files: tuple[StoredFile, ...]
    tables: Mapping[str, tuple[StoredFile, ...]]
    database: StoredFile | None = None
    reports: Mapping[str, str] = Field(default_factory=dict)


def store_inputs(job: Job) -> None:
    """Keep what a run was made from; where that cannot be done, as on a full disk, the edition stands without."""
    try:
        with _alone() as place:
            _write(place / "runs" / f"{job.run_id}.json", _stored(job, place))
    except (OSError, RetroError):
        logging.getLogger(__name__).debug("inputs of %s are not stored", job.run_id, exc_info=True)


def clear_stored() -> None:
    """Remove the inputs of editions that are gone, and files that no edition needs any more."""
    with _alone() as place:
        needed = set[str]()
        for path in (place / "runs").glob("*.json"):
            stored = _read(path)
            if stored is None or not (project_root() / stored.run).is_dir():
                path.unlink()
                continue
            needed |= {file.hash for file in _files(stored)}
        for path in (place / "files").iterdir():
            if path.name not in needed:
                path.unlink()


def read_stored(run: Path) -> Stored:
    """What an edition was made from, by its run's folder.

    Raises:
        RetroError: It was not stored, or customers were forgotten since.
    """
    path = own_folder(INPUTS, "runs") / f"{run.name}.json"
    if not path.is_file() or (stored := _read(path)) is None:
        raise RetroError(
            f"{shown(run)}: edition must have its inputs stored, but they are not, or went with customers that were "
            "forgotten. Run its report with --force."
        )
    return stored


def restore(stored: Stored, place: Path) -> Path:
    """Lay out a project in which an edition can be computed again by today's notebooks and code.

    Args:
        stored: What it was made from.
        place: The new project, an empty folder.

    Returns:
        The new project's source file. What lies on a server is as it is now.

    Raises:
        RetroError: A table that was too large is not what it was, or a stored file is damaged; the message names all.
    """
    make_folder(place)
    (place / "pyproject.toml").touch()
    shutil.copytree(project_root() / "notebooks", place / "notebooks")  # a kernel finds the project from where it runs
    source = Source.model_validate(stored.source)
    folder, specs = folder_of(source, "source"), dict[str, dict[str, Any]]()
    lacks = list(_laid(stored.files, place, keep_names=True))
    for key, tables in (("raw", source.raw), ("tables", source.tables)):
        specs[key] = {}
        for name, spec in tables.items():
            files = stored.tables.get(name, ())
            lacks += _laid(files, place / "data" / name)
            if files and files[0].stored:
                path: tuple[str, ...] | str | None = f"{glob.escape(str(place / 'data' / name))}/**/*"
            elif files:
                paths = [expand(one, "source") for one in spec.paths]
                now = [found for one in paths for found in find_files(folder, one)]
                lacks += _added(files, read_of(source, spec, now, f"source: {key}.{name}"))
                places = tuple(str(folder / one) for one in paths)
                path = places if len(places) > 1 else places[0]
            else:
                path = spec.path
            specs[key][name] = spec.model_copy(update={"path": path})
    url = source.url
    if stored.database is not None and stored.database.stored:
        lacks += _laid((stored.database,), place / "database")
        url = "duckdb://" + "".join(map(str, (place / "database").glob("*")))
    elif stored.database is not None:
        lacks += _laid((stored.database,), place)
        url = f"duckdb://{project_root() / stored.database.path}"
    if lacks:
        raise RetroError("\n".join(lacks))
    found = source.model_copy(update={**specs, "url": url, "folder": str(folder), "slides": None})
    return _write(place / "source.yaml", found)


def _added(files: tuple[StoredFile, ...], now: list[Path]) -> Iterator[str]:
    """Files that a table is read from now, and was not; one line each."""
    known = {file.path for file in files}
    for path in now:
        if _told(path) not in known:
            yield f"{shown(path)}: file must not be there, since a table that was too large to be stored had none."


def _laid(files: tuple[StoredFile, ...], place: Path, *, keep_names: bool = False) -> Iterator[str]:
    """Lay stored files out in their order; what cannot be had, one line each."""
    kept = own_folder(INPUTS, "files")
    for number, file in enumerate(files):
        if not file.stored:
            path = project_root() / file.path
            if not path.is_file() or _hash(path) != file.hash:
                yield f"{shown(path)}: file must be as it was, since it was too large to be stored (store_mb)."
            continue
        there = kept / file.hash
        if not there.is_file() or files_hash([there]) != file.hash:
            yield f"{file.path}: stored file must be whole, and is damaged or gone. Run the report with --force."
            continue
        folders = "".join(f"{key}={value}/" for key, value in keys_of(file.path).items())
        new = place / (file.path if keep_names else f"{folders}{number:04d}-{Path(file.path).name}")
        make_folder(new.parent)
        try:
            os.link(there, new)
        except OSError:  # a file system without links
            shutil.copyfile(there, new)


@contextlib.contextmanager
def _alone() -> Iterator[Path]:
    """The folder of all that is stored, while nobody else stores or clears."""
    place = own_folder(INPUTS)
    with locked(place / ".lock"):
        for name in ("runs", "files"):
            make_folder(place / name)
        yield place


def _stored(job: Job, place: Path) -> Stored:
    root, source, where = project_root(), job.source, shown(job.source_file)
    request = job.request
    own = f"params/{request.folder.as_posix()}/{request.params_file.name}"
    params = {path.relative_to(root).as_posix(): path for path in sorted((root / "params").rglob("*.yaml"))}
    params = {name: path for name, path in params.items() if path.name != "notify.yaml"}
    params[own] = request.params_file
    contracts = {path.relative_to(root).as_posix(): path for path in sorted((root / "data_contracts").rglob("*.yaml"))}
    store = _Store(place / "files", source.store_mb * _MIB)
    database = database_file(expand(source.url, where))
    specs = [*(("raw", *one) for one in source.raw.items()), *(("tables", *one) for one in source.tables.items())]
    return Stored(
        run=os.path.relpath(job.folder.resolve(), root),
        folder=request.folder.as_posix(),
        params_file=own,
        source=source.model_dump(mode="json", exclude_defaults=True),
        overrides=dict(request.overrides),
        files=tuple(store.keep(path, name) for name, path in {**params, **contracts}.items()),
        tables={
            name: store.all_or_none(files_of(source, where, f"{kind}.{name}", spec))
            for kind, name, spec in specs
            if spec.path is not None
        },
        database=None if database is None else store.all_or_none([database])[0],
        reports=_standing(request.reports, job.address),
    )


def _standing(reports: Path, own: Path) -> dict[str, str]:
    """The run that each other report stands at, and beside a signed one its restatement."""
    found = {}
    for address in _ADDRESSES:
        for link in sorted(reports.glob(f"**/{address}")):
            if link.parent != own and link.is_symlink():
                found[link.relative_to(reports).as_posix()] = link.resolve().name
    return found


class _Store:
    """Files by the hash of what is in them."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most

    def keep(self, path: Path, name: str) -> StoredFile:
        digest = _hash(path)
        there = self._folder / digest
        if not there.is_file():
            half = self._folder / f".{digest}.{os.getpid()}"
            with contextlib.ExitStack() as undone:
                undone.callback(half.unlink, missing_ok=True)
                shutil.copyfile(path, half)
                half.chmod(0o600)
                if files_hash([half]) == digest:  # else it changes now, which the run itself will say
                    half.replace(there)
        return StoredFile(path=name, hash=digest)

    def all_or_none(self, paths: list[Path]) -> tuple[StoredFile, ...]:
        """The files of one table: stored where they are small together, else known by their hashes.

        Those of Delta and Iceberg tell what the table holds and do not hold it, so that storing them is no use.
        """
        names = {path: _told(path) for path in paths}
        whole = not format_of(path.as_posix() for path in paths)[0]
        if whole and sum(path.stat().st_size for path in paths) <= self._most:
            return tuple(self.keep(path, name) for path, name in names.items())
        return tuple(StoredFile(path=name, hash=_hash(path), stored=False) for path, name in names.items())


def _write(path: Path, model: Stored | Source) -> Path:
    """Write a model as JSON, its keys in their order: a raw table may read those above it."""
    return write_atomic(path, json.dumps(model.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False))


def _told(path: Path) -> str:
    return os.path.relpath(path.resolve(), project_root())


def _hash(path: Path) -> str:
    return files_hash([path], own_folder() / FINGERPRINTS)


def _files(stored: Stored) -> Iterator[StoredFile]:
    yield from stored.files
    for files in stored.tables.values():
        yield from files
    if stored.database is not None:
        yield stored.database


def _read(path: Path) -> Stored | None:
    try:
        return Stored.model_validate(read_json(path))
    except (RetroError, ValidationError):
        return None
