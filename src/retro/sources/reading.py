"""Read Parquet, CSV and Excel files, one or many, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
from pandas.api.types import infer_dtype

from retro.errors import SourceError
from retro.files import shown
from retro.sources.spec import TableSpec

_GLOB = frozenset("*?[")


def find_files(folder: Path, path: str) -> list[Path]:
    """The files that a path or a glob means, by name; a file of exactly that name comes before a glob.

    Args:
        folder: Where a relative path starts; its own name is never taken for a glob.
        path: What the source file says.

    Returns:
        The files; empty where there is none.
    """
    literal = folder / path
    if literal.is_file():
        return [literal]
    if not _GLOB & set(path):
        return []
    pattern = Path(path)
    start = Path(pattern.anchor) if pattern.is_absolute() else folder
    return sorted(start.glob(str(pattern.relative_to(pattern.anchor))))


def read_files(connection: Any, paths: Sequence[Path], spec: TableSpec, where: str) -> ibis.Table:  # noqa: ANN401 - an Ibis backend
    """One table of one or several files of a kind.

    Columns are put together by name: a file that lacks one holds nulls there, and a column that changed its type from
    file to file, or from cell to cell of a sheet, becomes the wider of the two, which the contract then judges.

    Raises:
        SourceError: The files are of a kind that is not read, or of several kinds.
    """
    kinds = {path.suffix.lower() for path in paths}
    if kinds <= {".csv", ".tsv", ".txt", ".xlsx"} and (
        {"encoding", "delimiter", "header_row", "nulls"} & spec.model_fields_set or ".xlsx" in kinds
    ):
        return _stub(paths, spec)
    names = [str(path) for path in paths]
    together = {"union_by_name": True} if len(names) > 1 else {}
    if kinds == {".parquet"}:
        return connection.read_parquet(names, **together)
    if kinds and kinds <= {".csv", ".tsv"}:
        table = connection.read_csv(names, **together)
        types = {column: kind for column, kind in spec.types.items() if column in table.columns}
        return connection.read_csv(names, types=types, **together) if types else table
    if kinds and kinds <= {".xlsx", ".xls"}:
        sheets = [pd.read_excel(path, sheet_name=spec.sheet or 0) for path in paths]
        return ibis.memtable(_of_one_kind(pd.concat(sheets, ignore_index=True)))
    if len(kinds) > 1:
        raise SourceError(f"{where}: files must be of one kind, got {', '.join(sorted(kinds))}.")
    raise SourceError(f"{where}: file must be .parquet, .csv, .tsv or .xlsx, got {shown(paths[0])!r}.")


def _of_one_kind(sheet: pd.DataFrame) -> pd.DataFrame:
    """A sheet whose columns are named by text, and are text where cells of several kinds stand below each other."""
    named = sheet.rename(columns=str)
    mixed = [name for name in named.columns if infer_dtype(named[name], skipna=True) in {"mixed", "mixed-integer"}]
    return named.astype(dict.fromkeys(mixed, "string"))


def _stub(paths: Sequence[Path], spec: TableSpec) -> ibis.Table:
    frames = []
    for path in paths:
        kept = {"dtype": str, "keep_default_na": False, "header": spec.header_row - 1}
        if path.suffix.lower() == ".xlsx":
            frames.append(pd.read_excel(path, sheet_name=spec.sheet or 0, **kept))
        else:
            frames.append(pd.read_csv(path, encoding=spec.encoding, sep=spec.delimiter or ",", **kept))
    frame = pd.concat(frames, ignore_index=True).rename(columns=str)
    for name in frame.columns:
        column = (
            frame[name].astype(str).str.replace("\ufeff", "").str.strip().str.replace(r'^="(.*)"$', r"\1", regex=True)
        )
        column = column.str.replace(r"^[￥¥$£€]", "", regex=True)
        frame[name] = column.mask(column.isin(["", *spec.nulls]), None)
        kind = spec.types.get(name, "string")
        if kind.startswith(("decimal", "int")):
            frame[name] = frame[name].str.replace(",", "")
        if kind.startswith("timestamp") and spec.date_format:
            frame[name] = pd.to_datetime(frame[name], format=spec.date_format)
    return ibis.memtable(frame.astype({n: "string" for n in frame.columns if frame[n].dtype == object}))
