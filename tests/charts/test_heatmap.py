"""Heat maps."""

from __future__ import annotations

import pandas as pd

from retro.charts import heat_map

CELLS = pd.DataFrame(
    {"row": ["a", "a", "b"], "column": ["x", "y", "x"], "share": [0.5, float("nan"), 1.0], "words": ["50", None, "100"]}
)


def test_cells_are_filled_and_what_is_not_known_stays_blank() -> None:
    (ax,) = heat_map(CELLS, value="Shares").axes

    values = ax.collections[0].get_array()
    assert values is not None
    assert values.mask.tolist() == [[False, True], [False, True]]
    assert values.compressed().tolist() == [0.5, 1]
    assert [words.get_text() for words in ax.texts] == ["50", "100"]


def test_columns_are_named_on_top_where_nothing_else_stands_there() -> None:
    (above,), (below,) = heat_map(CELLS, columns="Months").axes, heat_map(CELLS, value="Shares").axes

    assert above.xaxis.get_label_position() == "top"
    assert below.get_title("left") == "Shares"


def test_numbered_columns_are_thinned_as_there_is_room() -> None:
    wide = pd.DataFrame({"row": "a", "column": range(100), "share": 1.0})

    figure = heat_map(wide, value="Shares", steps=(1, 2, 7, 14))

    figure.draw_without_rendering()
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()][:2] == ["0", "7"]
