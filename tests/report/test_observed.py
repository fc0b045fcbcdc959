"""A campaign that is not over in the data is refused by the name of its key, with what to do about it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns.experiment import Experiment
from retro.errors import ParamsError
from retro.report.observed import observed, refuse_unfinished, refuse_unrestricted
from retro.sources import Source, Tables, open_tables

HOURS = "select timestamp '2025-01-01' + to_hours(h::int) as exposed_at from range(0, {hours}) r(h), range(0, 2)"


def tables(folder: Path, hours: int) -> Tables:
    keys = {"folder": str(folder), "timezone": "UTC", "currency": "CNY"}
    keys |= {"tables": {"exposures": {"sql": HOURS.format(hours=hours)}}}
    return open_tables(Source.model_validate(keys), "source.yaml")


def params(end: str) -> Experiment:
    design = {"id": "x", "arms": ["a", "b"], "primary": [{"name": "y", "kind": "mean", "column": "y"}]}
    keys = {"kind": "experiment", "campaign_id": "c", "title": "t", "start": "2025-01-01T00:00", "end": end}
    return Experiment.model_validate(keys | {"experiments": [design]}, context={"zone": ZoneInfo("UTC")})


def test_a_whole_newest_day_may_end_the_campaign(tmp_path: Path) -> None:
    refuse_unfinished(params("2025-01-11T00:00"), tables(tmp_path, 240), "params/x.yaml")


def test_a_day_that_looks_cut_short_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(ParamsError) as caught:
        refuse_unfinished(params("2025-01-11T00:00"), tables(tmp_path, 236), "params/x.yaml")

    assert str(caught.value) == (
        "params/x.yaml: end must not lie after the data, which was observed until 2025-01-10T00:00, got "
        "2025-01-11T00:00. The newest day of exposures, 2025-01-10, does not look whole (last row at 19:00): where "
        "it is, say observed_until: 2025-01-11T00:00 in source.yaml."
    )


def test_a_period_without_times_is_not_asked(tmp_path: Path) -> None:
    undated = params("2025-01-11T00:00").model_copy(update={"period": "the autumn test"})

    assert observed(undated, tables(tmp_path, 1)) is None


@pytest.mark.parametrize("column", ["user_id", "order_id"])
def test_an_experiment_is_cut_by_no_column_of_people(tmp_path: Path, column: str) -> None:
    (design,) = params("2025-01-11T00:00").experiments
    asked = params("2025-01-11T00:00").model_copy(
        update={"experiments": (design.model_copy(update={"segments": ("channel", column)}),)}
    )
    with pytest.raises(ParamsError, match=f"experiments: segments of 'x' must hold groups of people, got '{column}'"):
        refuse_unrestricted(asked, tables(tmp_path, 240))
