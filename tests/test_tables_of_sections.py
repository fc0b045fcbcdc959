"""Tables of sections: words left and figures right, cents only where they are read, one name for an interval's ends."""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd
import pytest

from retro.i18n import Lang, load_text
from retro.privacy import FEW
from retro.sections.section import frame_table

FRAME = pd.DataFrame(
    {
        "channel": ["app", "web"],
        "roas": ["+5.0%", "3.2"],
        "gmv": [Decimal("25151.96"), FEW],
        "cac": [Decimal("55.31"), Decimal("9.50")],
    }
)
UNITS = {"channel": "name", "roas": "name.figure", "gmv": "money", "cac": "money"}


def test_words_stand_left_and_figures_right_also_those_that_are_written_already() -> None:
    table = frame_table("channels", FRAME, UNITS, load_text("en"))

    assert [column.numeric for column in table.columns] == [False, True, True, True]


@pytest.mark.parametrize(("folded", "gmv"), [(True, "25,151.96"), (False, "25,152")])
def test_a_table_that_is_read_has_cents_only_where_all_amounts_are_small(folded: bool, gmv: str) -> None:
    table = frame_table("channels", FRAME, UNITS, load_text("en"), folded=folded)

    assert [[cell.text for cell in row[2:]] for row in table.rows] == [[gmv, "55.31"], ["<5", "9.50"]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ends_of_an_interval_have_one_name(lang: Lang) -> None:
    """No section has its own, but where its table holds two intervals or two ends that are none."""
    own = {key for key in load_text(lang).entries if re.search(r"\.table\.(\w+_)?(low|high)$", key)}
    apart = ("brand_wave.table.change_", "tornado.table.", "win_back_groups.table.difference_")

    assert own == {f"{column}{end}" for column in apart for end in ("low", "high")}
