"""Read YAML with line numbers in errors, write files atomically, hash."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from retro.errors import RetroError, SourceError

_locks: Any = importlib.import_module("fcntl") if os.name == "posix" else None

FONTS = Path(__file__).parent / "publish" / "fonts"
"""Noto Sans SC, regular and bold: the one typeface of charts, pages and PDF."""

Location = tuple[str | int, ...]

_MOST_PARTS = 100_000
"""Values of a YAML file; a few lines of aliases of aliases could stand for billions."""


@dataclass(frozen=True)
class YamlFile:
    """A parsed YAML file whose scalars are all text.

    Text, because YAML's own guesses damage data: `00123` would be the octal 83, `1:30` the number 90, `no` False.
    The model that receives the values knows their types.

    Attributes:
        path: Where it was read.
        data: Nested dicts and lists of `str` and `None`.
        lines: The line, counted from 1, on which each key or list item starts.
    """

    path: Path
    data: dict[str, Any]
    lines: dict[Location, int]

    def line(self, location: Location) -> int | None:
        """The line of a location, or of the nearest enclosing one that the file holds."""
        for length in range(len(location), 0, -1):
            if location[:length] in self.lines:
                return self.lines[location[:length]]
        return None

    def where(self, location: Location = ()) -> str:
        """Name a location for a message, such as `params/a.yaml, line 4`."""
        line = self.line(location)
        return f"{shown(self.path)}, line {line}" if line else shown(self.path)


def read_yaml(path: Path, error: type[RetroError] = RetroError) -> YamlFile:
    """Read a YAML mapping with all scalars as text.

    Raises:
        error: The file is missing, unreadable, not YAML, not a mapping, or repeats a key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise error(f"{shown(path)}: file must exist. Check the path.") from None
    except (OSError, UnicodeDecodeError) as reason:
        raise error(f"{shown(path)}: file must be readable UTF-8 text, got {reason}.") from None
    try:
        root = _compose(text)
    except yaml.YAMLError as reason:
        mark = getattr(reason, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(reason, "problem", None) or str(reason).splitlines()[0]
        raise error(f"{shown(path)}{line}: file must be YAML, got {problem}.") from None
    if not isinstance(root, yaml.MappingNode):
        raise error(f"{shown(path)}: file must hold 'key: value' lines.")
    lines: dict[Location, int] = {}
    try:
        return YamlFile(path, _plain(root, (), lines, path, error), lines)
    except RecursionError:
        raise error(f"{shown(path)}: file must not hold itself by an alias, or nest without end.") from None


@functools.lru_cache(32)  # a run reads its params and source a dozen times
def _compose(text: str) -> yaml.Node | None:
    """Parse with libyaml where PyYAML has it, ten times as fast; what fails again in Python, whose errors say more."""
    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)


def _plain(node: yaml.Node, location: Location, lines: dict[Location, int], path: Path, error: type[RetroError]) -> Any:  # noqa: ANN401 - YAML holds whatever it holds
    """Turn a node into dicts, lists, text and None, and note the line of each part."""
    lines.setdefault(location, node.start_mark.line + 1)
    if len(lines) > _MOST_PARTS:
        raise error(f"{shown(path)}: file must hold at most {_MOST_PARTS:,} values, aliases written out.")
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise error(f"{shown(path)}, line {line}: key must be text, got a list or mapping.")
            key = _whole(key_node, path, error)
            if key in mapping:
                raise error(f"{shown(path)}, line {line}: key {key!r} must be given once, got it twice. Remove one.")
            lines[(*location, key)] = line
            mapping[key] = _plain(value_node, (*location, key), lines, path, error)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*location, index), lines, path, error) for index, item in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else _whole(node, path, error)


def _whole(node: yaml.Node, path: Path, error: type[RetroError]) -> str:
    r"""A scalar's text, two halves of a character (`\ud83d\ude00`, as JSON escapes it) put together."""
    text = str(node.value)
    if text.isprintable():
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        where = f"{shown(path)}, line {node.start_mark.line + 1}"
        raise error(f"{where}: text must be whole characters, got {text[:40]!r}. Remove half a character.") from None


