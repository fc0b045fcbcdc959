from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from retro.campaigns import load_params
from retro.designs import Experiment
from retro.errors import ParamsError

PARAMS = """\
kind: experiment
campaign_id: c
title: t
start: 2025-01-01T00:00
end: 2025-01-15T00:00
experiments:
  - id: hint
    arms: {arms}
    primary: [{primary}]
    {more}
"""
BOUGHT = "{name: bought, kind: conversion, orders: {within_days: 7}}"


def params(
    write: Callable[[str, str], Path], arms: str = "[a, b]", primary: str = BOUGHT, more: str = ""
) -> Experiment:
    path = write("e.yaml", PARAMS.format(arms=arms, primary=primary, more=more))
    return load_params(path, zone=ZoneInfo("UTC")).experiments[0]


def test_a_design_is_read_with_control_first(write: Callable[[str, str], Path]) -> None:
    design = params(write, arms="[a, b, c]", more="split: [2, 1, 1]")

    assert (design.control, design.treatments) == ("a", ("b", "c"))
    assert design.shares == (0.5, 0.25, 0.25)
    assert design.tables == ("exposures", "orders")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"arms": "[a]"}, "must hold at least 2 item"),
        ({"arms": "[a, a]"}, "arms must be different"),
        ({"more": "split: [1]"}, "split must hold one positive share for each arm"),
        ({"primary": "{name: x, kind: conversion}"}, "exactly one of retention, orders, events, column must be given"),
        ({"primary": "{name: x, kidn: mean, column: y}"}, "unknown key 'experiments.0.primary.0.kidn'"),
        ({"primary": "{name: x, kind: ratio, column: y}"}, "per must be given for a ratio"),
        ({"primary": "{name: x, kind: ratio, column: y, per: {column: z}, before_column: w}"},
         "per_before_column must be given for a ratio with a before_column and for nothing else, got None"),
        ({"primary": "{name: x, kind: mean, column: y, per_before_column: w}"}, "for nothing else, got 'w'"),
        ({"primary": "{name: x, kind: ratio, orders: {within_days: 1}, per: {column: z}, before_days: 7}"},
         "before_days must go with orders or events on both sides of a ratio"),
        ({"primary": "{name: x, kind: mean, retention: {day: 1}}"}, "kind must be conversion for a retention"),
        ({"primary": "{name: x, kind: conversion, column: y, cap: 0.9}"}, "cap must be left out for a conversion"),
        ({"primary": "{name: x, kind: mean, column: y, before_days: 7}"}, "before_days must go with orders or events"),
        ({"primary": "{name: x, kind: mean, orders: {within_days: 1}, before_column: y, before_days: 7}"},
         "before_days and before_column must not both be given"),
        ({"primary": "{name: x, kind: quantile, column: y, before_column: z}"}, "must be left out for a quantile"),
        ({"primary": f"{BOUGHT}, {BOUGHT}"}, "metrics must have different names, got 'bought' twice"),
        ({"more": "guardrails: [{name: g, kind: mean, column: y}]"}, "guardrails must have a margin"),
        ({"more": "cluster: store", "primary": "{name: x, kind: quantile, column: y}"},
         "cluster must go without quantiles"),
        ({"more": "nulls: drop"}, "must be one of 'exclude', 'zero' or 'refuse'"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence(write: Callable[[str, str], Path], keys: dict[str, str], words: str) -> None:
    with pytest.raises(ParamsError) as caught:
        params(write, **keys)

    assert words in str(caught.value)


def test_an_experiment_is_named_once(write: Callable[[str, str], Path]) -> None:
    twice = f"\n  - {{id: hint, arms: [a, b], primary: [{BOUGHT}]}}"

    with pytest.raises(ParamsError, match="must be different ones, got 'hint' twice"):
        params(write, more=twice)
