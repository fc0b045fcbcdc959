from __future__ import annotations

import pytest

from retro.memory import share_of_threads
from retro.sources import Source
from retro.sources.connection import connect

FILES = Source.model_validate({"timezone": "Asia/Shanghai", "currency": "CNY", "tables": {"users": {"path": "u.csv"}}})


@pytest.mark.parametrize(("cores", "at_once", "threads"), [(8, "", 8), (8, "2", 4), (2, "4", 1)])
def test_runs_that_share_the_machine_share_its_threads(
    monkeypatch: pytest.MonkeyPatch, cores: int, at_once: str, threads: int
) -> None:
    monkeypatch.setenv("RETRO_AT_ONCE", at_once)
    monkeypatch.setattr("retro.sources.connection.share_of_threads", lambda _: share_of_threads(cores))

    (own,) = connect(FILES, "source.yaml").raw_sql("SELECT current_setting('threads')").fetchone()

    assert own == threads
