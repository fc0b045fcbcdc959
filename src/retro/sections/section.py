"""A section, and the finding that it makes of frames: sentence, figures for the ledger, tables, charts.

The words of a section stand in the YAML file of its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from retro.blocks import Cell, Column, MoneyState, ScoreRow, Table
from retro.campaigns import CampaignParams
from retro.figures import column as registered
from retro.figures import named
from retro.i18n import Said, Text, interval_ends
from retro.ledger import Entry, entry
from retro.privacy import Total, hidden, masked, without_names
from retro.sources.grain import Grain

if TYPE_CHECKING:
    from retro.charts import Chart  # a second and a half, which a report that is skipped need not pay


@dataclass(frozen=True)
class Context:
    """What sections need besides their frames.

    Attributes:
        params: What the report was asked.
        text: Texts and number formats of the reader's language.
        observed_until: Until when the data was observed, local, exclusive; None where it holds no times.
        noun: The key of what this shop's new users are called: `registration` or `first_order`.
        lacking: By family of figures, the table or `table.column` that the shop lacks for it.
        elsewhere: By goal that a figure of another report answers, what that report is called.
    """

    params: CampaignParams
    text: Text
    observed_until: dt.datetime | None
    noun: str = "registration"
    lacking: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def new_users(self) -> str:
        """What new users are called in a sentence."""
        return self.text(f"noun.{self.noun}")

    def campaign_titles(self, ids: Iterable[str]) -> list[str]:
        """What campaigns are called, by id; the id where the params give no title."""
        own, others = self.params, self.params.roi.campaigns
        titles = {one: other.title for one, other in others.items() if other.title is not None}
        titles[getattr(own, "campaign_id", "")] = own.short_title or own.title
        return [self.text.pick(titles.get(one, one)) for one in ids]

    def asked(self, key: str) -> Any:  # noqa: ANN401 - whatever the key holds
        """The value of a key of the params that only some kinds have."""
        return getattr(self.params, key)

    def entry(
        self,
        name: str,
        row: Mapping[str, Any],
        column: str = "",
        *,
        of: tuple[str, str] | None = None,
        method: str = "",
        **given: Any,  # noqa: ANN401 - as `retro.ledger.entry` has them
    ) -> Entry:
        """A figure of a frame's row for the ledger; the registry knows its unit, tables and definition.

        Args:
            name: The figure.
            row: Where its value stands, with its interval where it is an estimate.
            column: The column of the value, where it is not the figure's name.
            of: The columns of numerator and denominator.
            method: How the interval was made; without one the figure was counted and has none.
            given: What is not in the row, as `retro.ledger.entry` takes it.
        """
        column = column or name
        if of is not None:
            given |= {"numerator": number(row[of[0]]), "denominator": number(row[of[1]])}
        if method and "low" not in given:
            low, high = interval_ends(column, row)
            given |= {"low": number(low), "high": number(high)}
        value = number(row[column])
        return entry(named(name), value, method=method, observed_until=self.observed_until, **given)


_DIFFERENCES = ("change", "multiple", "percentage_points", "difference")
"""Units of figures that are differences."""


@dataclass(frozen=True, eq=False)
class Exhibit:
    """Evidence below a finding: a chart with its data, or a table alone.

    Attributes:
        chart: Draws the frame; None for a table alone.
        frame: What the chart draws.
        options: Further arguments of the chart.
        table: The data, ready to be read.
        sentence: What it says; stands above the chart.
    """

    chart: Callable[..., Chart] | None = None
    frame: pd.DataFrame | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    table: Table | None = None
    sentence: str = ""


@dataclass(frozen=True)
class Decision:
    """What the verdict decides, as the first of the actions.

    Attributes:
        what: What is to be done.
        worth: What it saves or brings, in words; empty where no amount says so.
        stops: Whether the campaign is not to be run again as it was.
    """

    what: str
    worth: str = ""
    stops: bool = False


@dataclass(frozen=True)
class Located:
    """Where a missed target was lost.

    Attributes:
        causes: The segments and steps that cost it most, in words; none where nothing stands out.
        checks: What to look at.
    """

    causes: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """The result of a section.

    A section on several things of one kind, such as experiments, has no sentence of its own but a part for each.

    Attributes:
        sentence: The finding, one or two sentences; `**` marks what stands out, a new line starts a paragraph.
        entries: Figures for the ledger.
        table: The data behind the chart, or None.
        title: Heading of a part; empty for a section, whose notebook has its heading.
        covered: Whether the shop's data could answer it.
        warnings: Reservations about the finding.
        exhibits: Further evidence.
        parts: The findings that the section consists of.
        decisions: What was decided, the worst first; the verdict says every one of them.
        headline: The verdict's words for it, where those are not the sentence.
        shows: What its first chart shows, where that is not its first sentence.
        judged: Whether the campaign made money, and whether to keep, change or stop it: the verdict's first lines.
        decision: What that says to do, as an action.
        judged_beside: The same where another section has `shown` an effect; empty where that changes nothing.
        footnote: How it was counted and what was left out: nobody asks for it in a meeting, so it stands folded with
            the definition, on paper in the appendix.
        shown: Whether it shows an effect: on what the campaign aims at, by people held out at random, by matched
            ones, or on its days.
        state: The same in one word; empty where the section judges no money.
        reservation: What speaks most against what it says, one sentence; warnings are said besides.
        next_step: The next step; empty where targets decide it.
        scores: Lines of the scorecard that are no single figure against its target.
        located: Where missed targets were lost, by target.
        ships: Whether an experiment says to ship, by its id; a campaign's own hold-out says nothing of it.
    """

    sentence: str
    entries: tuple[Entry, ...] = ()
    table: Table | None = None
    title: str = ""
    covered: bool = True
    warnings: tuple[str, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    parts: tuple[Finding, ...] = ()
    decisions: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    shows: str = ""
    judged: tuple[str, ...] = ()
    decision: Decision | None = None
    judged_beside: tuple[str, ...] = ()
    footnote: str = ""
    shown: bool = False
    state: MoneyState = ""
    reservation: str = ""
    next_step: str = ""
    scores: tuple[ScoreRow, ...] = ()
    located: Mapping[str, Located] = field(default_factory=dict)
    ships: Mapping[str, bool] = field(default_factory=dict)

    @property
    def has_figures(self) -> bool:
        """Whether anything has been observed; else no chart is drawn."""
        return any(entry.value is not None for entry in self.entries)

    @property
    def quiet(self) -> bool:
        """Whether it estimates differences, and each of their intervals holds 0."""
        entries = (*self.entries, *(entry for part in self.parts for entry in part.entries))
        ends = [(one.low, one.high) for one in entries if one.unit in _DIFFERENCES]
        known = [(low, high) for low, high in ends if low is not None and high is not None]
        return bool(known) and len(known) == len(ends) and all(low <= 0 <= high for low, high in known)


@dataclass(frozen=True)
class Section:
    """A section of reports: what it reads, says, records and shows.

    Attributes:
        name: Its name: of its module, its texts, and the metric whose frame it reads.
        say: Takes the frames of its metric, by default `frame`, and a `Context`; returns a `Finding`.
        draw: Its chart: the first frame and the texts in; None where it has none, or where its finding brings its own.
        level: Of its heading; a section whose texts have no `heading` continues the one before it.
        people: For each column that counts people, the columns that would give a small group away. They are masked in
            every frame before anything is made of it: sentence, table, chart and ledger.
        totals: What is told of several of these counts at once. What would give a small group away as the rest of a
            total is masked too.
        links: The links (`retro.metrics.links`) of rows that it counts; those that are lost are told beside it.
        grain: The coarsest grain at which it can be told, by the table whose moments it reads.
        of_people: Whether it follows people over several orders or events, which a sample of these tears apart.
        newcomers: Whether it tells customers by their first order, which looks later than it was where orders are
            known for a short time only.
        of_bases: Whether it compares with the periods of `compare:`; where the orders hold none of them, it says so.
        spared: How many of its last frames it can be told without; it gets None for one that the shop does not cover.
    """

    name: str
    say: Callable[..., Finding]
    draw: Callable[..., Chart] | None = None
    level: int = 1
    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    totals: Sequence[Total] = ()
    links: Sequence[str] = ()
    grain: Mapping[str, Grain] = field(default_factory=dict)
    of_people: bool = False
    newcomers: bool = False
    of_bases: bool = False
    spared: int = 0

    def masked(self, frames: Sequence[Any]) -> list[Any]:
        """The frames without small groups, and their texts without people; what is no frame stays as it is."""
        return [
            without_names(masked(frame, self.people, self.totals)) if isinstance(frame, pd.DataFrame) else frame
            for frame in frames
        ]

    def drawable(self, frame: pd.DataFrame) -> bool:
        """Whether a masked frame leaves anything to draw: rows, and not only small groups."""
        counts = [frame[name] for name in self.people if name in frame.columns]
        return not frame.empty and not any(column.map(hidden).all() for column in counts)

    def __call__(self, *given: Any) -> Finding:  # noqa: ANN401 - frames of any metric, then the `Context`
        """What it says of frames, once they are masked."""
        *frames, context = given
        return self.say(*self.masked(frames), context)


def number(value: Any) -> Decimal | None:  # noqa: ANN401 - pandas holds ints, floats, decimals and its own nulls
    """A frame's value for the ledger; None where it is missing or masked.

    Counts and amounts are exact. Floats are kept to ten digits: engines add them up in any order, which moves the last
    ones, and a figure is the same in every language and every run.

    Examples:
        >>> number(0.1 + 0.2), number(float("nan")), number(3)
        (Decimal('0.3'), None, Decimal('3'))
    """
    if not is_known(value):
        return None
    return Decimal(f"{value:.10g}" if isinstance(value, float) else str(value))


def is_known(value: Any) -> bool:  # noqa: ANN401 - as above
    """Whether a cell holds a value that is not masked."""
    return not (hidden(value) or pd.isna(value))


def way_of(low: float, high: float) -> str:
    """Which way a difference goes beyond chance, by its interval: `more`, `less` or, with 0 inside, `alike`.

    Examples:
        >>> way_of(0.1, 0.4), way_of(-0.4, -0.1), way_of(-0.1, 0.4)
        ('more', 'less', 'alike')
    """
    return "more" if low > 0 else "less" if high < 0 else "alike"


def sayings(text: Text, key: str, row: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    """The texts below a key, one after the other, each said where its column of a row is known.

    Examples:
        >>> text = Text("en", "CNY", {"say.new": "{new:count} new. ", "say.left": "{left:count} left. "})
        >>> sayings(text, "say", {"new": 7, "left": None}, {"new": "new", "left": "left"})
        '7 new. '
    """
    return Said().join(text(f"{key}.{name}", row) for name, column in columns.items() if is_known(row[column]))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows as mappings, in order.

    Examples:
        >>> records(pd.DataFrame({"step": ["view"], "users": [3]}))
        [{'step': 'view', 'users': 3}]
    """
    return [{str(column): value for column, value in row.items()} for row in frame.to_dict("records")]


