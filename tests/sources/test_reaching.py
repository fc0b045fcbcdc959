from __future__ import annotations

import pytest

from retro.errors import SourceError
from retro.sources import Source
from retro.sources.connection import connect

SERVER = Source.model_validate(
    {"url": "postgres://host/shop", "timezone": "Asia/Shanghai", "currency": "CNY", "tables": {"users": {"table": "u"}}}
)


def answers(monkeypatch: pytest.MonkeyPatch, message: str) -> tuple[list[str], list[float]]:
    """A server that says something instead of opening: what was asked, and the pauses between."""
    asked: list[str] = []
    pauses: list[float] = []

    def refuse(url: str) -> None:
        asked.append(url)
        raise OSError(message)

    monkeypatch.setattr("ibis.connect", refuse)
    monkeypatch.setattr("retro.sources.connection.time.sleep", pauses.append)
    return asked, pauses


def test_a_server_that_cannot_be_reached_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, pauses = answers(monkeypatch, "connection to server failed: Connection refused")

    with pytest.raises(SourceError, match=r"url must name a source that can be opened, got connection to server"):
        connect(SERVER, "source.yaml")
    assert (len(asked), pauses) == (4, [1, 3, 9])


def test_a_wrong_password_stays_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, pauses = answers(monkeypatch, "password authentication failed for user")

    with pytest.raises(SourceError):
        connect(SERVER, "source.yaml")
    assert (len(asked), pauses) == (1, [])
