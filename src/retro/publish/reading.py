"""Read a notebook that may be broken or hostile: whole and valid, or refused in one line."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import IO, Any

import nbformat
from nbformat import NotebookNode
from nbformat.reader import reads

from retro.errors import PublishError, first_line
from retro.signs import harmless

_LONGEST = 160


class Refused(PublishError, SystemExit):  # noqa: N818 - what an exporter says of a notebook
    """A notebook that cannot be published; where nobody catches this, the command ends with its line, no traceback."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = str(self)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Let what cannot be published end `jupyter nbconvert` with one line."""
    try:
        yield
    except PublishError as reason:
        raise Refused(str(reason)) from None


def opened(stream: IO[str], where: str) -> NotebookNode:
    """Read an open file as `parsed` does; also one whose bytes are no UTF-8.

    Raises:
        PublishError: It is no notebook.
    """
    content: str | bytes
    try:
        content = stream.read()
    except UnicodeDecodeError as reason:
        content = reason.object
    return parsed(content, where)


def parsed(content: str | bytes, where: str) -> NotebookNode:
    """Parse a notebook of any version as one of version 4.

    Raises:
        PublishError: It is none.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return nbformat.convert(reads(text), 4)
    except Exception as reason:  # noqa: BLE001 - nbformat trips over what is no notebook in many ways
        raise _broken(reason, where) from None


def valid(notebook: Any, where: str) -> NotebookNode:  # noqa: ANN401 - whatever is taken for a notebook
    """The notebook, if its cells and outputs have the form that nbformat lays down.

    Raises:
        PublishError: They have not.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids, which older notebooks have
            nbformat.validate(notebook)
    except Exception as reason:  # noqa: BLE001 - as above
        raise _broken(reason, where) from None
    return notebook


def _broken(reason: Exception, where: str) -> PublishError:
    said = harmless(first_line(str(reason)))[:_LONGEST] or type(reason).__name__
    return PublishError(f"{where}: file must be a notebook, got {said}")