def frame_table(
    name: str, frame: pd.DataFrame, columns: Sequence[str] | Mapping[str, str], text: Text, *, folded: bool = True
) -> Table:
    """A frame as a table, ready to be read.

    Args:
        name: The section; its texts `table.caption` and `table.<column>` are caption and column labels; or the
            key of another table of it, such as `support.answers`.
        frame: The data.
        columns: The columns to show, in order, each in the unit that the registry of figures knows for the section's
            family. `group.booking` is column `group` of names with texts of the family `booking`; `label.` is one
            whose words are ready, `value.figure` one of figures that are written already. A mapping says the units
            itself.
        text: Texts of the reader's language.
        folded: Whether the page shows the table on demand; it has amounts to the cent.
    """
    family, _, _ = name.partition(".")
    key = name if "." in name else f"{name}.table"
    units = columns if isinstance(columns, Mapping) else dict(_unit(family, column) for column in columns)
    if not folded:
        units = {column: _told(unit, frame[column]) for column, unit in units.items()}
    units = {column: _whole(unit, frame[column]) for column, unit in units.items()}
    labels = tuple(
        Column(label=column_label(key, column, text), numeric=unit == _WRITTEN or not unit.startswith(_WORDS))
        for column, unit in units.items()
    )
    rows = tuple(
        tuple(Cell(text=_shown(value, unit, text)) for value, unit in zip(row, units.values(), strict=True))
        for row in frame[list(units)].itertuples(index=False, name=None)
    )
    return Table(caption=text(f"{key}.caption"), columns=labels, rows=rows, folded=folded)


