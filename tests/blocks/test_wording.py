from __future__ import annotations

from typing import Any

import nbformat

from retro.blocks import BLOCKS_MIME
from retro.blocks.wording import keep_wording


def notebook(data: dict[str, Any]) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_code_cell("report.cover()", metadata={"execution": {"iopub.execute_input": "now"}})
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    return nbformat.v4.new_notebook(cells=[cell])


def test_words_and_tables_stay_and_drawings_go() -> None:
    executed = notebook(
        {
            BLOCKS_MIME: {"blocks": []},
            "text/html": "<p>72%</p>\n<svg>\n<path/></svg>\n<table></table>",
            "text/plain": "72%",
        }
    )

    words, resources = keep_wording(executed, {"path": "here"})

    assert words.cells[0].outputs[0].data == {"text/html": "<p>72%</p>\n\n<table></table>", "text/plain": "72%"}
    assert words.cells[0].metadata == {}
    assert resources == {"path": "here"}
    assert BLOCKS_MIME in executed.cells[0].outputs[0].data, "the notebook itself must stay as it was"
