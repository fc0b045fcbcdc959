"""Params of every kind."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Container, Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator, model_validator

from retro.campaigns.budgeted import BudgetLines
from retro.campaigns.compare import Compared
from retro.campaigns.extra import Extra, ExtraName
from retro.campaigns.fields import FigureName, LocalTime, Money, SectionName, Unit, VariantName, refuse_day_as_end
from retro.campaigns.plan import Plan
from retro.campaigns.review import Action, Deciding, SignOff
from retro.campaigns.roi import HoldOut, RoiParams
from retro.campaigns.schedule import Schedule
from retro.campaigns.stated import StatedParams
from retro.campaigns.voice import VoiceParams
from retro.designs import Experiment
from retro.errors import did_you_mean
from retro.figures import Figure, figure
from retro.periods import Window
from retro.validation import FrozenModel, repeated
from retro.words import Bilingual, Names

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:00)?([+-]\d{2}:?\d{2}|Z)?)?")
_YEARS = range(1970, 2101)

_INSTEAD = {
    "compare": "`previous` names the campaign that its scorecard stands beside",
    "experiments": "Name them in the report of their campaign, or in one of kind experiment",
}
"""What to do about keys that a kind ignores."""

_LEFT_OUT: tuple[object, ...] = (None, "", [], {})
"""What a key holds that says nothing; 0 is a value."""

Goal = Figure
"""A figure that a campaign is judged by."""


class CampaignParams(FrozenModel):
    """Keys that every kind knows.

    A kind adds its own fields, and says which tables it needs, which it stands on, which else it can use, by which
    figures of `retro.figures` it is judged, which sections' findings open the verdict, whose chart stands beside it,
    how many pages may be printed before the appendix, whether it is made from other reports and so after them, which
    of these keys nothing in its report reads: `ignored`, which are refused, why it is told `whole`, so that no
    segment may be asked for, and which table says who was told of it, where it works by telling people: `told_by`.
    Where nobody was, and nobody was held out either, no order is the campaign's.

    It stands on the first tables of `main_tables` of which the shop has any: without orders, on events. Those must hold
    their contracts, else nothing is told. A table is required only where no sentence of the kind is true without it.
    """

    required_tables: ClassVar[Names] = ()
    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("events",))
    optional_tables: ClassVar[Names] = ()
    judged_by: ClassVar[Names] = ()
    headlines: ClassVar[Names] = ()
    headline_charts: ClassVar[Names] = ("impact",)
    body_pages: ClassVar[int] = 12
    from_reports: ClassVar[bool] = False
    ignored: ClassVar[Names] = ("voice",)
    whole: ClassVar[str] = ""
    told_by: ClassVar[str] = ""

    kind: str = Field(description="Campaign type: picks the notebook and the keys below.")
    campaign_id: str = Field(min_length=1, description="The campaign's id in `campaign_costs`; always text.")
    title: Bilingual = Field(description="Title of the report, one text or one for each of zh and en.")
    short_title: Bilingual | None = Field(
        None, description="The campaign's name in tables and charts of other reports; else the title."
    )
    start: LocalTime = Field(description="First moment of the campaign, in the source's time zone.")
    end: LocalTime = Field(description="First moment after the campaign (the window is half open).")
    found_in_data: bool | None = Field(
        None, description="The window was chosen for its high sales, so what is measured on it is no evidence."
    )
    baseline_weeks: Annotated[int, Unit("weeks")] = Field(
        8, ge=1, le=52, description="Weeks before the start that make the baseline."
    )
    targets: Mapping[FigureName, Decimal] = Field(
        default_factory=dict, description="What was aimed at, by figure; rates from 0 to 1."
    )
    targets_set_on: dt.date | None = Field(
        None, description="When the targets were set; from the first edition that says so, later changes are shown."
    )
    evaluation: Plan | None = Field(
        None,
        description="How the effect will be told, decided before the start: `docs/metrics.md#goals` lists the keys.",
    )
    actions: tuple[Action, ...] = Field(
        (), description="What follows from the review: `docs/metrics.md#goals` lists the keys of an action."
    )
    decision: Deciding = Field(
        Deciding(), description="Who carries out what the verdict decides, and until when: {owner, due}."
    )
    comments: Mapping[SectionName, Bilingual] = Field(
        default_factory=dict, description="The owner's comments, by section, such as {roi: ...}."
    )
    signed_off: tuple[SignOff, ...] = Field((), description="Who stands for the report: role, name, day.")
    budget: Money | None = Field(None, ge=0, description="Planned cost of the campaign.")
    cost_per_point: Money | None = Field(
        None,
        ge=0,
        description="What a redeemed point costs, to value those that are still out; the P&L takes "
        "`roi.economics.point_cost`, so that prizes booked as cost are not counted twice.",
    )
    budget_lines: BudgetLines | None = Field(
        None, description="The budget in units and prices: `docs/metrics.md#budget_variance` lists the keys."
    )
    previous: VariantName | None = Field(
        None, description="Report of the last comparable campaign, such as 2024Q4/new_user_week."
    )
    compare: tuple[Compared, ...] = Field(
        (),
        description="What to compare with: target, previous, year_ago, lunar_year_ago, {edition: 2024Q4/double_11}, "
        "or {start, end, title}; `docs/metrics.md#comparison`.",
    )
    offer: Bilingual | None = Field(
        None, description="What was offered, in a few words: for the first page and comparisons."
    )
    period: Bilingual | None = Field(
        None, description="Words for the period in place of dates, where the data holds no times at all."
    )
    experiments: tuple[Experiment, ...] = Field(
        (), description="Experiments that ran in the campaign: `docs/metrics.md#experiments` lists their keys."
    )
    roi: RoiParams = Field(
        RoiParams(), description="Baseline, P&L and attribution: `docs/metrics.md#impact` lists the keys."
    )
    stated: StatedParams = Field(
        StatedParams(), description="Claims of the plan to audit: `docs/metrics.md#stated` lists the keys."
    )
    voice: VoiceParams = Field(
        VoiceParams(), description="Alarms of feedback and support: `docs/metrics.md#feedback` lists the keys."
    )
    extra: Mapping[ExtraName, Extra] = Field(
        default_factory=dict,
        description="Cuts that are sections of the report, by name; `report.keep` writes them: `docs/analyst.md`.",
    )
    segment: Mapping[str, Names] = Field(
        default_factory=dict, description="Restrict the report, such as {channel: [app]}."
    )
    schedule: Schedule = Field(
        Schedule(), exclude=True, description="When `retro due` makes it: `docs/schedule.md` lists the keys."
    )  # no page depends on it, so it is left out of what is hashed and published

    @field_validator("*", mode="before")
    @classmethod
    def _is_read(cls, value: object, info: ValidationInfo) -> object:
        name = str(info.field_name)
        if name in cls.ignored and value not in _LEFT_OUT:
            hint = _INSTEAD.get(name, "Take it out")
            raise ValueError(f"must be left out: nothing in this kind's report reads it, got {value!r}. {hint}")
        return value

    @field_validator("start", "end", mode="before")
    @classmethod
    def _written_as_a_moment(cls, value: object, info: ValidationInfo) -> object:
        """Refuse numbers such as 20250110, which would be read as seconds since 1970."""
        if not isinstance(value, dt.datetime) and not _MOMENT.fullmatch(str(value)):
            raise ValueError(f"must be a date and time to the minute such as 2025-01-10T00:00, got {value!r}")
        if info.field_name == "end":
            refuse_day_as_end(value)
        return value

    @field_validator("start", "end")
    @classmethod
    def _in_a_sensible_year(cls, value: dt.datetime) -> dt.datetime:
        if value.year not in _YEARS:
            raise ValueError(f"must lie in the years {_YEARS[0]} to {_YEARS[-1]}, got {value.year}")
        return value

    @field_validator("start", "end")
    @classmethod
    def _in_the_sources_zone(cls, value: dt.datetime, info: ValidationInfo) -> dt.datetime:
        zone: ZoneInfo = (info.context or {}).get("zone", ZoneInfo("UTC"))
        local = value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
        wall = local.replace(tzinfo=None)
        if local.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != wall:
            raise ValueError(f"must be a time that clocks show, got {wall.isoformat()}, which {zone.key} jumps over")
        if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
            raise ValueError(
                f"must be a time that clocks show once, got {wall.isoformat()}, which {zone.key} shows twice. "
                "Take the hour before or after: tables hold local times, where the two look alike"
            )
        return local

    @field_validator("targets")
    @classmethod
    def _known_goals(cls, value: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
        for name, target in value.items():
            goal = next((goal for goal in map(figure, cls.judged_by) if goal.matches(name)), None)
            if goal is None:
                raise ValueError(f"has no figure {name!r}. {did_you_mean(name, cls.judged_by)}")
            if goal.unit == "rate" and not 0 <= target <= 1:
                raise ValueError(f"{name} must be a rate from 0 to 1, got {target}")
        return value

    @field_validator("segment")
    @classmethod
    def _of_everybody(cls, value: Mapping[str, Names]) -> Mapping[str, Names]:
        if value and cls.whole:
            raise ValueError(f"must be empty for {cls.whole}")
        return value

    @field_validator("experiments")
    @classmethod
    def _different_experiments(cls, value: tuple[Experiment, ...]) -> tuple[Experiment, ...]:
        if twice := repeated(experiment.id for experiment in value):
            raise ValueError(f"must be different ones, got {twice[0]!r} twice")
        return value

    @model_validator(mode="after")
    def _actions_answer_what_is_there(self) -> CampaignParams:
        for place, action in enumerate(self.actions):
            if action.target and action.target not in self.targets:
                hint = did_you_mean(action.target, self.targets)
                raise ValueError(f"actions.{place}.target must be one of targets, got {action.target!r}. {hint}")
            if action.ships and action.ships not in (known := [one.id for one in self.experiments]):
                hint = did_you_mean(action.ships, known)
                raise ValueError(f"actions.{place}.ships must be one of experiments, got {action.ships!r}. {hint}")
        return self

    @model_validator(mode="after")
    def _end_after_start(self) -> CampaignParams:
        if self.end <= self.start:
            raise ValueError(f"end must be after start ({self.start.isoformat()}), got {self.end.isoformat()}")
        return self

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The figures that the campaign is judged by."""
        return tuple(figure(name) for name in self.judged_by)

    @property
    def window(self) -> Window:
        """The window and its baseline, in local wall clock without a zone."""
        start, end = self.start.replace(tzinfo=None), self.end.replace(tzinfo=None)
        return Window(start, end, baseline_weeks=self.baseline_weeks)

    @property
    def claims(self) -> Mapping[str, Window]:
        """The windows of this campaign and the others by id, for attribution."""
        return {self.campaign_id: self.window, **{name: span.window for name, span in self.roi.campaigns.items()}}

    @property
    def hold_out(self) -> HoldOut | None:
        """The people kept out of the campaign at random; None where nobody was."""
        return self.roi.hold_out

    @property
    def history_start(self) -> dt.date | None:
        """The first day of the baseline's history; None for all days."""
        weeks = self.roi.history_weeks
        return None if weeks is None else self.start.date() - dt.timedelta(weeks=weeks)

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports whose recorded figures this one is made from."""
        return ()

    @property
    def reviews(self) -> tuple[str, ...]:
        """Those of these reports that review a part of the period, such as a quarter's months."""
        return ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that this kind can use."""
        held = self.hold_out or any(one.hold_out for one in self.roi.campaigns.values())
        main = itertools.chain(*self.main_tables)
        tried = ("exposures", *(("outcomes",) if self.experiments else ())) if held or self.experiments else ()
        shown = ("ads",) if "incremental_gmv" in self.judged_by else ()  # every campaign may have been advertised
        named = (*self.required_tables, *main, *self.optional_tables, *shown, *tried)
        return tuple(dict.fromkeys(named))

    @classmethod
    def needed_tables(cls, have: Container[str]) -> Names:
        """The tables that must be there and hold their contracts, for a shop that has these.

        Examples:
            >>> [CampaignParams.needed_tables(have) for have in (["events", "orders"], ["events"], ["users"])]
            [('orders',), ('events',), ('orders',)]
        """
        there = (tuple(name for name in names if name in have) for names in cls.main_tables)
        main = next(filter(None, there), cls.main_tables[0][:1])
        return tuple(dict.fromkeys((*cls.required_tables, *main)))

    def to_date(self, until: dt.datetime | None) -> Self:  # noqa: ARG002 - kinds that are told before they are over
        """The params of what was observed until a moment, for a kind that is told before its window is over.

        Others are told as a whole.
        """
        return self

    @property
    def comparable(self) -> Self:
        """The params without targets and budget where a segment is set, since those hold for the whole campaign."""
        if not self.segment:
            return self
        compare = tuple(base for base in self.compare if base.basis != "target")
        return self.model_copy(update={"targets": {}, "targets_set_on": None, "budget": None, "compare": compare})
