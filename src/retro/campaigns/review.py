"""Params of the review: actions for missed targets, comments by section, signatures."""

import datetime as dt
from decimal import Decimal
from typing import Literal

from pydantic import Field

from retro.campaigns.fields import FigureName, KnownFigure
from retro.validation import FrozenModel
from retro.words import Bilingual

_NAME = r"^[^#*]+$"


class Action(FrozenModel):
    """An action: what, by whom, until when, and the figure that will prove it.

    Attributes:
        what: The action.
        target: The target that it answers; empty for one that answers none.
        ships: The experiment whose arm it ships; it waits where that experiment does not say so.
        cause: Why the target was missed, as its owner sees it.
        owner: Team or role.
        due: The day by which it is done.
        worth: What it is expected to bring, in the source's currency.
        proof: The figure that will show whether it worked, by its name in the ledger.
        aim: What that figure should reach.
        lever: What it pulls, in one word of your own such as sms, so that `retro lint` sees actions that collide.
        direction: Whether it wants more or less of it.
    """

    what: Bilingual
    target: FigureName = ""
    ships: str = ""
    cause: Bilingual | None = None
    owner: Bilingual
    due: dt.date
    worth: Decimal | None = None
    proof: KnownFigure = Field(pattern=_NAME)
    aim: Decimal | None = None
    lever: str = ""
    direction: Literal["more", "less"] = "more"


class Deciding(FrozenModel):
    """Who carries out what the verdict decides; what that is the figures say.

    Attributes:
        owner: Team or role.
        due: The day by which it is done.
    """

    owner: Bilingual | None = None
    due: dt.date | None = None


class SignOff(FrozenModel):
    """A signature.

    Attributes:
        role: In which role, such as finance.
        name: Who.
        on: When.
    """

    role: Bilingual
    name: Bilingual
    on: dt.date
