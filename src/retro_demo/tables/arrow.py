"""Tables: Arrow columns from numbers, and Parquet files in a folder that appears whole or not at all."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retro_demo.chance import Flags, Floats, Ints
from retro_demo.clock import dates, timestamps

MONEY = pa.decimal128(18, 2)

Column = Any
"""An Arrow array."""

Columns = Mapping[str, Column]
"""Arrow arrays by the name of their column."""


def money(cents: Ints, missing: int | None = None) -> Column:
    """Cents as decimals, null where they equal `missing`.

    A decimal is a 128-bit integer, so the cents only have to be widened.
    """
    wide = np.stack([cents.astype("<i8"), cents.astype("<i8") >> 63], axis=1)
    known = None if missing is None else pa.py_buffer(np.packbits(cents != missing, bitorder="little"))
    return pa.Array.from_buffers(MONEY, cents.size, [known, pa.py_buffer(np.ascontiguousarray(wide))])


def moments(seconds: Ints, missing: int | None = None) -> Column:
    """Seconds of the shop's clock as local timestamps; null where they equal `missing`."""
    return pa.array(timestamps(seconds), mask=None if missing is None else seconds == missing)


def days(numbers: Ints) -> Column:
    """Days of the shop's clock as dates."""
    return pa.array(dates(numbers))


def words(codes: Ints, vocabulary: Sequence[str] | Column) -> Column:
    """Words by their position in a vocabulary; null where the position is below 0."""
    known = vocabulary if isinstance(vocabulary, pa.Array) else pa.array(vocabulary, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=codes < 0), known)


def integers(values: Ints, missing: int | None = None) -> Column:
    """Whole numbers; null where they equal `missing`."""
    return pa.array(values, pa.int64(), mask=None if missing is None else values == missing)


def floats(values: Floats) -> Column:
    """Numbers with decimals."""
    return pa.array(values, pa.float64())


def flags(values: Flags) -> Column:
    """Yes and no."""
    return pa.array(values, pa.bool_())


def texts(values: Sequence[str], missing: str | None = None) -> Column:
    """Texts; null where they equal `missing`."""
    return pa.array([None if value == missing else value for value in values], pa.string())


def at(keys: Column, places: Ints) -> Column:
    """The keys at these places."""
    return keys.take(pa.array(places))


def names(prefix: str, numbers: Ints, width: int) -> Column:
    """Readable keys.

    Examples:
        >>> names("P", np.array([7, 12]), 4).to_pylist()
        ['P0007', 'P0012']
    """
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def opaque(prefix: str, numbers: Ints) -> Column:
    """Keys that tell nothing: eight hexadecimal digits, a different key for every number below 2 ** 32.

    Examples:
        >>> opaque("u", np.array([0, 1, 2])).to_pylist()
        ['u6b43a9b5', 'ufd2b3f0e', 'u8f12d467']
    """
    mixed = (numbers.astype(np.uint64) * np.uint64(0x91E79559) + np.uint64(0x6B43A9B5)) % np.uint64(2**32)
    digits = np.frombuffer(b"0123456789abcdef", dtype="S1")
    shifts = np.arange(28, -1, -4, dtype=np.uint64)
    letters = digits[((mixed[:, None] >> shifts) & np.uint64(15)).astype(np.int64)]
    keys = letters.view("S8").ravel().astype("U8") if numbers.size else np.zeros(0, "U8")
    return pc.binary_join_element_wise(pa.scalar(prefix), pa.array(keys, pa.string()), "")


class Folder:
    """A folder of Parquet files under construction; tables grow block by block.

    Attributes:
        path: The temporary folder.
        rows: Rows written so far, by table.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, int] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def write(self, name: str, columns: Columns) -> None:
        """Append rows to a table; its first rows say its columns and types."""
        table = pa.table(dict(columns))
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(
                self.path / f"{name}.parquet", table.schema, compression="zstd", store_schema=False
            )
            self.rows[name] = 0
        if table.num_rows:
            self._writers[name].write_table(table)
        self.rows[name] += table.num_rows

    def close(self) -> None:
        """Finish all files."""
        for name, writer in self._writers.items():
            writer.close()
            (self.path / f"{name}.parquet").chmod(0o600)
        self._writers.clear()


@contextlib.contextmanager
def new_folder(out: Path) -> Iterator[Folder]:
    """A folder that takes the place of `out` when it is done, so that nobody ever sees half a shop."""
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    folder = Folder(temporary)
    try:
        yield folder
        folder.close()
        if out.exists():
            old = temporary.with_name(f"{temporary.name}.old")
            out.rename(old)
            temporary.rename(out)
            shutil.rmtree(old)
        else:
            temporary.rename(out)
    except BaseException:
        folder.close()
        shutil.rmtree(temporary, ignore_errors=True)
        raise
