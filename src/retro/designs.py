"""Designs of experiments, as params name them and metrics read them."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from retro.errors import did_you_mean
from retro.validation import FrozenModel, repeated
from retro.words import Bilingual

_MONEY = frozenset(
    {"amount", "cny", "contribution", "gmv", "income", "margin", "paid", "profit", "revenue", "sales", "spend", "spent"}
)
"""Words in the name of a column that holds money."""

Kind = Literal["conversion", "mean", "ratio", "quantile", "count"]
Role = Literal["primary", "guardrail", "secondary"]


class Retention(FrozenModel):
    """Active on the N-th local calendar day after the day of exposure, by any event but `register`."""

    day: int = Field(ge=1, le=366, description="Days after the day of exposure.")


class Orders(FrozenModel):
    """Valid orders within N times 24 hours after exposure."""

    within_days: int = Field(ge=1, le=366, description="Days after the moment of exposure.")
    value: str | None = Field(None, description="Column of `orders` to add up; left out, orders are counted.")


class Events(FrozenModel):
    """Events of one name within N times 24 hours after exposure."""

    event: str = Field(min_length=1, description="Name of the event.")
    within_days: int = Field(ge=1, le=366, description="Days after the moment of exposure.")


class Outcome(FrozenModel):
    """Where a unit's outcome comes from: exactly one of the four.

    Attributes:
        retention: Whether the unit came back on a day.
        orders: What the unit ordered.
        events: What the unit did.
        column: A column of the table `outcomes`, one row per unit.
    """

    retention: Retention | None = None
    orders: Orders | None = None
    events: Events | None = None
    column: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        names = ("retention", "orders", "events", "column")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(names)} must be given, got {', '.join(given) or 'none'}")
        return self

    @property
    def table(self) -> str:
        """The canonical table that answers it."""
        if self.column is not None:
            return "outcomes"
        return "orders" if self.orders is not None else "events"

    @property
    def days(self) -> int:
        """Days after exposure until the outcome is known; 0 for a column, which says so by being null."""
        if self.retention is not None:
            return self.retention.day
        timed = self.orders or self.events
        return timed.within_days if timed is not None else 0


class Metric(Outcome):
    """A metric of an experiment.

    Attributes:
        name: Its name in ledger and texts.
        title: Its name in words; left out, the text `measure.<name>`, or the name itself.
        kind: `conversion` (share of units), `mean` or `count` (per unit), `ratio` (of two sums), `quantile` (of units).
        better: Which way is better.
        per: What a ratio divides by.
        quantile: Which quantile, where `kind` is `quantile`.
        cap: Values above this quantile of the non-zero ones are set to it, alike in every arm.
        before_days: For orders and events, days before exposure whose outcome reduces variance (CUPED); of a ratio,
            the ratio of these days does.
        before_column: The column that holds the pre-period itself, of `outcomes` beside a column of theirs, else of
            `exposures`.
        per_before_column: The same of what a ratio divides by.
        margin: For a guardrail, the loss that would still be accepted, as a share of the control's value; 0 for none.
        money: Whether it is an amount of money; left out, orders' values and columns named after money are.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Bilingual | None = None
    kind: Kind
    better: Literal["higher", "lower"] = "higher"
    per: Outcome | None = None
    quantile: float = Field(0.5, gt=0, lt=1)
    cap: float | None = Field(None, gt=0.5, lt=1)
    before_days: int | None = Field(None, ge=1, le=366)
    before_column: str | None = None
    per_before_column: str | None = None
    margin: float | None = Field(None, ge=0, lt=1)
    money: bool | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind == "ratio") != (self.per is not None):
            raise ValueError(f"per must be given for a ratio and for nothing else, got kind {self.kind!r}")
        if self.retention is not None and self.kind != "conversion":
            raise ValueError(f"kind must be conversion for a retention, got {self.kind!r}")
        if self.kind in {"conversion", "quantile"} and self.cap is not None:
            raise ValueError(f"cap must be left out for a {self.kind}, got {self.cap!r}")
        if self.kind == "quantile" and self.has_before:
            raise ValueError("before_days and before_column must be left out for a quantile")
        return self

    @model_validator(mode="after")
    def _has_one_pre_period(self) -> Self:
        if self.before_days is not None and self.before_column is not None:
            raise ValueError("before_days and before_column must not both be given: they name one pre-period")
        if self.before_days is not None and (self.column is not None or self.retention is not None):
            raise ValueError("before_days must go with orders or events; anything can have a before_column")
        if self.before_days is not None and any(part.column is not None or part.retention for part in self.parts):
            raise ValueError("before_days must go with orders or events on both sides of a ratio")
        if (self.per_before_column is not None) != (self.per is not None and self.before_column is not None):
            raise ValueError(
                "per_before_column must be given for a ratio with a before_column and for nothing else, "
                f"got {self.per_before_column!r}"
            )
        return self

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        if self.money is not None:
            return self.money
        if self.kind == "conversion":
            return False
        source = self.orders.value if self.orders is not None else self.column
        return source is not None and (self.orders is not None or any(word in _MONEY for word in source.split("_")))

    @property
    def has_before(self) -> bool:
        """Whether a pre-period takes out noise."""
        return self.before_days is not None or self.before_column is not None

    @property
    def before_columns(self) -> tuple[str, ...]:
        """The columns that hold the pre-period: of the outcome, then of what it is divided by."""
        return tuple(name for name in (self.before_column, self.per_before_column) if name is not None)

    @property
    def parts(self) -> tuple[Outcome, ...]:
        """The outcome, and what it is divided by."""
        return (self,) if self.per is None else (self, self.per)


