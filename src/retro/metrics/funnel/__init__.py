"""Funnel: how many users take each step of a path, in order and in time.

`counts`, `segments`, `conversion` and `drop_off` hold the figures. `rules` and `steps` say what is asked; `marks` takes
the events that matter; `plans` picks the way to follow a path: `cascade`, its twin `running`, or `collapse`; `reach` is
what each of them answers. `entries` and `unordered` answer for themselves.
"""

from __future__ import annotations

from retro.metrics.funnel.conversion import conversion_curve, conversion_histogram, conversion_times, micro_funnel
from retro.metrics.funnel.counts import funnel, funnel_by, funnel_trend
from retro.metrics.funnel.drop_off import drop_off, odds_ratio
from retro.metrics.funnel.rules import Exclusion, FunnelRules
from retro.metrics.funnel.segments import drop_off_factors, funnel_segments

__all__ = [
    "Exclusion",
    "FunnelRules",
    "conversion_curve",
    "conversion_histogram",
    "conversion_times",
    "drop_off",
    "drop_off_factors",
    "funnel",
    "funnel_by",
    "funnel_segments",
    "funnel_trend",
    "micro_funnel",
    "odds_ratio",
]
