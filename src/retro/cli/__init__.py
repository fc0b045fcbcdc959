"""The command line: parse, call, and print one line for each thing that is wrong. A command registers on import."""

from retro.cli import reports, jobs, readings, data  # noqa: F401, I001 - imported in the order of `retro --help`
from retro.cli.main import main
from retro.cli.options import app

__all__ = ["app", "main"]
