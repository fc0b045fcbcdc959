"""Hide a source's secrets in messages."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from retro.files import canonical_json
from retro.sources.environment import SECRET_NAME, VARIABLE
from retro.sources.spec import Source


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
