"""Fill a source file's variables from the environment."""

from __future__ import annotations

import os
import re

from retro.errors import SourceError

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
"""A reference to a variable: `${NAME}`, or `${NAME:-default}`."""

SECRET_NAME = re.compile(
    r"PASS|SECRET|TOKEN|KEY|AUTH|CREDENTIAL|(?:^|[_\W])(?:PWD?|SIG(?:NATURE)?)(?:$|[_\W])", re.IGNORECASE
)
"""What the name of a variable or of a query's key says when it holds a secret."""


def expand(text: str, where: str) -> str:
    """Fill `${NAME}` and `${NAME:-default}` from the environment.

    Raises:
        SourceError: A variable without a default is not set; its name is said, never a value.
    """

    def value(match: re.Match[str]) -> str:
        name, default = match.groups()
        found = os.environ.get(name) or default
        if found is None:
            raise SourceError(f"{where}: environment variable {name} must be set.")
        return found

    return VARIABLE.sub(value, text)
