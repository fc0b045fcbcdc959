"""A second report beside the first, asked otherwise, and the figures in which they differ."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.utils.capture import capture_output

from retro.errors import RetroError
from retro.files import project_root, read_json, shown
from retro.ledger import compare as compared
from retro.report.opened import Opened
from retro.report.quiet import QUIET
from retro.sections.scorecard import figure_label


def beside(report: Opened, changes: Mapping[str, Any]) -> Any:  # noqa: ANN401 - `Report` imports this module
    """The same report with other params, with all figures of its kind's notebook, and nothing shown.

    Metrics that the changes do not touch come from memory.

    Args:
        report: The first report.
        changes: Keys of the params schema, with `__` for a dot, such as `roi__settling_days`.

    Raises:
        RetroError: The params do not fit, or a cell of the notebook fails.
    """
    overrides = {**report.overrides, **{key.replace("__", "."): value for key, value in changes.items()}}
    notebook = project_root() / "notebooks" / f"{report.params.kind}.ipynb"
    given = {"params_file": shown(report.file), "lang": report.text.lang, "overrides": overrides}
    token = QUIET.set(True)
    try:
        with capture_output(), contextlib.redirect_stdout(io.StringIO()):
            for cell in read_json(notebook)["cells"]:
                if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", ()):
                    exec("".join(cell["source"]), given)  # noqa: S102 - the project's own notebook, as Jupyter runs it
    finally:
        QUIET.reset(token)
    other: Any = given["report"]  # which the first cell makes
    other.quiet = False
    return other


def compare(first: Opened, second: Opened) -> pd.DataFrame:
    """The figures in which two reports differ.

    Args:
        first: A report, such as the one of a notebook.
        second: Another, such as `report.with_(baseline_weeks=4)`.

    Returns:
        One row per figure that differs, in the order of the second, then those that only the first has.

        - `figure` (str), `label` (str): Its name, and what readers call it.
        - `first`, `second` (Decimal): Its values; None where a report has none.
        - `difference` (Decimal): The second less the first; None where one is missing.

    Raises:
        RetroError: One of them has no figures yet.
    """
    for place, one in (("first", first), ("second", second)):
        if not one.ledger.entries:
            raise RetroError(f"compare: {place} report must have figures, got none. Run its cells first.")
    rows = [
        {
            "figure": move.name,
            "label": figure_label(move.name, second.text),
            "first": move.before,
            "second": move.after,
            "difference": move.difference,
        }
        for move in compared(first.ledger, second.ledger)
    ]
    return pd.DataFrame(rows, columns=["figure", "label", "first", "second", "difference"], dtype=object)