class Worth(FrozenModel):
    """The value of a better first primary metric.

    Attributes:
        per_unit: Value of one more: a converted unit, or one unit of what is measured; left out, `value_per_unit`.
        units: How many units it would reach.
        period: In which time.
    """

    per_unit: Decimal | None = None
    units: int = Field(gt=0)
    period: Literal["year", "campaign"] = "year"


class Experiment(FrozenModel):
    """One experiment, as it was designed before it began.

    Attributes:
        id: Its `experiment_id` in `exposures`.
        title: Its name in words.
        unit: What is assigned to an arm, such as session or store; `orders` and `events` hold it as `<unit>_id`.
        arms: The arms, control first.
        split: Planned shares of the arms, in any scale; even where left out.
        primary: Metrics that decide.
        guardrails: Metrics that must not get worse than their margin.
        secondary: Metrics that are only reported.
        alpha: The rate of false claims, over all primary metrics together.
        horizon: Days from the first exposure until the result may be read.
        peeked: Whether the result was read while the experiment ran; intervals then hold at every look.
        tuned_for: Units at which the intervals of a peeked experiment are narrowest.
        nulls: What a missing outcome means: `exclude` the unit, count it as `zero`, or `refuse` the metric.
        ramped: Whether the split was changed on purpose; effects are then computed by day.
        cluster: Column of `exposures` that was assigned as a whole, such as a store; left out, the unit itself.
        segments: Columns of `exposures`, `outcomes` or `users` by which effects are compared.
        value_per_unit: Value of one more of the first primary metric: a converted unit, or 1 of what is measured.
        cost_per_unit: What the arm costs for each of its units beyond the control; one for all arms, or by arm.
        worth: What a better result is worth.
    """

    id: str = Field(min_length=1)
    title: Bilingual | None = None
    unit: str = Field("user", pattern=r"^[a-z][a-z0-9_]*$")
    arms: tuple[str, ...] = Field(min_length=2)
    split: tuple[float, ...] = ()
    primary: tuple[Metric, ...] = Field(min_length=1)
    guardrails: tuple[Metric, ...] = ()
    secondary: tuple[Metric, ...] = ()
    alpha: float = Field(0.05, gt=0, lt=0.5)
    horizon: int = Field(14, ge=1, le=366)
    peeked: bool = False
    tuned_for: int = Field(5000, ge=10)
    nulls: Literal["exclude", "zero", "refuse"] = "exclude"
    ramped: bool = False
    cluster: str | None = None
    segments: tuple[str, ...] = Field((), max_length=4)
    value_per_unit: Decimal | None = None
    cost_per_unit: Decimal | Mapping[str, Decimal] = Decimal(0)
    worth: Worth | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.arms)) < len(self.arms):
            raise ValueError(f"arms must be different, got {list(self.arms)}")
        if self.split and (len(self.split) != len(self.arms) or min(self.split) <= 0):
            raise ValueError(f"split must hold one positive share for each arm, got {list(self.split)}")
        if twice := repeated(metric.name for _, metric in self.metrics):
            raise ValueError(f"metrics must have different names, got {twice[0]!r} twice")
        if without := [metric.name for metric in self.guardrails if metric.margin is None]:
            raise ValueError(f"guardrails must have a margin, {without[0]!r} has none")
        unclustered = [metric.name for _, metric in self.metrics if metric.has_before or metric.kind == "quantile"]
        if self.cluster is not None and unclustered:
            raise ValueError(f"cluster must go without quantiles and pre-periods, {unclustered[0]!r} has one")
        return self

    @model_validator(mode="after")
    def _has_a_value(self) -> Self:
        costs = self.cost_per_unit
        if isinstance(costs, Mapping) and (unknown := [arm for arm in costs if arm not in self.treatments]):
            hint = did_you_mean(unknown[0], self.treatments)
            raise ValueError(f"cost_per_unit must name arms beside the control, got {unknown[0]!r}. {hint}")
        if self.value_per_unit is None:
            if self.worth is not None and self.worth.per_unit is None:
                raise ValueError("worth.per_unit or value_per_unit must be given with worth, got neither")
            if self.worth is None and costs:
                raise ValueError("cost_per_unit must go with value_per_unit, which says what it buys")
        elif self.worth is not None and self.worth.per_unit not in {None, self.value_per_unit}:
            raise ValueError(
                f"worth.per_unit must be the same as value_per_unit ({self.value_per_unit}), got {self.worth.per_unit}"
            )
        return self

    @property
    def value(self) -> Decimal | None:
        """Value of one more of the first primary metric; None where nothing is known of it."""
        return self.worth.per_unit if self.value_per_unit is None and self.worth is not None else self.value_per_unit

    def cost(self, arm: str) -> Decimal:
        """What an arm costs for each of its units beyond the control."""
        return (
            self.cost_per_unit.get(arm, Decimal(0)) if isinstance(self.cost_per_unit, Mapping) else self.cost_per_unit
        )

    @property
    def control(self) -> str:
        """The arm that the others are compared with."""
        return self.arms[0]

    @property
    def treatments(self) -> tuple[str, ...]:
        """The other arms."""
        return self.arms[1:]

    @property
    def shares(self) -> tuple[float, ...]:
        """Planned share of each arm, 0 to 1."""
        weights = self.split or (1.0,) * len(self.arms)
        return tuple(weight / sum(weights) for weight in weights)

    @property
    def metrics(self) -> tuple[tuple[Role, Metric], ...]:
        """All metrics with their role, in the order of reading."""
        roles: tuple[tuple[Role, tuple[Metric, ...]], ...] = (
            ("primary", self.primary),
            ("guardrail", self.guardrails),
            ("secondary", self.secondary),
        )
        return tuple((role, metric) for role, metrics in roles for metric in metrics)

    def only(self, without: Collection[str]) -> Self:
        """The design without some guardrails or secondary metrics, by name."""
        kept = {
            role: tuple(metric for metric in metrics if metric.name not in without)
            for role, metrics in (("guardrails", self.guardrails), ("secondary", self.secondary))
        }
        return self.model_copy(update=kept) if without else self

    @property
    def tables(self) -> tuple[str, ...]:
        """The canonical tables that it needs."""
        outcomes = [part.table for _, metric in self.metrics for part in metric.parts]
        return tuple(dict.fromkeys(["exposures", *outcomes]))
