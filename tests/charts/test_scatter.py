"""Scatters: names that stand beside each other."""

from __future__ import annotations

import itertools

import pandas as pd

from retro.charts import Points, scatter
from retro.charts.chart import make_room, shown_words
from retro.i18n import Text

WORDS = {"k.value": "Output", "k.cost": "Cost", "k.alt": "a", "k.caption": "c"} | {
    f"k.{name}": name for name in ("stated", "true", "even")
}


def test_of_names_that_touch_the_one_that_states_most_stays() -> None:
    """Four campaigns of nearly the same cost and output had their names printed over each other."""
    rows = [(f"Campaign {place}\n2{place}.5", 1000.0 + place, 9000.0 + 10 * place) for place in range(4)]
    frame = pd.DataFrame([*rows, ("Large one\n9.9", 4000.0, 90_000.0)], columns=["words", "cost", "stated"])
    frame = frame.assign(true=0.0, true_low=-1.0, true_high=1.0)

    chart = scatter(frame, Text("en", "CNY", WORDS), "k", Points("cost", "stated", "true"))
    make_room(chart.figure)

    names = {one.get_text(): box for one, box in shown_words(chart.figure).items() if "\n" in one.get_text()}
    assert {"Large one\n9.9", "Campaign 3\n23.5"} <= names.keys()
    assert len(names) < len(frame)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(names.values(), 2))
