"""Charts are drawn once for the same frame, words and code; what may differ is never taken for the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from retro.blocks import Figure
from retro.charts import ACCENT, Bar, Chart, cumulative, forest, panels, row_chart, waterfall
from retro.charts.theme import styled
from retro.i18n import Said, Text, load_text
from retro.memo import Store
from retro.privacy import FEW, MORE
from retro.report import drawn as module
from retro.report.drawn import Drawn, drawn
from retro.sections import SECTIONS

COSTS = pd.DataFrame({"category": ["media", "sms"], "amount": [300.0, 100.0], "share": [0.75, 0.25]})


def draw(frame: pd.DataFrame, text: Text, *, colour: str = ACCENT) -> Chart:
    """A row a category, as the section of costs draws it."""
    shown = frame.assign(colour=colour)
    return row_chart(
        shown, text, "campaign_cost.chart", Bar("amount", "colour"), at="mark", facts={"total": frame["amount"].sum()}
    )


draw.__module__, draw.__qualname__ = "retro.sections.campaign_cost", "draw_of_a_test"


@pytest.fixture(autouse=True)
def _of_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it is nobody's code, and drawn each time."""
    monkeypatch.setattr(f"{draw.__module__}.{draw.__qualname__}", draw, raising=False)


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was really drawn."""
    found: list[str] = []

    def noted(*given: object) -> Figure:
        found.append("drawn")
        return drawn(*given)  # type: ignore[arg-type]  # what it was called with

    monkeypatch.setattr(module, "drawn", noted)
    return found


def test_an_equal_chart_comes_back_equal_and_another_is_drawn(tmp_path: Path, drawings: list[str]) -> None:
    english, chinese = load_text("en"), load_text("zh")
    first = Drawn(Store(tmp_path))(draw, COSTS, english, {})

    again = Drawn(Store(tmp_path))(draw, COSTS.copy(), english, {})
    assert (again, len(drawings)) == (first, 1)

    assert Drawn(Store(tmp_path))(draw, COSTS.assign(share=[0.1 + 0.2, 0.7]), english, {}) == Drawn(Store(tmp_path))(
        draw, COSTS.assign(share=[0.3, 0.7]), english, {}
    ), "the last digit is the engine's"
    assert len(drawings) == 2
    others = [
        Drawn(Store(tmp_path))(draw, COSTS.assign(amount=[300.0, 100.5]), english, {}),
        Drawn(Store(tmp_path))(draw, COSTS, chinese, {}),
        Drawn(Store(tmp_path))(draw, COSTS, english, {"colour": "#000000"}),
    ]
    assert len(drawings) == 5
    assert len({one.svg for one in (first, *others)}) == 4


def test_a_changed_word_draws_the_charts_that_use_it(tmp_path: Path, drawings: list[str]) -> None:
    text = load_text("en")
    Drawn(Store(tmp_path))(draw, COSTS, text, {})

    elsewhere = dataclasses.replace(text, entries={**text.entries, "roi.heading": "Another heading"})
    Drawn(Store(tmp_path))(draw, COSTS, elsewhere, {})
    assert len(drawings) == 1

    own = dataclasses.replace(text, entries={**text.entries, "label.cost.media": "Ads", "cost.media": "Ads"})
    assert "Ads" in Drawn(Store(tmp_path))(draw, COSTS, own, {}).svg
    assert len(drawings) == 2


def test_words_of_ours_and_masked_numbers_are_kept_and_each_is_its_own(tmp_path: Path, drawings: list[str]) -> None:
    text = load_text("en")
    frames = [COSTS.assign(note=[mark, words]) for mark, words in [(FEW, Said("a")), (MORE, Said("a")), (FEW, "a")]]

    for place, frame in enumerate(frames, start=1):
        first = Drawn(Store(tmp_path))(draw, frame, text, {})
        assert Drawn(Store(tmp_path))(draw, frame.copy(), text, {}) == first
        assert len(drawings) == place


def test_charts_of_all_sections_are_kept() -> None:
    draws = [draw for section in SECTIONS.values() if (draw := section.draw) is not None]

    assert [draw for draw in (*draws, forest, panels, waterfall, cumulative) if not module.is_known(draw)] == []


def test_a_decorated_chart_is_kept(tmp_path: Path, drawings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    decorated = styled()(draw)
    monkeypatch.setattr(f"{draw.__module__}.{draw.__qualname__}", decorated)

    for _ in range(2):
        Drawn(Store(tmp_path))(decorated, COSTS, load_text("en"), {})
    assert len(drawings) == 1


def test_what_is_nobodys_code_is_drawn_each_time(tmp_path: Path, drawings: list[str]) -> None:
    def own(frame: pd.DataFrame, text: Text) -> Chart:
        return draw(frame, text)

    for _ in range(2):
        Drawn(Store(tmp_path))(own, COSTS, load_text("en"), {})
    assert len(drawings) == 2