def parse_yaml_value(text: str) -> Any:  # noqa: ANN401 - YAML holds whatever it holds
    """Read one value as the params files would: text, None, a list or a mapping.

    Examples:
        >>> parse_yaml_value("00123"), parse_yaml_value("[app, web]"), parse_yaml_value("null")
        ('00123', ['app', 'web'], None)
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        return None if node is None else _plain(node, (), {}, Path("--set"), RetroError)
    except (yaml.YAMLError, RecursionError):
        raise RetroError(f"--set: value must be YAML such as text or [a, b], got {text!r}.") from None


def project_root(start: Path | None = None) -> Path:
    """The nearest folder at or above `start` (default: here) that holds `pyproject.toml`; else `start` itself."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
    return here


NOT_PARAMS = frozenset({"source.yaml", "notify.yaml", "extra.yaml"})
"""Files of `params/` that ask for no report."""


def find_above(path: Path, name: str) -> Path | None:
    """The file of a name in a file's folder, or in the nearest folder above it up to the project's root."""
    root = project_root(path.parent)
    for folder in path.resolve().parents:
        if (folder / name).is_file():
            return folder / name
        if folder == root:
            break
    return None


def shown(path: Path) -> str:
    """A path relative to the project, for messages and reports.

    Examples:
        >>> shown(project_root() / "params" / "source.yaml")
        'params/source.yaml'
    """
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - a symlink keeps the name that the user gave it
    root = project_root()
    if absolute.is_relative_to(root):
        return absolute.relative_to(root).as_posix()
    try:
        return os.path.relpath(absolute, root) if len(path.parts) and not path.is_absolute() else absolute.as_posix()
    except ValueError:  # another drive on Windows
        return absolute.as_posix()


_PLACE = re.compile(
    r"(?<=['\"])(?:/|[A-Za-z]:\\)(?:[^/\\'\"<>|:\n]+[/\\])+([^/\\'\"<>|:\n]*)(?=['\"])"
    r"|(?:(?<![\w.:/~<-])|\bfile://(?:localhost)?)(?:/|[A-Za-z]:\\)(?:[^\s/\\'\"<>|:]+[/\\])+([^\s/\\'\"<>|:]*)"
)
"""An absolute path of at least one folder, within quotes also with spaces; `https://host/page` is none."""


def unplaced(text: str) -> str:
    """Remove the paths of this machine from a text: project files become relative, others lose their folder.

    Examples:
        >>> unplaced(f"cannot open {project_root()}/data/orders.csv")
        'cannot open data/orders.csv'
        >>> unplaced("File '/home/ann/.venv/lib/frame.py', see https://host/docs/page and 3/4")
        "File '.../frame.py', see https://host/docs/page and 3/4"
        >>> unplaced("'/home/ann lee/a b.csv' or file:///home/ann/a.csv")
        "'.../a b.csv' or .../a.csv"
    """
    return _PLACE.sub(lambda found: f".../{found[1] or found[2] or ''}", text.replace(f"{project_root()}{os.sep}", ""))


PRIVATE = 0o700
"""The rights of a folder that is its owner's alone."""


def make_folder(path: Path) -> Path:
    """Make a folder, and those above it that are missing; below one that is its owner's alone, they are too."""
    if not path.is_dir():
        mode = PRIVATE if _is_private(make_folder(path.parent)) else 0o777
        path.mkdir(mode=mode, exist_ok=True)
    return path


def _is_private(folder: Path) -> bool:
    return not folder.stat().st_mode & 0o077


def write_atomic(path: Path, content: str | bytes, *, durable: bool = True) -> Path:
    r"""Write a file so that a reader sees the old content or the new one, never a part.

    In a folder that is its owner's alone, the file is too; elsewhere everyone may read it. Half a character becomes its
    escape, `\ud800`, as JSON has it. Not `durable`, it may be gone or damaged after a power cut: for what is checked
    when it is read.
    """
    make_folder(path.parent)
    data = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        Path(temporary).chmod(0o600 if _is_private(path.parent) else 0o644)
        Path(temporary).replace(path)
    except BaseException as reason:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(reason, OSError) and reason.filename is None:
            reason.filename = str(path)  # a full disk names no file
        raise
    return path


