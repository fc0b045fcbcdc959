from __future__ import annotations

import string
from typing import get_args

import pytest

from retro.errors import RetroError
from retro.figures import Unit
from retro.i18n import _FORMS, LANGS, Lang, Text, load_text

ROSE = {"rose": "由 {before} 增至 {after}"}


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("8.70 元", "由 8.70 元增至 9"),
        ("−12.7 个百分点", "由 −12.7 个百分点增至 9"),
        ("8.70 USD", "由 8.70 USD 增至 9"),
        ("870", "由 870 增至 9"),
    ],
)
def test_no_gap_follows_a_chinese_unit(before: str, told: str) -> None:
    assert Text("zh", "CNY", ROSE)("rose", before=before, after=9) == told


def test_a_text_that_is_not_there_or_lacks_a_value_is_named() -> None:
    with pytest.raises(RetroError, match=r"^text 'rise' must exist in zh. Did you mean 'rose'"):
        Text("zh", "CNY", ROSE)("rise")
    with pytest.raises(RetroError, match=r"^text 'rose' needs a value for 'after'.$"):
        Text("zh", "CNY", ROSE)("rose", before=1)


@pytest.mark.parametrize(
    ("lang", "low", "high", "told"),
    [
        ("zh", -249_000, -69_737.9, "−24.9 至 −7 万元"),
        ("zh", 500, 120_000, "0.1 – 12 万元"),
        ("zh", 99.5, 9_999, "100 – 9,999 元"),
        ("en", -249_000, -69_737.9, "−249K to −70K CNY"),
        ("en", None, 5, ""),
    ],
)
def test_both_ends_of_an_amount_are_at_the_scale_of_the_larger(
    lang: Lang, low: float | None, high: float | None, told: str
) -> None:
    assert load_text(lang, "CNY").interval(low, high, "money") == told


UNITS = {*get_args(Unit), "tickets"}


@pytest.mark.parametrize("lang", LANGS)
def test_every_placeholder_has_a_form_that_is_known(lang: Lang) -> None:
    """An unknown one would write an amount as a count."""
    unknown = {
        f"{key}: {form}"
        for key, words in load_text(lang).entries.items()
        for _, name, form, _ in string.Formatter().parse(words)
        if (name and form and form.split(".")[0] not in {*UNITS, *_FORMS, "interval", "aim", "label", "plural", "list"})
        or ((form or "").startswith("interval.") and form.split(".")[1] not in {*UNITS, "gain"})
    }

    assert unknown == set()
