"""Hide a source's secrets in messages."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from retro.files import canonical_json
from retro.sources.environment import SECRET_NAME, VARIABLE
from retro.sources.spec import Source

SURELY_SECRET = 8
"""A secret of so many characters stands in no innocent text."""


def secrets(source: Source) -> dict[str, str]:
    """The secret values of a source file by variable, as they are written and as an engine may decode them.

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
    # Inside a whole URL, password and tokens are secret by themselves too: engines repeat them alone.
    inside = {}
    for name, value in found.items():
        if "://" in value:
            inside[f"{name} password"] = urlsplit(value).password or ""
            inside |= {f"{name} {key}": token for key, token in parse_qsl(urlsplit(value).query)}
    found |= {name: value for name, value in inside.items() if value}
    return found | {f"{name} decoded": unquote(value) for name, value in found.items() if unquote(value) != value}


def secrets_around() -> dict[str, str]:
    """The values of this process's variables that are named like a secret, whoever needs them; short ones are words.

    For what a cell prints or raises; on a page, a value such as `password` of `AUTH_TYPE` is a word too.
    """
    named = {name: value for name, value in os.environ.items() if SECRET_NAME.search(name)}
    return {name: value for name, value in named.items() if len(value) >= SURELY_SECRET}


def hide_secrets(text: str, source: Source) -> str:
    """Take a source's secrets out of a text, such as an engine's error message."""
    return hidden(text, secrets(source))


def hidden(text: str, secrets: Mapping[str, str]) -> str:
    """Replace each secret in a text by the name of its variable, the longest first.

    Examples:
        >>> hidden("no such host: s3cret.example", {"PW": "s3cret"})
        'no such host: ${PW}.example'
    """
    for name, value in sorted(secrets.items(), key=lambda item: -len(item[1])):
        text = text.replace(value, f"${{{name}}}")
    return text
