"""Levels that do not fit are refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from retro.errors import RetroError
from retro_demo.levels import load_levels


def test_levels_that_do_not_fit_name_their_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "src" / "retro_demo" / "levels.yaml"
    text = shipped.read_text(encoding="utf-8").replace("bounce_rate: 0.08", "bounce_rate: 1.08")
    (tmp_path / "levels.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("retro_demo.levels._HERE", tmp_path)
    load_levels.cache_clear()
    try:
        with pytest.raises(RetroError, match=r"levels\.yaml, line \d+: people\.bounce_rate does not fit: .* less than"):
            load_levels()
    finally:
        load_levels.cache_clear()


def test_shares_add_up() -> None:
    levels = load_levels()
    with pytest.raises(ValueError, match=r"shares must add up to 1, got 0\.9000"):
        type(levels.goods).model_validate({**levels.goods.model_dump(), "pools": {"traffic": 0.9}})
