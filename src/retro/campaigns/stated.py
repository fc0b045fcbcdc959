"""Params of the claims of a plan or a slide deck, to be checked against the data and against each other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import Field, field_validator

from retro.campaigns.fields import KnownFigure
from retro.statements import Relation, Value, parse_relation
from retro.validation import FrozenModel
from retro.words import Bilingual


class StatedClaim(FrozenModel):
    """A relation that the plan claims.

    Attributes:
        claim: The relation, in the grammar of `retro.statements`.
        says: What it means, in both languages.
    """

    claim: str
    says: Bilingual

    @field_validator("claim")
    @classmethod
    def _readable(cls, value: str) -> str:
        parse_relation(value)
        return value

    @property
    def relation(self) -> Relation:
        """The relation, read."""
        return parse_relation(self.claim)


class StatedParams(FrozenModel):
    """Stated figures, the measured ones they correspond to, and claims about them.

    Attributes:
        figures: Stated figures by name, one value, a list, or a family of them, `campaigns: {cost: [5, 3]}`, whose
            members are `campaigns.cost`. Those named like a figure of the report are held against it.
        measured_as: The report's figure that a stated one of another name corresponds to.
        tolerance: Relative difference up to which two figures count as equal.
        claims: Relations. `target.<name>` is a target of this report, `measured.<name>` a figure of it, and
            `budget.total` its budget, unless that is stated too.
    """

    figures: Mapping[str, Decimal | tuple[Decimal, ...]] = Field(default_factory=dict)
    measured_as: Mapping[str, KnownFigure] = Field(default_factory=dict)
    tolerance: Decimal = Field(Decimal("0.02"), ge=0, lt=1)
    claims: tuple[StatedClaim, ...] = ()

    @field_validator("figures", mode="before")
    @classmethod
    def _families(cls, value: object) -> object:
        """Families of figures as figures with dotted names."""
        if not isinstance(value, Mapping):
            return value
        flat: dict[str, Any] = {}
        for name, figure in value.items():
            members = {f"{name}.{member}": one for member, one in figure.items()} if isinstance(figure, Mapping) else {}
            flat |= members or {name: figure}
        return flat

    def value(self, name: str) -> Value | None:
        """A stated figure; None where it is not stated."""
        return self.figures.get(name)
