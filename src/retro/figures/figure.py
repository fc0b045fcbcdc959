"""Models of a figure and of a family of figures, as the registry's YAML files hold them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from retro.figures.units import Unit
from retro.validation import FrozenModel
from retro.words import Bilingual, Names

_NAME = re.compile(r"[a-z0-9_#*]+")


Unexpressed = Literal["difference", "estimate", "params", "records", "rules", "statistic"]
"""Why a figure has no expression: a difference of two rates; an estimate of a model, of matching or of draws; lists,
prices or other periods that the params give; what reports recorded; rules of many steps; a median, mean of scores,
rank or baseline."""

_RATES = ("rate", "ratio")


class Figure(FrozenModel):
    """One figure, as ledger, targets, tables, charts and docs use it.

    Attributes:
        name: Its name everywhere. `#` stands for a number, `*` for a word of the shop or the params, as it is written.
        family: The family whose file defines it; also its heading in `docs/metrics.md`.
        unit: Its unit.
        better: Which way is better, for figures that have targets.
        label: What readers call it; `#` and `*` are replaced by what they stood for. None for a column whose section
            says it.
        label_first_order: The same in shops whose new users are first orders.
        label_in_table: A longer label, for tables whose heading does not say what this one's family says.
        definition: Its exact definition. None for a column that its label explains.
        missing: When it is null. None for never.
        numerator: What a rate or ratio divides: a figure, column or term of the family, or a recorded figure. A file
            says both at once: `of: clicks / impressions`.
        denominator: What it divides by.
        expression: DuckDB SQL over canonical tables and `VIEWS`, of one row: the value of a sum or count; of a rate
            its numerator and denominator, by these names. `{start}`, `{end}` and `{observed_until}` are moments, other
            words in braces keys of the params, `{#}` and `{*}` what they stand for in the name.
        unexpressed: Why there is no expression, where neither it nor numerator and denominator have any.
        tables: The canonical tables it is computed from.
        people: Whether it counts people, so that small counts are masked.
        recorded: Whether reports record it in their ledgers.
        formerly: Names in older ledgers and params; `<family>.<name>` where another figure had the name too.
    """

    name: str
    family: str
    unit: Unit
    better: Literal["higher", "lower"] | None = None
    label: Bilingual | None = None
    label_first_order: Bilingual | None = None
    label_in_table: Bilingual | None = None
    definition: Bilingual | None = None
    missing: Bilingual | None = None
    numerator: str = ""
    denominator: str = ""
    expression: str = ""
    unexpressed: Unexpressed | None = None
    tables: Names = ()
    people: bool = False
    recorded: bool = False
    formerly: Names = ()

    @model_validator(mode="before")
    @classmethod
    def _divided(cls, said: Any) -> Any:  # noqa: ANN401 - whatever a file holds
        if not isinstance(said, Mapping) or "of" not in said:
            return said
        numerator, _, denominator = str(said["of"]).partition(" / ")
        if not (numerator and denominator):
            raise ValueError(f"must be of a numerator / a denominator, got {said['of']!r}")
        own = {key: value for key, value in said.items() if key != "of"}
        return own | {"numerator": numerator, "denominator": denominator}

    @model_validator(mode="after")
    def _said_as_needed(self) -> Figure:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"must be a name such as new_users, got {self.name!r}")
        if self.recorded and self.definition is None:
            raise ValueError("must have a definition, as it is recorded")
        if self.definition is not None and self.label is None:
            raise ValueError("must have a label, as it has a definition")
        if bool(self.numerator) != bool(self.denominator):
            raise ValueError("must name numerator and denominator, or neither")
        return self

    @model_validator(mode="after")
    def _traced_to_its_source(self) -> Figure:
        """Whatever is recorded says of what it is made."""
        if not self.recorded:
            return self
        if self.unit in _RATES and not self.numerator and self.unexpressed != "difference":
            raise ValueError(f"must name numerator and denominator, as it is a {self.unit}")
        if self.expression and self.unexpressed:
            raise ValueError("must have an expression or say why not, got both")
        if not (self.expression or self.unexpressed or self.numerator):
            raise ValueError("must have an expression, or say with unexpressed why not")
        return self

    @property
    def is_pattern(self) -> bool:
        """Whether the name stands for many."""
        return "#" in self.name or "*" in self.name

    def matches(self, name: str) -> bool:
        """Whether a name is this figure's.

        Examples:
            >>> day = Figure(name="day_#_retention_rate", family="retention", unit="rate", label="Day-#")
            >>> day.matches("day_7_retention_rate"), day.matches("day_x_retention_rate")
            (True, False)
            >>> Figure(name="*_gmv_share", family="gmv", unit="money", label="Of *").label_of(
            ...     "App Store_gmv_share", "en"
            ... )
            'Of App Store'
        """
        return self.parts(name) is not None

    def label_of(
        self,
        name: str,
        lang: str,
        *,
        noun: str = "",
        in_table: bool = False,
        words: Callable[[str], str] = str,
    ) -> str:
        """The label of the figure of this name.

        Args:
            name: A name that the figure matches.
            lang: `zh` or `en`.
            noun: What this shop's new users are: `registration` or `first_order`.
            in_table: Whether the longer label is wanted, where there is one.
            words: What `*` stands for, in the reader's language.

        Examples:
            >>> day = Figure(name="day_#_retention_rate", family="retention", unit="rate", label="Day-# retention")
            >>> day.label_of("day_7_retention_rate", "en")
            'Day-7 retention'
        """
        special = (self.label_first_order if noun == "first_order" else None) or (in_table and self.label_in_table)
        label = (special or self.label or {lang: name})[lang]
        parts = map(words, self.parts(name) or ())
        return re.sub(r"[#*]", lambda sign: next(parts, sign[0]), label) if self.is_pattern else label

    def parts(self, name: str) -> tuple[str, ...] | None:
        """What `#` and `*` stand for in a name; None where it is not this figure's."""
        pattern = re.escape(self.name).replace(r"\#", r"(\d+)").replace(r"\*", r"(.+?)")
        found = re.fullmatch(pattern, name)
        return found.groups() if found else None


class Each(FrozenModel):
    """What the recorded figures of a family have, unless they say otherwise.

    Attributes:
        better: As a `Figure` has it.
        missing: As a `Figure` has it.
        unexpressed: Of those without an expression.
    """

    better: Literal["higher", "lower"] | None = None
    missing: Bilingual | None = None
    unexpressed: Unexpressed | None = None


class Family(FrozenModel):
    """Figures that are computed together, as a section shows them.

    Attributes:
        name: The file's name, and the heading in `docs/metrics.md`.
        title: Its title.
        source: The canonical tables that its figures are computed from.
        functions: The functions of `retro.metrics` that compute it, each with what it is for: `funnel (by step)`; where
            none is said, the one of its name.
        intro: Markdown above the figures.
        notes: Markdown below them.
        each: What the figures that say nothing else of it have.
        figures: Recorded figures, and, with `recorded: false`, columns with a definition of their own.
        columns: Other columns of its tables, which their label explains.
        formerly: Names of the family, and of the section of that name, in older ledgers and params.
        terms: Numerators and denominators that are neither figures nor columns.
    """

    name: str
    title: Bilingual
    source: Names = ()
    functions: Names = ()
    intro: str = ""
    notes: str = ""
    each: Each = Each()
    figures: Mapping[str, Figure] = Field(default_factory=dict)
    columns: Mapping[str, Figure] = Field(default_factory=dict)
    formerly: Names = ()
    terms: Mapping[str, Bilingual] = Field(default_factory=dict)
