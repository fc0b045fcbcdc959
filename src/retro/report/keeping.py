"""Keep a cut: written into the params file as an entry of `extra:`, every other line and comment as it was."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from retro.errors import ParamsError, RetroError
from retro.files import shown, write_atomic

_KEY = "extra"


def kept(file: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Write an entry of `extra:` into a params file; one of the same name is replaced.

    Args:
        file: The params file.
        name: The entry's name.
        entry: What it holds, of plain values.

    Raises:
        RetroError: The file is not YAML, or its `extra:` is written in one line.
    """
    text = file.read_text(encoding="utf-8")
    write_atomic(file, with_entry(text, name, entry, shown(file)))


def with_entry(text: str, name: str, entry: Mapping[str, Any], where: str) -> str:
    r"""A params file's text with an entry of `extra:`.

    Args:
        text: The file's text.
        name: The entry's name.
        entry: What it holds.
        where: The file's name, for messages.

    Raises:
        RetroError: As of `kept`.

    Examples:
        >>> print(with_entry("kind: month  # ours\n", "by_app", {"figure": "gmv", "by": ["channel"]}, "a.yaml"), end="")
        kind: month  # ours
        extra:
          by_app:
            figure: gmv
            by: [channel]
    """
    lines, found = text.splitlines(), _extra(f"{text.rstrip()}\n", where)
    written = [f"{name}:", *(f"  {key}: {_in_line(value)}" for key, value in entry.items())]
    first = [f"{_KEY}:", *(f"  {line}" for line in written)]
    if found is None:
        return "\n".join([*lines, *first]) + "\n"
    key, value = found
    if isinstance(value, yaml.ScalarNode) or not value.value:  # `extra:` and `extra: {}`
        return "\n".join([*lines[: key.start_mark.line], *first, *lines[value.end_mark.line + 1 :]]) + "\n"
    if value.flow_style or not isinstance(value, yaml.MappingNode):
        raise RetroError(f"{where}: {_KEY} must hold one entry below the other to be added to, got one line.")
    block = [f"{' ' * value.value[0][0].start_mark.column}{line}" for line in written]
    same = next((pair for pair in value.value if pair[0].value == name), None)
    last = same[1] if same else value
    in_line = isinstance(last, yaml.ScalarNode) or last.flow_style  # others end where the next thing begins
    end = _end(lines, last.end_mark.line + bool(in_line))
    begin = same[0].start_mark.line if same else end
    return "\n".join([*lines[:begin], *block, *lines[end:]]) + "\n"


def _in_line(value: Any) -> str:  # noqa: ANN401 - plain values
    """A value as YAML in one line."""
    dumped: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_flow_style=True, width=sys.maxsize)
    return dumped.removesuffix("...\n").strip()


def _extra(text: str, where: str) -> tuple[yaml.Node, Any] | None:
    """The key `extra` of a file and what it holds."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        raise ParamsError(f"{where}: file must be YAML.") from None
    if not isinstance(root, yaml.MappingNode):
        raise ParamsError(f"{where}: file must hold 'key: value' lines.")
    return next((pair for pair in root.value if pair[0].value == _KEY), None)


def _end(lines: list[str], after: int) -> int:
    """Where a block ends that is said to end before some line: blank lines and comments behind it are not its own."""
    last = min(after, len(lines))
    while last and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    return last
