"""A seeded shop with planted truth: 15 months of an ordinary life with four campaigns in it."""

from retro_demo.breaches import BREACHES, Breach
from retro_demo.shop import DemoSummary, make_demo
from retro_demo.vitals import VitalFigure, profile

__all__ = ["BREACHES", "Breach", "DemoSummary", "VitalFigure", "make_demo", "profile"]
