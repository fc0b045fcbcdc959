"""What a source file takes from the environment, and what of it must never be shown."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from retro.errors import SourceError
from retro.files import canonical_json

if TYPE_CHECKING:
    from retro.sources.spec import Source  # which needs this module's patterns

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
"""A reference to a variable: `${NAME}`, or `${NAME:-default}`."""

SECRET_NAME = re.compile("PASS|SECRET|TOKEN|KEY", re.IGNORECASE)
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


def secrets(source: Source) -> dict[str, str]:
    """The secret values of a source file by variable.

    Secret are a password and a query's values in the URL; and anywhere, such as in a table's path, variables named
    like a secret, and those that hold a whole URL. A user's or a host's name is no secret, and would turn up in
    innocent text.
    """
    bare = VARIABLE.sub(lambda match: match[1], source.url)
    hidden = f"{urlsplit(bare).password or ''} {urlsplit(bare).query}"
    everywhere = {name for name, _ in VARIABLE.findall(canonical_json(source.model_dump(mode="json")))}
    names = {name for name, _ in VARIABLE.findall(source.url) if name in hidden}
    names |= {name for name in everywhere if SECRET_NAME.search(name) or "://" in os.environ.get(name, "")}
    found = {name: os.environ[name] for name in sorted(names) if os.environ.get(name)}
    # Inside a whole URL the password is secret by itself too: engines repeat it alone.
    inside = {f"{name} password": urlsplit(value).password or "" for name, value in found.items() if "://" in value}
    return found | {name: value for name, value in inside.items() if value}


def hide_secrets(text: str, source: Source) -> str:
    """Take a source's secrets out of a text, such as an engine's error message."""
    for name, value in secrets(source).items():
        text = text.replace(value, f"${{{name}}}")
    return text