@contextlib.contextmanager
def locked(path: Path, *, wait: bool = True, shared: bool = False) -> Iterator[bool]:
    """Hold a lock file while a block runs; the system frees it when the process ends, however it ends.

    Args:
        path: The lock file; it stays, since to remove it would let two processes hold "the" lock.
        wait: Whether to wait for whoever holds it.
        shared: Whether others may hold it too, who share it as well.

    Yields:
        Whether the lock is held; always, where the system has no such locks.
    """
    make_folder(path.parent)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as stream:
        if _locks is None:
            yield True
            return
        try:
            _locks.flock(stream, (_locks.LOCK_SH if shared else _locks.LOCK_EX) | (0 if wait else _locks.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def unusable(reason: OSError) -> RetroError:
    """A file or folder that the system refuses, in one line."""
    place = shown(Path(reason.filename)) if reason.filename else "retro"
    return RetroError(f"{place}: file or folder must be usable, got {reason.strerror or reason}.")


def sync_names(folder: Path) -> None:
    """Have the system write the names in a folder to the disk; `write_atomic` does so for the contents."""
    if os.name != "posix":
        return
    for path in (folder, *(one for one in folder.rglob("*") if one.is_dir())):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_json(path: Path, data: Any) -> Path:  # noqa: ANN401 - whatever JSON holds
    """Write JSON, sorted and indented so that two versions can be compared line by line."""
    return write_atomic(path, canonical_json(data, indent=2) + "\n")


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Read a JSON file.

    Raises:
        RetroError: The file is missing or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RetroError(f"{shown(path)}: file must exist. Check the path.") from None
    except ValueError as reason:
        raise RetroError(f"{shown(path)}: file must be JSON, got {reason}.") from None


def canonical_json(data: Any, indent: int | None = None) -> str:  # noqa: ANN401 - whatever JSON holds
    """JSON text that is equal for equal data: sorted keys, no escapes; decimals and dates as text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=indent, default=str)


def text_hash(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()


def files_hash(paths: Iterable[Path], memo: Path | None = None) -> str:
    """SHA-256 over the contents of files, in the order given, as hex.

    Args:
        paths: Files to read.
        memo: A JSON file that remembers each file's hash by path, size, inode and times of change,
            so that an unchanged file of many gigabytes is read once; files that changed just now are read again.

    Raises:
        SourceError: A file cannot be read.
    """
    remembered = _read_memo(memo)
    before = len(remembered)
    digest = hashlib.sha256()
    for path in paths:
        digest.update(_file_hash(path, remembered).encode())
    if memo is not None and len(remembered) > before:
        write_json(memo, remembered)
    return digest.hexdigest()


@functools.cache
def code_version() -> str:
    """Hash the files of `retro`; equal versions compute and draw alike.

    The demo shop is not part of it: its tables have a fingerprint of their own, as any shop's.

    Examples:
        >>> len(code_version())
        12
    """
    digest = hashlib.sha256()
    for name, part in code_parts().items():
        digest.update(f"{name}:{part}".encode())
    return digest.hexdigest()[:12]


@functools.cache
def code_parts() -> dict[str, str]:
    """A hash of each file of `retro` that `code_version` is made of, by its place below the package.

    Examples:
        >>> len(code_parts()["files.py"])
        12
    """
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*") if path.is_file() and path.suffix in _CODE)
    return {path.relative_to(package).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


_CODE = {".py", ".yaml", ".j2", ".css", ".typ", ".json", ".ttf"}
"""What of the package decides a report's figures and looks."""


_TICK_NS = 2_000_000_000
"""Longer than any file system's clock takes for a tick."""


def _file_hash(path: Path, remembered: dict[str, str]) -> str:
    try:
        status = path.stat()
        # the time of change and the inode too: a copy that keeps size and mtime is another file
        key = "|".join(
            map(str, (path.resolve(), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
        )
        if key in remembered:
            return remembered[key]
        now = time.time_ns()
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as reason:
        raise SourceError(f"{shown(path)}: file must be readable, got {reason.strerror}.") from None
    # a file can change again within the tick of its clock and look the same: it is remembered once that is past
    if status.st_ctime_ns < now - _TICK_NS:
        remembered[key] = found
    return found


def _read_memo(memo: Path | None) -> dict[str, str]:
    """What was remembered; nothing where the memo is missing or damaged, since it can be made anew."""
    if memo is None or not memo.is_file():
        return {}
    try:
        data = json.loads(memo.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
