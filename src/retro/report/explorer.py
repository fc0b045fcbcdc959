"""The explorer pane: choose a figure, dimensions, values, time and base; see the cut, and write its line of code."""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from retro.campaigns.extra import CutParams
from retro.errors import RetroError
from retro.report.cuts.choices import Choices, line_of
from retro.report.cuts.cut import Cut
from retro.report.opened import Opened

_WRITE = """
const app = window.jupyterapp;
const book = app && app.shell.currentWidget && app.shell.currentWidget.content;
if (!book || !book.model || !book.model.sharedModel) {
  element.textContent = %(hint)s;
} else if (Date.now() - %(now)d < 60000) {
  const own = book.widgets.findIndex(cell => cell.node.contains(element));
  const place = (own < 0 ? book.activeCellIndex : own) + 1;
  book.model.sharedModel.insertCell(place, {cell_type: "code", source: %(line)s});
  book.activeCellIndex = place;
  book.mode = "edit";
}
"""
"""Adds a cell below the pane's; once, as a notebook that is opened again runs what stands in it."""


_KEYS = """
let tries = 50;
const listen = () => {
  const pane = element.closest(".retro-explorer");
  if (pane) {
    pane.addEventListener("focusin", event => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
    pane.classList.add("retro-keys");
  } else if (tries-- > 0) { setTimeout(listen, 100); }
};
listen();
"""
"""Keeps JupyterLab from taking the keys of the pane: arrows would move between cells, and D twice would delete one."""


class Explorer:
    """A pane of widgets in a cell's output; all of it can be used by mouse and by keyboard.

    Args:
        report: The report.
        asked: What is chosen, validated.
        cut: Cuts as `Report.cut` does.
        figure: The figure that is chosen first; the first of the report where empty.

    Raises:
        RetroError: ipywidgets is not installed, or there is no such figure.
    """

    def __init__(
        self, report: Opened, asked: Callable[..., CutParams], cut: Callable[[CutParams], Cut], figure: str
    ) -> None:
        self._text, self._asked, self._cut, self._choices = report.text, asked, cut, Choices(report)
        new = _widgets()
        names = self._choices.figures
        chosen = {"value": figure} if figure in names.values() else {}
        self.figure = new.Dropdown(options=list(names.items()), **chosen, **self._look(new, "figure", "560px"))
        self.by = new.SelectMultiple(rows=6, **self._look(new, "by"))
        self.where = new.Dropdown(**self._look(new, "where"))
        self.among = new.SelectMultiple(rows=4, **self._look(new, "among"))
        self.over = new.Dropdown(**self._look(new, "over"))
        self.against = new.Dropdown(options=self._named("base", self._choices.bases), **self._look(new, "against"))
        self.show = new.Button(description=self._text("lab.explore.show"), button_style="primary")
        self.write = new.Button(description=self._text("lab.explore.write"))
        self.line = new.Text(**self._look(new, "line", "880px"))
        self.shown, self.written = new.Output(), new.Output()
        columns = [[self.by], [self.where, self.among], [self.over, self.against]]
        middle = new.HBox([new.VBox(column) for column in columns])
        below = new.HBox([self.show, self.write])
        keys = new.Output(outputs=(_output({"application/javascript": _KEYS}),))
        self._box = new.VBox([self.figure, middle, self.line, below, self.written, self.shown, keys])
        self._box.add_class("retro-explorer")
        self._watch()

    def _repr_mimebundle_(self, **how: Any) -> Any:  # noqa: ANN401 - IPython's protocol
        return self._box._repr_mimebundle_(**how)

    @property
    def asked(self) -> CutParams:
        """What is chosen."""
        where = {self.where.value: self.among.value} if self.where.value and self.among.value else {}
        return self._asked(self.figure.value, self.by.value, where, self.over.value or "", self.against.value)

    def _watch(self) -> None:
        self.figure.observe(lambda _: self._told(self._of_figure), "value")
        self.where.observe(lambda _: self._told(self._of_dimension), "value")
        for one in (self.figure, self.by, self.where, self.among, self.over, self.against):
            one.observe(lambda _: self._told(self._say), "value")
        self.show.on_click(lambda _: self._told(self._draw))
        self.write.on_click(lambda _: self._told(self._insert))
        self._told(self._of_figure)
        self._told(self._say)

    def _of_figure(self) -> None:
        """Offer what the chosen figure can be cut by, keeping what is chosen where it still fits."""
        name, kept, self.shown.outputs = self.figure.value, self.by.value or (), ()
        self.by.options, self.where.options, self.over.options = (), ("",), (("", ""),)
        dimensions = self._choices.dimensions(name)
        self.by.options, self.where.options = dimensions, ("", *dimensions)
        self.by.value = tuple(one for one in kept if one in dimensions)
        self.over.options = self._named("over", self._choices.overs(name))

    def _of_dimension(self) -> None:
        chosen = self.where.value
        self.among.options = self._choices.values(self.figure.value, chosen) if chosen else ()

    def _say(self) -> None:
        self.line.value = line_of(self.asked)

    def _draw(self) -> None:
        self.shown.outputs = (_output(self._cut(self.asked)._repr_mimebundle_()),)

    def _insert(self) -> None:
        hint = json.dumps(self._text("lab.explore.copy"))
        script = _WRITE % {"hint": hint, "now": time.time() * 1000, "line": json.dumps(self.line.value)}
        self.written.outputs = (_output({"application/javascript": script}),)

    def _told(self, step: Callable[[], None]) -> None:
        """Take a step; what it refuses stands in place of the cut."""
        self.written.outputs = ()
        try:
            step()
        except RetroError as refused:
            self.shown.outputs = (_output({"text/plain": str(refused)}),)

    def _look(self, new: Any, name: str, width: str = "290px") -> dict[str, Any]:  # noqa: ANN401 - an untyped library
        layout = new.Layout(width=width)
        return {"description": self._text(f"lab.explore.{name}"), "layout": layout}

    def _named(self, kind: str, values: Sequence[str]) -> list[tuple[str, str]]:
        return [(self._text(f"cut.{kind}.{one}") if one else "", one) for one in values]


def _output(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _widgets() -> Any:  # noqa: ANN401 - a library that may not be there
    try:
        return importlib.import_module("ipywidgets")  # an extra
    except ImportError:
        raise RetroError(
            "report.explore: ipywidgets must be installed. `pip install 'retro[lab]'`, or write report.cut(...)."
        ) from None
