"""Judgement: the verdict over all sections, and the follow-up of targets and actions."""

from retro.judgement.goals import followed_up, goals
from retro.judgement.verdict import verdict

__all__ = ["followed_up", "goals", "verdict"]
