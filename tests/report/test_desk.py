"""What `retro lab` adds: a cell says what is being computed while that takes long, and frames are tables that sort."""

from __future__ import annotations

import re
from typing import Any

import nbformat.v4 as nb
from nbclient import NotebookClient

CELL = """
import time
from retro.i18n import load_text
from retro.report import desk

def funnel(seconds):
    time.sleep(seconds)
    return seconds

desk._EVERY = 0.2
call = desk.telling(lambda function, args, kwargs: function(*args, **kwargs), load_text("{lang}"))
call(funnel, ({seconds},), {{}})
"""


class Listener(NotebookClient):  # type: ignore[misc]  # nbclient is not typed
    """Keeps what a front end would have shown while the cell ran."""

    heard: list[str]

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        if msg["msg_type"] in {"display_data", "update_display_data"}:
            self.heard.append(msg["content"]["data"].get("text/plain", ""))
        return super().process_message(msg, cell, cell_index)


def told(seconds: float, lang: str) -> tuple[list[str], list[dict[str, object]]]:
    notebook = nb.new_notebook(cells=[nb.new_code_cell(CELL.format(seconds=seconds, lang=lang))])
    client = Listener(notebook, timeout=120, kernel_name="python3")
    client.heard = []
    client.execute()
    return client.heard, [dict(one.data) for one in notebook.cells[0].outputs]


def test_a_long_metric_is_named_while_it_is_computed_and_gone_when_it_is_there() -> None:
    heard, left = told(1.5, "en")
    assert "Computing funnel, 0 s so far ..." in heard
    assert "Computing funnel, 1 s so far ..." in heard
    assert heard[-1] == ""
    assert left == [{}, {"text/plain": "1.5"}]


def test_a_short_one_says_nothing() -> None:
    assert told(0.0, "zh") == ([], [{"text/plain": "0.0"}])


def test_frames_sort_and_filter_and_load_nothing_from_elsewhere() -> None:
    cell = "import pandas as pd\nfrom retro.report import desk\ndesk.live_tables()\npd.DataFrame({'gmv': [1, 2]})"
    notebook = nb.new_notebook(cells=[nb.new_code_cell(cell)])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    *_, shown = (one.data["text/html"] for one in notebook.cells[0].outputs if "text/html" in one.data)

    assert "dataTable" in shown or "dt_args" in shown
    assert not re.search(r"""(src|href|from|import)\s*[=(]?\s*["']https?:""", shown)
