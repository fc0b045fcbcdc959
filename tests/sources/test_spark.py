"""Drivers of Spark that this package begins."""

from __future__ import annotations

import os

import pytest

from retro.sources.spark import fitted

CONFIGURED = ("SPARK_CONF_DIR", "SPARK_HOME", "SPARK_SUBMIT_OPTS")


@pytest.fixture(autouse=True)
def nobody_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CONFIGURED:
        monkeypatch.delenv(name, raising=False)


def test_a_driver_is_fitted_to_short_queries_while_java_starts() -> None:
    with fitted() as settings:
        assert "TieredStopAtLevel" in os.environ["SPARK_SUBMIT_OPTS"]
        assert settings
    assert "SPARK_SUBMIT_OPTS" not in os.environ


@pytest.mark.parametrize("name", CONFIGURED)
def test_a_driver_that_somebody_configured_stays_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "theirs")
    with fitted() as settings:
        assert not settings
        assert os.environ.get("SPARK_SUBMIT_OPTS") == ("theirs" if name == "SPARK_SUBMIT_OPTS" else None)
