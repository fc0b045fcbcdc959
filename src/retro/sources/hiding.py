"""Hide a source's secrets in messages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from retro.sources.environment import SECRET_NAME, SURELY_SECRET, VARIABLE, secrets_in
from retro.sources.spec import Source


def secrets(source: Source) -> dict[str, str]:
    """The secret values of a source file by variable, as they are written and as an engine may decode them.

    Secret are a password and tokens of an address; and anywhere, such as in a table's path or SQL, variables named like
    a secret, those that hold an address, and what the file itself says in such a place. A user's or a host's name is no
    secret, and would turn up in innocent text; a user without a password that looks like a token is one.
    """
    texts = [*_texts(source.model_dump(mode="json", exclude={"shop"}))]
    used = {name for text in texts for name, _ in VARIABLE.findall(text)}
    values = {name: os.environ[name] for name in sorted(used) if os.environ.get(name)}
    found = {name: value for name, value in values.items() if SECRET_NAME.search(name) or "://" in value}
    for name, value in values.items():  # inside a whole address, too: engines repeat a password or token alone
        found |= {f"{name} {part}": secret for part, secret in secrets_in(value)}
    names = {value: name for name, value in values.items()}
    for text in texts:
        filled = VARIABLE.sub(lambda match: os.environ.get(match[1]) or match[2] or "", text)
        for _, secret in secrets_in(filled, SURELY_SECRET):
            if secret not in found.values():
                found[names.get(secret, f"secret {len(found) + 1}")] = secret
    return found | {f"{name} decoded": unquote(value) for name, value in found.items() if unquote(value) != value}


def _texts(data: Any) -> Iterator[str]:  # noqa: ANN401 - JSON data
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _texts(one)


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
    values = {value: name for name, value in secrets.items()}
    longest = sorted(values, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest)), lambda found: f"${{{values[found[0]]}}}", text) if values else text
