"""Fill a source file's variables from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from retro.errors import SourceError

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
"""A reference to a variable: `${NAME}`, or `${NAME:-default}`."""

SECRET_NAME = re.compile(
    r"PASS|SECRET|TOKEN|KEY|AUTH|CREDENTIAL|BEARER|(?:^|[_\W])(?:PWD?|SIG(?:NATURE)?|SAS|JWT|OTP|HMAC)(?:$|[_\W])",
    re.IGNORECASE,
)
"""What the name of a variable or of a query's key says when it holds a secret."""


SURELY_SECRET = 8
"""A secret of so many characters stands in no innocent text."""

_ADDRESS = re.compile(r"\w[\w+.-]*:/?/[^\s'\"]+")
_PAIR = re.compile(
    r"([\w-]*(?:pass|secret|token|auth|credential|(?:api|access)[_-]?key|(?<![a-z])pwd?|(?<![a-z])sig(?:nature)?)[\w-]*)"
    r"\s*[=:]\s*['\"]?([^\s'\"&;,()]+)",
    re.IGNORECASE,
)
"""A value that its name calls secret, as connection strings hold it: `host=h password=...`."""


def secrets_in(text: str, least: int = 1) -> Iterator[tuple[str, str]]:
    """The secrets of addresses and connection strings in a text; of pairs outside an address those of so many signs."""
    for address in _ADDRESS.findall(text):
        try:
            url = urlsplit(address)
        except ValueError:
            continue
        if url.password:
            yield "password", url.password
        elif url.username and _is_token(url.username):
            yield "user", url.username
        for pair in re.split("[&;]", f"{url.query}&{url.fragment}"):
            key, _, value = pair.partition("=")
            if value and (SECRET_NAME.search(unquote(key)) or len(value) >= SURELY_SECRET):
                yield key, value
                yield from secrets_in(unquote(value), least)
            elif _is_token(key) and not value:
                yield "token", key
    yield from ((name, value) for name, value in _PAIR.findall(text) if len(value) >= least)


def _is_token(text: str) -> bool:
    return len(text) >= SURELY_SECRET and not text.isalpha() and not text.isdigit()


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
