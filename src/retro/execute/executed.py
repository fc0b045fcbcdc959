"""Check and clean the executed copy of a notebook."""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from retro import errors
from retro.blocks import BLOCKS_MIME, PAPERMILL_TAGS, PENDING_MIME, readable
from retro.files import unplaced
from retro.privacy import nameless
from retro.sources import SURELY_SECRET, hidden, secrets_around

_SHOWN = re.compile(r"""report\.show\(\s*["'](\w+)["']""")
"""The line that shows a section, by its name."""


def incomplete(executed: Mapping[str, Any] | None) -> str:
    """The first code cell that did not complete, as a problem; empty when all did."""
    if executed is None:
        return "the process that ran it wrote nothing"
    for cell in executed["cells"]:
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        status = cell["metadata"].get("papermill", {}).get("status")
        failed = any(output["output_type"] == "error" for output in cell["outputs"])
        if failed or status != "completed" or cell["execution_count"] is None:
            return f"{named(executed, executed['cells'].index(cell))} must complete, but ended early"
    return ""


def named(executed: Mapping[str, Any], index: int) -> str:
    """A cell by its place in the notebook as its author sees it, the section that it leads to, and its first line."""
    cells = executed["cells"][: index + 1]
    before = [cell for cell in cells if not PAPERMILL_TAGS & set(cell["metadata"].get("tags", []))]
    sources = ["".join(cell["source"]) for cell in executed["cells"][index:]]
    shown = next((found[1] for source in sources if (found := _SHOWN.search(source))), "")
    section = f" of section {shown!r}" if shown else ""
    return f"cell {len(before)}{section} ({errors.first_line(sources[0])[:60]!r})"


def cleaned(executed: dict[str, Any], notebook: Path, secrets: Mapping[str, str]) -> str:
    """The executed copy without secrets, and its outputs without paths of this machine and without people."""
    papermill = executed["metadata"].get("papermill", {})
    papermill.update(input_path=notebook.name, output_path=None)
    for cell in executed["cells"]:
        if "outputs" in cell:
            cell["outputs"] = [_without_secrets(_cleaned_output(output), secrets) for output in cell["outputs"]]
    return json.dumps(executed, ensure_ascii=False, indent=1) + "\n"


def _without_secrets(output: dict[str, Any], secrets: Mapping[str, str]) -> dict[str, Any]:
    """Mask secrets in what a cell printed or raised; what it says on the page keeps short ones, which are words too."""
    published = set(output.get("data", ())) & {BLOCKS_MIME, PENDING_MIME}
    if published:
        names = {name: value for name, value in secrets.items() if len(value) >= SURELY_SECRET}
    else:
        names = secrets_around() | dict(secrets)
    masked: dict[str, Any] = _in_every_text(output, lambda text: hidden(text, names))
    return masked


def told(kind: str, message: str) -> str:
    """Say an error of a cell: our own words whole, Python's without people, an engine's without cells.

    Args:
        kind: The error's class.
        message: What it said.

    Examples:
        >>> told("ContractBreach", "orders: 2 rows ...")
        'ContractBreach: orders: 2 rows ...'
        >>> told("ConversionException", "Could not convert string 'ann@x.com' to INT32")
        'ConversionException (a value that is no INT32)'
    """
    if _is_of_engine(kind):
        return unplaced(errors.engine_words(kind, message))
    return f"{kind}: {_kept(errors.first_line(message))}"


def _is_of_engine(kind: str) -> bool:
    return not (hasattr(errors, kind) or hasattr(builtins, kind))


def _cleaned_output(output: dict[str, Any]) -> dict[str, Any]:
    """An output as it may be kept: what was printed and shown as text; blocks were made for publishing."""
    if output["output_type"] == "error":
        words = told(output["ename"], output["evalue"])
        frames = [] if _is_of_engine(output["ename"]) else output["traceback"][:-1]
        return output | {"evalue": words, "traceback": [*map(_kept, frames), words]}
    if output["output_type"] == "stream":
        return output | {"text": _kept(output["text"])}
    data = output["data"]
    if BLOCKS_MIME in data or PENDING_MIME in data:
        return output
    texts = {mime: _kept(text) for mime, text in data.items() if mime.startswith("text/")}
    return output | {"data": data | texts}


def _kept(text: str | list[str]) -> str:
    """Text as it may be kept: without colours, in which paths would not be found, without paths and without people."""
    return nameless(unplaced(readable(text if isinstance(text, str) else "".join(text))))


def _in_every_text(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_in_every_text(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _in_every_text(item, change) for key, item in value.items()}
    return value