def _unit(family: str, column: str) -> tuple[str, str]:
    name, dot, names = column.partition(".")
    return name, f"name.{names}" if dot else registered(family, name).unit


def _told(unit: str, amounts: pd.Series) -> str:
    """The unit of a column of a table that is read, not looked up: amounts without cents, unless all are below 100."""
    sizes = [abs(float(amount)) for amount in amounts if is_known(amount)] if unit == "money" else []
    return "exact.0" if max(sizes, default=0.0) >= _CENTS_BELOW else unit


def _whole(unit: str, values: pd.Series) -> str:
    """The unit of a column: one of tenths has none where every value is whole, such as 6, 12 and 24 hours."""
    if _CELLS.get(unit, unit) != _TENTHS or not all(float(value).is_integer() for value in values if is_known(value)):
        return unit
    return "exact.0"


def column_label(table: str, column: str, text: Text) -> str:
    """What a table calls a column: its own word, else that of the section's `table`, else that of all sections.

    Examples:
        >>> text = Text("en", "CNY", {"ads.table.cpa": "CPA", "column.low": "Low"})
        >>> column_label("ads.ad_id", "cpa", text), column_label("ads.table", "cpa_low", text)
        ('CPA', 'Low')
    """
    family, _, _ = table.partition(".")
    end = next((end for end in ("low", "high") if column.endswith(f"_{end}")), column)
    own, *shared = f"{table}.{column}", f"{family}.table.{column}", f"column.{end}"
    return text(next(filter(text.has, (own, *shared)), own))


