"""A kind's report on a shop that lacks something: its cells in this process, and what its page says."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from papermill.iorw import load_notebook_node

from retro.blocks import BLOCKS_MIME, parse_blocks
from retro.charts import Chart
from retro.files import text_hash
from retro.report.drawn import drawn

Lacking = Mapping[str, Collection[str]]
"""The columns that each table lacks; an empty collection stands for the table itself."""


_WRITTEN: dict[Path, Lacking] = {}
"""What the sources of each project lack as they are written now."""


def source_without(project: Path, lacking: Lacking) -> None:
    """Write the project's sources anew, as shops would have them that lack these tables and columns."""
    if _WRITTEN.get(project) == lacking:
        return
    _WRITTEN[project] = lacking
    for kept in (project / "params").rglob("kept.yaml"):
        source = yaml.safe_load(kept.read_text(encoding="utf-8"))
        source["tables"] = {name: {"path": f"demo/{entry['path']}"} for name, entry in source["tables"].items()}
        source["folder"] = "data"
        for table in lacking.keys() & source["tables"].keys():
            entry, columns = source["tables"].pop(table), lacking[table]
            if columns:
                frame = pd.read_parquet(project / "data" / entry["path"])
                # a file of its own: a shop that is open goes on reading it
                lost = text_hash(f"{entry['path']} {' '.join(sorted(columns))}")[:8]
                path = project / "data" / f"{table}.{lost}.parquet"
                frame.drop(columns=list(columns), errors="ignore").to_parquet(path, index=False)
                source["tables"][table] = {"path": path.name}
        kept.with_name("source.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")


@functools.cache
def cells(kind: str) -> tuple[tuple[Any, bool], ...]:
    """A kind's code, and whether a cell holds the parameters."""
    notebook = load_notebook_node(f"notebooks/{kind}.ipynb")
    return tuple(
        (compile(cell.source, f"{kind}[{place}]", "exec"), "parameters" in cell.metadata.get("tags", ()))
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
    )


def page(patched: pytest.MonkeyPatch, kind: str, params: str, lang: str, overrides: Mapping[str, Any]) -> list[str]:
    """What a report says, text by text; charts are made but not rendered, which takes most of the time."""
    shown: dict[str, Any] = {}

    def show(data: Mapping[str, Any], *, raw: bool, display_id: str = "") -> None:
        assert raw
        parse_blocks(data.get(BLOCKS_MIME, []), "page")
        shown[display_id or f"{len(shown)}"] = data.get(BLOCKS_MIME, [])

    patched.setattr("retro.report.report.display", show)
    patched.setattr("retro.report.report.update_display", show)
    patched.setattr("retro.report.report.Drawn", lambda _: drawn)  # whose memo other tests share
    patched.setattr(Chart, "svg", lambda self, narrow=False: "<svg></svg>")  # noqa: ARG005 - as the method it stands for
    space: dict[str, Any] = {}
    for code, given in cells(kind):
        exec(code, space)  # noqa: S102 - the notebook's own cells
        if given:
            space |= {"params_file": params, "lang": lang, "overrides": dict(overrides)}
    return [text for blocks in shown.values() for text in words(blocks)]


def words(data: Any) -> Iterator[str]:
    """Every text of blocks; runs of one paragraph are one text."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if key not in {"svg", "narrow_svg", "kind", "tone", "status", "href"}:
                yield from words(value)
    elif isinstance(data, Sequence):
        if data and all(
            isinstance(part, Mapping) and {"text", "strong"} <= set(part) and "numeric" not in part for part in data
        ):
            yield "".join(part["text"] for part in data)
        else:
            for value in data:
                yield from words(value)
