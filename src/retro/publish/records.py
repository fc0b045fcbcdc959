"""What the index is drawn from, looked at without reading it: an index of the same records stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from retro.files import canonical_json, code_version, text_hash, write_atomic
from retro.places import own_folder

_READ = ("latest", "latest/manifest.json", "latest/params.json", "latest/ledger.json", "failure.json")
"""What the index reads of a report; `latest` is a link. The oldest run's manifest tells what was said first."""

_NOT_REPORTS = frozenset({"runs", "latest", "restated"})


def write_index(reports: Path) -> Path:
    """Bring `reports/index.html` and the pages beside it up to date; see `retro.publish.index`."""
    seen = own_folder("index") / text_hash(str(reports.resolve()))[:16]
    if seen.is_file() and seen.read_text(encoding="utf-8") == _state(reports):
        return reports / "index.html"
    from retro.publish import index  # noqa: PLC0415 - only what has changed is drawn, for which templates are loaded

    path = index.write_index(reports)
    write_atomic(seen, _state(reports))
    return path


def _state(reports: Path) -> str:
    """A hash of when and how the records and the pages were last written."""
    return text_hash(canonical_json([code_version(), *_written(reports)]))


def _written(reports: Path) -> Iterator[tuple[object, ...]]:
    for place, folders, files in os.walk(reports):
        pages = sorted(name for name in files if name.endswith(".html") or name == "failure.json")
        runs = sorted(one.relative_to(place).as_posix() for one in Path(place, "runs").glob("*/manifest.json"))
        for name in (*pages, *runs, *(_READ if "latest" in {*folders, *files} else ())):
            path = os.path.join(place, name)  # noqa: PTH118 - of many files
            try:
                status = os.lstat(path)
            except OSError:
                continue
            yield path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
        folders[:] = sorted(set(folders) - _NOT_REPORTS)
