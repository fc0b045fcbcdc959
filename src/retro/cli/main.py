"""Run the command line, and end with the exit code that fits."""

from __future__ import annotations

import io
import logging
import os
import sys
from typing import NoReturn

import typer

from retro.cli.options import app
from retro.cli.terminal import echo
from retro.errors import RetroError
from retro.files import unusable
from retro.memory import LEAST_TO_LOAD, out_of_memory, refuse_little_memory
from retro.signs import harmless
from retro.stopping import end_on_signals


class Harmless(logging.Formatter):
    """A record as a terminal may show it."""

    def format(self, record: logging.LogRecord) -> str:
        """Format it, and take out what could steer the terminal."""
        return harmless(super().format(record))


def main() -> NoReturn:
    """Run the command line and end with the exit code that fits: 1 user error, 2 breach, 3 notebook, 4 rendering."""
    _speak_utf8()
    end_on_signals()
    if log := os.environ.get("RETRO_LOG"):  # such as debug: what engines said, with the rows that they quote
        logging.basicConfig(level=log.upper())
        logging.root.handlers[0].setFormatter(Harmless(logging.BASIC_FORMAT))
    # The jsonschema extra that this belongs to builds a grammar for two seconds, and does without it when missing.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None marks a module as missing
    try:
        refuse_little_memory(LEAST_TO_LOAD)
        code = app(standalone_mode=False)
    except RetroError as error:
        echo(str(error), err=True)
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw is raised again
        _end_in_one_line(error)
    sys.exit(code or 0)


def _speak_utf8() -> None:
    """Begin anew in UTF-8 where the locale has another encoding: no engine takes a path in another one.

    What reads the output may have another one all the same: signs that it lacks are escaped.
    """
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        arguments = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, arguments, os.environ | {"PYTHONUTF8": "1"})  # noqa: S606 - our own interpreter
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _end_in_one_line(error: Exception) -> NoReturn:
    """Say an error that is not ours and end; what nobody foresaw goes on as a traceback."""
    if lack := out_of_memory(error):
        echo(str(lack), err=True)
        os._exit(lack.exit_code)  # half-loaded libraries may crash on a regular end
    if isinstance(error, OSError):
        echo(str(unusable(error)), err=True)
        sys.exit(1)
    if isinstance(error, typer.TyperException):
        if type(error).__name__ == "NoArgsIsHelpError":  # typer does not export it; the message is the help itself
            echo(error.format_message())
            sys.exit(0)
        words = error.format_message().replace("Value error, ", "")  # which is pydantic's own
        echo(f"retro: {words} Try 'retro --help'.", err=True)
        sys.exit(1)
    raise error