_WORDS = ("name", "day", "month", "moment", "short_moment", "state")
"""Units whose values are words or dates and stand flush left."""

_CENTS_BELOW = 100
"""An amount from here on needs no cents where it is read."""

_WRITTEN = "name.figure"
"""The unit of a column whose figures are of several units and stand written already, flush right."""


_TENTHS = "exact.1"

_CELLS = {"money": "exact", "exact": "exact.0", "number": _TENTHS, "hours": _TENTHS,
          "points": "count", "minutes": _TENTHS}  # fmt: skip
"""How a table writes units that a sentence writes otherwise: amounts to the cent, the currency in the label."""


def _shown(value: Any, unit: str, text: Text) -> str:  # noqa: ANN401 - see `number`
    if hidden(value):
        return str(value)
    if pd.isna(value):
        return ""
    kind, _, family = unit.partition(".")
    if kind == "name":
        return text.label(family, str(value))
    return text(f"state.{value}") if kind == "state" else text.written(value, _CELLS.get(unit, unit))


def cohort_row(frame: pd.DataFrame, **keys: object) -> dict[str, Any]:
    """The one row with these columns' values, such as `cohort="campaign", day=7`."""
    return next(row for row in records(frame) if all(row[column] == value for column, value in keys.items()))


def with_ends(name: str) -> tuple[str, str, str]:
    """The columns of a rate and of its interval, for `people`.

    Examples:
        >>> with_ends("buyer")
        ('buyer_rate', 'buyer_low', 'buyer_high')
    """
    return f"{name}_rate", f"{name}_low", f"{name}_high"
