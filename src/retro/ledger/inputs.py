"""What a run was made from, part by part: data by table, params, code, other reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from retro.errors import RetroError
from retro.files import read_json, write_json
from retro.validation import FrozenModel

_FILE = "inputs.json"
"""The file in a run's folder that says it."""


class TableContent(FrozenModel):
    """What was in a table.

    Attributes:
        content: A hash of what it is read from; empty where nobody can tell whether that stays the same.
        rows: Its rows.
        worth: What they are worth together, in the source's currency; null where its contract does not say.
        days: Rows and worth by local day, such as `"12 340.50"`, for tables whose rows are dated; rows without worth
            as `"12"`. Days before the report's baseline stand together under their last day.
    """

    content: str = ""
    rows: int = Field(ge=0)
    worth: Decimal | None = None
    days: Mapping[dt.date, str] = Field(default_factory=dict)


class Inputs(FrozenModel):
    """What a run was made from.

    Attributes:
        observed_until: Local moment until which its data was observed; null where the data holds no times.
        params: The resolved params, as JSON holds them.
        tables: The canonical tables that it can read, by name.
        contracts: A hash of the contracts.
        reports: A hash of what each report that it is made from had recorded, by name.
        code: A hash of each of the program's modules.
        libraries: Versions of the libraries that can change a figure or a page.
    """

    observed_until: dt.datetime | None = None
    params: Mapping[str, Any]
    tables: Mapping[str, TableContent] = Field(default_factory=dict)
    contracts: str = ""
    reports: Mapping[str, str] = Field(default_factory=dict)
    code: Mapping[str, str] = Field(default_factory=dict)
    libraries: Mapping[str, str] = Field(default_factory=dict)


def write_inputs(run: Path, inputs: Inputs) -> Path:
    """Write `<run>/inputs.json`."""
    return write_json(run / _FILE, inputs.model_dump(mode="json"))


def read_inputs(run: Path) -> Inputs | None:
    """What a run was made from; None where it did not say, or another version of the program did."""
    try:
        return Inputs.model_validate(read_json(run / _FILE))
    except (RetroError, ValidationError):
        return None
