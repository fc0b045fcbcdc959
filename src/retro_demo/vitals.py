"""The profile: the shop's vital figures beside the ranges in which a believable shop lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from retro.errors import SourceError
from retro.files import read_yaml, shown

_VITALS = Path(__file__).parent / "vitals.yaml"


@dataclass(frozen=True)
class VitalFigure:
    """One vital figure of a shop.

    Attributes:
        name: What it is, in words joined by underscores.
        value: What it is here; None where nothing can be counted, in a very small shop.
        low: The least that is believable.
        high: The most that is believable.
        source: Where the range comes from.
    """

    name: str
    value: float | None
    low: float
    high: float
    source: str

    @property
    def believable(self) -> bool:
        """Whether the value lies in its range."""
        return self.value is not None and self.low <= self.value <= self.high


def profile(folder: Path) -> tuple[VitalFigure, ...]:
    """Measure a demo shop's vital figures; the ranges are meant for shops of 1 % and larger.

    Args:
        folder: What `make_demo` has made.

    Raises:
        SourceError: The folder does not hold a demo shop.
    """
    tables = sorted(path for path in folder.glob("*.parquet") if "-" not in path.stem)  # of the first quarter
    if not (folder / "truth.json").is_file() or not tables:
        raise SourceError(f"{shown(folder)}: folder must hold a demo shop. Make one with `retro demo`.")
    connection = duckdb.connect()
    for path in tables:
        quoted = str(path).replace("'", "''")
        connection.execute(f"create view {path.stem} as select * from read_parquet('{quoted}')")
    figures = []
    for name, vital in read_yaml(_VITALS).data.items():
        row = connection.execute(vital["query"]).fetchone()
        value = None if row is None or row[0] is None else float(row[0])
        low, high = map(float, vital["range"])
        figures.append(VitalFigure(name, value, low, high, vital["source"]))
    connection.close()
    return tuple(figures)
