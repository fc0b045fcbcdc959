"""Tables of a few long rows, set so that they are read from top to bottom."""

from __future__ import annotations

from retro.blocks.model import Cell, Column, Table

MOST_ROWS = 4
"""Rows that stand side by side once a table is read down; more of them are compared from top to bottom."""

LEAST_COLUMNS = 9
"""Columns of a row that is long; one of fewer is read across."""


def read_down(table: Table, figure: str, value: str, least: int = LEAST_COLUMNS) -> Table:
    """A table of a few long rows with a line for each column; any other as it is.

    Args:
        table: The table.
        figure: What the first column is called where the rows have no names.
        value: What the second is called then.
        least: Columns of a row that is long.

    Examples:
        >>> columns = tuple(Column(label=f"c{n}", numeric=n > 0) for n in range(9))
        >>> wide = Table(caption="", columns=columns, rows=(tuple(Cell(text=f"{n}") for n in range(9)),))
        >>> [column.label for column in read_down(wide, "Figure", "Value").columns]
        ['c0', '0']
        >>> read_down(wide, "Figure", "Value").rows[0][0].text, read_down(wide, "Figure", "Value").rows[0][1].text
        ('c1', '1')
    """
    named = not table.columns[0].numeric
    if len(table.columns) < least or not 0 < len(table.rows) <= (MOST_ROWS if named else 1):
        return table
    heads = (table.columns[0].label, *(row[0].text for row in table.rows)) if named else (figure, value)
    rows = tuple(
        (Cell(text=column.label), *(row[place] for row in table.rows))
        for place, column in enumerate(table.columns)
        if place or not named
    )
    columns = tuple(Column(label=head, numeric=place > 0) for place, head in enumerate(heads))
    return table.model_copy(update={"columns": columns, "rows": rows})
