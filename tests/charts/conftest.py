"""What a reader sees of a chart."""

from __future__ import annotations

from seen import no_leaks, readable, said, text

__all__ = ["no_leaks", "readable", "said", "text"]
