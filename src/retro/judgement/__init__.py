"""Judgement: the verdict over all sections, the first page, and the follow-up of targets and actions."""

from retro.judgement.borne_out import borne_out
from retro.judgement.brief import brief
from retro.judgement.editions import Edition, looking_again
from retro.judgement.goals import followed_up, goals
from retro.judgement.lint import Conflict, lint
from retro.judgement.verdict import verdict

__all__ = ["Conflict", "Edition", "borne_out", "brief", "followed_up", "goals", "lint", "looking_again", "verdict"]
