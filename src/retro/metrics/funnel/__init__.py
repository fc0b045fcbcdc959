"""Funnel: how many users take each step of a path, in order and in time.

`counts`, `segments`, `conversion` and `odds` hold the figures. `path`, `rules` and `steps` say what is asked; `marks`
takes the events that matter; `plans` picks the way to follow a path: `cascade`, its twin `running`, or `collapse`;
`reach` is what each of them answers. `entries` and `unordered` answer for themselves.
"""

from retro.metrics.funnel.conversion import conversion_times, micro_funnel
from retro.metrics.funnel.counts import funnel, funnel_by
from retro.metrics.funnel.odds import odds_ratio
from retro.metrics.funnel.path import FunnelPath
from retro.metrics.funnel.rules import Exclusion, FunnelRules
from retro.metrics.funnel.segments import drop_off_factors, funnel_segments

__all__ = [
    "Exclusion", "FunnelPath", "FunnelRules", "conversion_times", "drop_off_factors", "funnel", "funnel_by",
    "funnel_segments", "micro_funnel", "odds_ratio",
]  # fmt: skip
