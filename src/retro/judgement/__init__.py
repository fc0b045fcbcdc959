"""Judgement: the verdict over all sections, and the follow-up of targets and actions."""

from retro.judgement.goals import followed_up, goals
from retro.judgement.lint import Conflict, Reported, lint
from retro.judgement.verdict import verdict

__all__ = ["Conflict", "Reported", "followed_up", "goals", "lint", "verdict"]
