"""Whether reports that are opened now are asked for their figures alone."""

from contextvars import ContextVar

QUIET: ContextVar[bool] = ContextVar("retro_quiet", default=False)
"""True while no section need be drawn."""
