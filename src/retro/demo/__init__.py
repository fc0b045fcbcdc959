"""A seeded shop with planted truth: 15 months of an ordinary life with four campaigns in it."""

from retro.demo.breaches import BREACHES, Breach
from retro.demo.profile import VitalFigure, profile
from retro.demo.shop import DemoSummary, make_demo

__all__ = ["BREACHES", "Breach", "DemoSummary", "VitalFigure", "make_demo", "profile"]
