"""Baseline: the level without the campaign, with an interval that placebos have checked."""

from retro.metrics.baseline.gibbs import Draws, draw_paths
from retro.metrics.baseline.hourly import HourlyImpact, hourly_impact
from retro.metrics.baseline.impact import Impact, Problem, impact
from retro.metrics.baseline.phases import PHASES, Neighbour, Phases, phases_of

__all__ = [
    "PHASES",
    "Draws",
    "HourlyImpact",
    "Impact",
    "Neighbour",
    "Phases",
    "Problem",
    "draw_paths",
    "hourly_impact",
    "impact",
    "phases_of",
]
