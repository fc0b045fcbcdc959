"""Row charts: marks along rows, and words at their ends."""

from __future__ import annotations

import pandas as pd
import pytest

from retro.charts.rows import Bar, Span, Tick, row_chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.privacy import FEW

KEY = "booking.chart"
WORDS = {
    "value": "Share", "alt": "Bars: {parts}.", "caption": "Bars.", "target": "target {target:count}",
}  # fmt: skip
SHARED = {
    "chart.clause": "; ", "chart.named": "{name} {value}", "chart.unknown": "?", "chart.sentences": "{first} {second}",
    "chart.aim": "The line: {words}.", "currency.CNY": "CNY",
}  # fmt: skip


def texts(**words: str) -> Text:
    return Text("en", "CNY", SHARED | {f"{KEY}.{name}": text for name, text in (WORDS | words).items()})


EN = texts()
FRAME = pd.DataFrame(
    {"label": ["a", "b"], "bold": ["2", "?"], "length": [2.0, None], "low": [1.0, None], "high": [3.0, None]}
)


def widths(*marks: Bar | Span | Tick, frame: pd.DataFrame = FRAME) -> list[float]:
    ax = row_chart(frame, EN, KEY, *marks).figure.axes[0]
    return [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]  # bars


def test_a_missing_or_masked_length_has_no_bar() -> None:
    assert widths(Bar("length")) == [2, 0]
    assert widths(Bar("length"), frame=FRAME.assign(length=[2.0, FEW])) == [2, 0]


def test_bars_stack_where_they_are_asked_to() -> None:
    ax = row_chart(FRAME, EN, KEY, Bar("length"), Bar("high", stacked=True)).figure.axes[0]

    assert [bar.get_x() for bar in ax.patches] == [0, 0, 2, 0]  # type: ignore[attr-defined]  # bars


def test_words_stand_behind_the_longest_mark_or_at_the_edge() -> None:
    behind = row_chart(FRAME, EN, KEY, Bar("length"), Span("low", "high"), at="mark").figure.axes[0]

    assert behind.texts[0].xy == (3.0, 0)
    assert row_chart(FRAME, EN, KEY, Bar("length")).figure.axes[0].texts[0].xy == (1.0, 0)


def test_a_target_is_drawn_and_told() -> None:
    chart = row_chart(FRAME, EN, KEY, Bar("length"), target=5)

    assert chart.figure.axes[0].get_xlim()[1] == 5
    assert chart.alt == "Bars: a 2; b ?. The line: target 5."


def test_rows_fill_texts_and_what_has_no_value_is_not_said() -> None:
    told = texts(
        label="row {name}",
        bold="{length:count}",
        quiet="{low:count} – {high:count}",
        quiet_else="none",
        said="{quiet}!",
    )
    frame = FRAME.drop(columns=["label", "bold"]).assign(name=["x", "y"])
    chart = row_chart(frame, told, KEY, Bar("length"))

    assert [words.get_text() for words in chart.figure.axes[0].texts] == ["2", "1 – 3", "?", "none"]
    assert chart.alt == "Bars: row x 1 – 3!; row y none!."


def test_a_column_goes_before_its_text_and_a_masked_number_is_said() -> None:
    told = texts(label="row {name}", bold="{length:count}")
    chart = row_chart(FRAME.drop(columns="bold").assign(length=[FEW, 3.0]), told, KEY, Bar("length"))

    assert chart.alt == "Bars: a <5; b 3."


def test_what_is_written_inside_a_bar_needs_room() -> None:
    shares = FRAME.assign(length=[0.5, 0.1])
    ax = row_chart(shares.assign(bold=""), EN, KEY, Bar("length", words="rate", end="rate.0"), whole=1).figure.axes[0]

    assert [words.get_text() for words in ax.texts] == ["50.0%", "50%", "10%"]


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(MetricError, match=r"charts\.booking: of the columns length one must hold a value"):
        row_chart(FRAME.assign(length=None), EN, KEY, Bar("length"))


@pytest.mark.parametrize("mark", [Bar("gone"), Tick("gone"), Span("low", "gone")])
def test_a_frame_without_what_is_drawn_is_refused(mark: Bar | Span | Tick) -> None:
    with pytest.raises(MetricError, match=r"charts\.booking: frame must have the columns label, bold, .*gone"):
        row_chart(FRAME, EN, KEY, mark)
    with pytest.raises(MetricError, match=r"charts\.booking: frame must have rows, got none"):
        row_chart(FRAME.iloc[:0], EN, KEY, Bar("length"))
