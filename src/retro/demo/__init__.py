"""A seeded shop with planted truth: 15 months of an ordinary life with three campaigns in it."""

from retro.demo.shop import DemoSummary, make_demo

__all__ = ["DemoSummary", "make_demo"]
