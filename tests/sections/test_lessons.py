"""What the section `lessons` says."""

from __future__ import annotations

import pandas as pd

from telling import cells, finder, objects, year

find = finder(year)
CAMPAIGNS = pd.DataFrame({"report": ["a", "b", "c"], "title": ["A", "B", "C"], "state": ["recorded"] * 2 + ["failed"]})


def test_a_lesson_names_its_figure_its_sign_and_its_reports() -> None:
    place = {"dimension": "channel", "segment": "app", "factor": "payment_rate"}
    frame = objects(
        figure=["net_contribution", "gmv"],
        sign=["below", "cause"],
        held=[3, 2],
        unclear=[1, 0],
        titles=[("A", "B"), ("A",)],
        row=[None, place],
    )
    finding = find("lessons", frame, CAMPAIGNS)

    assert "**2 lessons held at least twice**: Net contribution below 0 (3 times);" in finding.sentence
    assert cells(finding)[0][1:] == ["3", "1", "A, B"]
    assert "cost sales again and again (2 times)" in cells(finding)[1][0]


def test_that_nothing_held_twice_is_said() -> None:
    frame = objects(figure=[], sign=[], held=[], unclear=[], titles=[], row=[])

    assert find("lessons", frame, CAMPAIGNS).sentence.strip() == "In 2 recorded campaigns, nothing held twice."
