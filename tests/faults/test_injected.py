"""Faults: some of those that `injected.py` tries by the dozen, and one kill of `kills.py`."""

from __future__ import annotations

from pathlib import Path

import pytest
from injected import FAULTS, dst, tried
from kills import kill
from trials import IN_ENGLISH, ended, left_over, lost, pages

CHOSEN = {"all of the surroundings at once", "all that is kept corrupted at once"}


@pytest.mark.slow
@pytest.mark.parametrize("fault", [one for one in FAULTS if one.name in CHOSEN], ids=lambda fault: fault.name)
def test_a_fault_costs_no_report_and_leaves_nothing(fault: object, reported_shop: Path, tmp_path: Path) -> None:
    assert tried(fault, reported_shop, tmp_path) == []


@pytest.mark.slow
def test_a_killed_run_costs_no_report_and_the_next_gives_the_same_bytes(project: Path) -> None:
    first = pages(project)

    assert kill(project, "publish", 0.2, group=True, mark=f"kill-{project}") in {"publish", "end", ""}
    assert lost(project, 1) == ""
    assert [path for path in left_over(project) if "/runs/" not in path and "scratch" not in path] == []
    code, said = ended(project, "run", *IN_ENGLISH, "--force")
    assert (code, pages(project)) == (0, first), said
    assert left_over(project) == []


def test_an_hour_that_is_not_there_or_twice_is_one_on_which_things_can_be_due(project: Path) -> None:
    code, said = dst(project)
    assert (code, "Traceback" in said) == (0, False)
