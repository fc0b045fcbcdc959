"""The report as a notebook sees it: params, tables, and a page to write."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pandas as pd
from IPython.display import display, update_display

from retro import metrics
from retro.blocks import (
    PENDING_MIME,
    Block,
    Callout,
    Cell,
    Column,
    Cover,
    Figure,
    Heading,
    Paragraph,
    ScoreRow,
    Table,
    spans,
)
from retro.blocks import Verdict as VerdictBlock
from retro.campaigns import CampaignParams
from retro.campaigns.extra import CutParams, Extras
from retro.charts import Chart, Live, lives
from retro.contracts import GateVerdict, SetAside
from retro.designs import Experiment
from retro.errors import RetroError, did_you_mean
from retro.figures import families
from retro.files import YamlFile, shown
from retro.i18n import Text
from retro.judgement import borne_out, brief, lint, verdict
from retro.ledger import Ledger, Version, read_inputs, read_steps, read_version, restated, write_ledger
from retro.ledger.reported import Reported
from retro.memo import Store
from retro.metrics.cohorts import UNKNOWN_DAYS
from retro.metrics.history import OF_CUSTOMERS, blank_days, history, keep_blank
from retro.metrics.orders import valid_orders
from retro.metrics.samples import spreads
from retro.metrics.shop import Has
from retro.periods import Period, Window
from retro.places import MEMO, own_folder
from retro.privacy import addressed, people_in
from retro.report.beside import beside
from retro.report.campaign_frames import action_frame, campaign_frame, figure_frame, target_frame
from retro.report.changed import changed_blocks, signed_blocks
from retro.report.counterparts import counterparts
from retro.report.cuts.cut import Cut, cut, rows_behind
from retro.report.desk import at_desk, telling
from retro.report.drawn import Drawn, drawn, figure_block
from retro.report.explorer import Explorer
from retro.report.guard import Guarded
from retro.report.keeping import kept
from retro.report.limits import known_since, lost_links, refused, short_history
from retro.report.locked import Review
from retro.report.method import method
from retro.report.money import Money
from retro.report.naming import named_figure
from retro.report.observed import observed
from retro.report.planned import plan_blocks
from retro.report.preview import bundle
from retro.report.quiet import QUIET
from retro.report.recorded import Recorded
from retro.report.remembered import remembering
from retro.report.review import comment, conflict_blocks, goal_blocks, moved_targets, opening, signatures
from retro.report.run_context import RunContext
from retro.report.sampled import Spreads, of_sample, touched
from retro.report.sections import headed, recorded, section_blocks, uncovered, weighed
from retro.report.why import Why, why
from retro.sections import SECTIONS, Context, Finding, Section
from retro.sections.bases import base_name
from retro.sections.scorecard import scorecard
from retro.sources import NotCovered, Tables
from retro.validation import validate

_VERDICT, _SCORECARD = "retro-verdict", "retro-scorecard"
_MAIN = ("orders", "users", "events", "campaign_costs")
"""Tables without which a figure that is made from them is not known; of others much is told without them."""

_TONES = {"passed": "good", "warning": "watch", "not_checked": "watch"}


@dataclass
class Report:
    """A report being made, cell by cell.

    Attributes:
        params: What the report was asked, validated.
        tables: The shop's tables, lazy and read-only; one that it does not have is `NotCovered`.
        text: Texts and number formats of the report's language.
        gate: The contracts' verdict on this data; None where it was not checked.
        run: Where `retro run` keeps this run; None when explored by hand, and then nothing is recorded.
        previous: The figures of the last comparable campaign.
        recorded: What the reports that this one is made from recorded; empty for a campaign.
        bases: The periods that this one is compared with.
        review: What the last report decided, and which targets moved.
        neighbours: This report and the others of its period, as they were last recorded.
        file: The params file.
        address: The report's own folder.
        overrides: What replaces keys of the params file.
        quiet: Whether only figures are asked for, so that no section need be drawn.
    """

    params: CampaignParams
    tables: Tables
    text: Text
    gate: GateVerdict | None
    run: RunContext | None
    previous: Ledger
    recorded: tuple[Recorded, ...] = ()
    bases: tuple[Period, ...] = ()
    review: Review = field(default_factory=Review)
    neighbours: tuple[Reported, ...] = ()
    file: Path = field(default_factory=Path)
    address: Path = field(default_factory=Path)
    _ledger: Ledger = field(default_factory=Ledger, repr=False)
    _findings: dict[str, Finding] = field(default_factory=dict, repr=False)
    _lacking: dict[str, str] = field(default_factory=dict, repr=False)
    _left_out: list[str] = field(default_factory=list, repr=False)
    _charts: dict[str, Figure] = field(default_factory=dict, repr=False)
    _live: dict[str, list[Live]] = field(default_factory=dict, repr=False)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = field(default_factory=QUIET.get)
    _without_bases: list[str] = field(default_factory=list, repr=False)
    _last_cut: Cut | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._once = remembering(self.tables)
        self.metrics: Any = Guarded(metrics, telling(self._once, self.text) if at_desk() else self._once)
        self._drawing = drawn if at_desk() else Drawn(Store(self.memo))  # a kept chart has no twin that moves
        self.observed_until = observed(self.params, self.tables)
        if self.observed_until is not None:
            self.tables.cut(self.observed_until)
        asked = [name for name in OF_CUSTOMERS if name in self.params.tables and name in self.tables]
        dated = {name: self.tables.of_everybody(name) for name in asked}
        keep_blank(self.tables.connection, self.tables.once(blank_days, dated, until=self.observed_until))
        self.bases = self._known(self.bases)
        self._context = Context(self.params, self.text, self.observed_until, self.noun)

    def _known(self, bases: tuple[Period, ...]) -> tuple[Period, ...]:
        """The bases whose days the orders hold; of the others the reader is told why they are missing."""
        if not bases or "orders" not in self.tables:
            return bases
        past = self.tables.once(history, valid_orders(self.tables.orders), "ordered_at", until=self.params.window.end)
        if past.first is None:
            return bases
        unknown = [base for base in bases if base.basis != "target" and not past.knows(base.window)]
        for base in unknown:
            reason = "base_lost" if past.reaches(base.start) else "base_young"
            values = {"base": base_name(base, self.text), "since": past.first, "days": len(past.within(base.window))}
            self._without_bases.append(self.text(f"report.{reason}", **values).strip())
        self._left_out += self._without_bases
        return tuple(base for base in bases if base not in unknown)

    @property
    def noun(self) -> str:
        """What this shop's new users are: `registration` or `first_order`; charts word their titles by it."""
        return self.tables.source.new_user

    @property
    def unknown_days(self) -> int:
        """Days at the beginning of `users` on which everybody looks new: none where a registration makes a user."""
        return UNKNOWN_DAYS if self.noun == "first_order" else 0

    def cover(self) -> None:
        """Show what the report is."""
        text, params, window = self.text, self.params, self.params.window
        details = [self._observed()]
        if params.found_in_data:
            details.append(text("report.found_in_data"))
        if (sample := self.tables.source.sample) is not None:
            of = text(f"report.sample.{sample.of}")
            details.append(text(f"report.sample.cover_{sample.how}", share=sample.share, of=of))
        details += [caution.strip().rstrip(".。") for caution in known_since(self)]
        if params.segment:
            chosen = "; ".join(f"{column} = {text.join(list(values))}" for column, values in params.segment.items())
            details += [text("report.segment", segment=chosen), text("report.segment_alone")]
        self._emit(
            Cover(
                title=text.pick(params.title),
                subtitle=text.pick(params.offer) if params.offer else "",
                shop=text.pick(self.tables.source.shop),
                period=text.pick(params.period) if params.period else text.period(window.start, window.end),
                lang=text.lang,
                dated_on=self.observed_until.date() if self.observed_until else None,
                pages=params.body_pages,
                details=(*details, *signatures(params, text)),
            )
        )

    @property
    def window(self) -> Window:
        """The window of the report, as metrics take it."""
        return replace(self.params.window, observed_until=self.observed_until)

    def shop(self, *names: str) -> dict[str, Any]:
        """The tables of these names that the shop has, for metrics that can use each of them but need none."""
        return Has({name: getattr(self.tables, name) for name in names if name in self.tables})

    @property
    def designs(self) -> tuple[Experiment, ...]:
        """The experiments that the other reports of the period name, each once; none of those of a segment alone.

        A campaign's own hold-out ships nothing, and is told with the campaign's effect.
        """
        reports = [one.params for one in self.neighbours[1:] if not one.params.segment]
        held = {params.hold_out.experiment for params in reports if params.hold_out is not None}
        own = {one.id: one for params in reports for one in params.experiments if one.id not in held}
        return tuple(own.values())

    @property
    def memo(self) -> Path:
        """The folder in which results are kept."""
        return own_folder(MEMO)

    def verdict(self) -> None:
        """Reserve the place of the verdict, which `conclude` fills in."""
        self._emit(*headed("report.verdict_section", 1, self.text))
        self._hold(_VERDICT)

    def scorecard(self) -> None:
        """Reserve the place of the scorecard, which `conclude` fills in."""
        self._emit(*headed("report.scorecard_section", 1, self.text))
        self._hold(_SCORECARD)

    def money(self, covariates: Any = None) -> Money:  # noqa: ANN401 - a frame or `NotCovered`
        """Effect, cost and contribution: sections to show, and the frames behind them.

        Args:
            covariates: Daily series that the campaign does not move, such as `metrics.daily_registrations`.
        """
        return Money(self, covariates)

    def show(self, section: str, *frames: Any, **options: object) -> None:  # noqa: ANN401 - what the metric returns
        """Show a section: heading, finding, chart, data and definition; its figures go to the ledger.

        Args:
            section: The name of the metric that the first frame comes from.
            frames: What the section's finding reads, frames or `NotCovered`; the first is charted.
            options: Further arguments of the chart.

        Raises:
            RetroError: There is no such section.
        """
        if section not in SECTIONS:
            hint = did_you_mean(section, SECTIONS)
            raise RetroError(f"report.show: section must be a known one, got {section!r}. {hint}")
        known = SECTIONS[section]
        if frames and isinstance(frames[0], tuple) and not frames[0]:
            self._show_none(known)
            return
        if section == "stated":
            self._measure_stated()
            frames = (self.figures,)
        heading = headed(section, known.level, self.text)
        least = len(frames) - known.spared
        spared = [place >= least and isinstance(frame, NotCovered) for place, frame in enumerate(frames)]
        covered = [None if none else frame for frame, none in zip(frames, spared, strict=True)]
        if missing := next((frame for frame in covered if isinstance(frame, NotCovered)), None):
            self._lacking[section] = _name_of(missing)
            self._not_covered(missing, heading)
            return
        if reason := refused(known, self):
            self._say_why_not(reason, heading)
            return
        covered = known.masked(covered)
        finding = self._limited(known, known.say(*covered, self._context))
        self._findings[section] = finding
        for entry in recorded(finding):
            self._ledger.record(entry)
        self._left_out += uncovered(finding)
        if self.quiet:
            return
        if touched(known.name, self.tables.source.sample):
            known = replace(known, draw=None)  # its chart tells totals of the sample
        with lives() as self._live[section]:
            blocks = section_blocks(known, finding, covered[0], self.text, options, self._drawing)
        if charts := [block for block in blocks if isinstance(block, Figure)]:
            self._charts[section] = charts[0]
        said = (*blocks, *comment(section, self.params, self.text))
        self._emit(*(weighed(heading, section, finding, self.params) if said else ()), *said)

    def _show_none(self, known: Section) -> None:
        """Show nothing of a section on things of which there are none; why, where the orders hold no base."""
        if known.of_bases and self._without_bases:
            self._tell(self.text("chart.space").join(self._without_bases), headed(known.name, known.level, self.text))

    def _measure_stated(self) -> None:
        """Record the figures that are stated and that no section of this kind measures."""
        for section, finding, names in counterparts(self, self._context):
            for entry in recorded(self._limited(SECTIONS[section], finding)):
                if entry.name in names:
                    self._ledger.record(entry)

    def say(self, words: str) -> None:
        """Show a paragraph; `**words**` stand out.

        Raises:
            RetroError: The words name people, by a phone number, an id or the like.
        """
        _refuse_people("say: words", words)
        self._emit(Paragraph(spans=spans(words)))

    def figure(self, figure: Any, *, alt: str, caption: str = "") -> None:  # noqa: ANN401 - matplotlib lives in charts
        """Show a chart of your own: a matplotlib Figure, or a seaborn grid.

        Args:
            figure: The chart.
            alt: What it shows, in words, for those who cannot see it.
            caption: The line below it.

        Raises:
            RetroError: The words name people.
        """
        for name, words in (("alt", alt), ("caption", caption)):
            _refuse_people(f"figure: {name}", words)
        own = getattr(figure, "figure", figure)
        self._emit(figure_block(Chart(figure=own, alt=alt, caption=caption)))
        if "matplotlib.pyplot" in sys.modules:  # Jupyter shows a figure that pyplot still holds a second time
            sys.modules["matplotlib.pyplot"].close(own)

    def table(self, frame: pd.DataFrame, *, caption: str, folded: bool = False) -> None:
        """Show a frame of your own as a table.

        Raises:
            RetroError: The frame has no columns, or a column or cell that names people.
        """
        if not len(frame.columns):
            raise RetroError("report.table: frame must have columns, got none.")
        if found := next((name for name in map(str, frame.columns) if people_in(name)), ""):
            raise RetroError(f"report.table: frame must not name people, got column {found!r}. Show figures of groups.")
        columns = tuple(
            Column(label=str(name), numeric=pd.api.types.is_numeric_dtype(kind)) for name, kind in frame.dtypes.items()
        )
        rows = tuple(
            tuple(Cell(text=_cell(value)) for value in row) for row in frame.itertuples(index=False, name=None)
        )
        for words in (
            caption,
            *(cell.text for row in rows for cell, one in zip(row, columns, strict=True) if not one.numeric),
        ):
            _refuse_people("table: frame", words)
        self._emit(Table(caption=caption, columns=columns, rows=rows, folded=folded))

    def method(self) -> None:
        """Show method and provenance."""
        if self.gate is not None:
            self._left_out += [self._set_aside(rows) for rows in self.gate.set_aside]
        heading, *question = headed("report.method_section", 1, self.text)
        self._emit(
            heading.model_copy(update={"worth": 0}),
            *question,
            *plan_blocks(self.review.plan, self.params, self.text),
            *method(
                self.params, self.tables, self.gate, self._left_out, self.observed_until, self.text, once=self._once
            ),
        )

    def goals(self) -> None:
        """Show each target with its result, cause and action."""
        blocks = goal_blocks(self._ledger, self._telling, tuple(self._findings.values()))
        self._emit(*(headed("report.goals_section", 1, self.text) if blocks else ()), *blocks)

    def lint(self) -> None:
        """Show what the reports of the period say against each other, as `retro lint` finds it."""
        own, *others = self.neighbours
        reports = [*others, replace(own, ledger=self._ledger)]
        found = lint(reports)
        signed = [
            block
            for one in self.recorded
            for block in signed_blocks(self.text.pick(one.title or one.name), one.ledger, one.later, self.text)
        ]
        against = conflict_blocks(found, reports, self.text)
        self._emit(*headed("report.lint_section", 1, self.text), *against, *signed)

    def conclude(self) -> None:
        """Fill in verdict and scorecard, and record the figures if this is a run."""
        if self.run is not None and self.run.before is not None:
            before = read_version(self.run.before).ledger
            for one in restated(before, self._ledger, read_steps(self.run.folder)):
                self._ledger.record(one)
        followed = opening(self.review, self.previous, self._ledger, self._context)
        scores = [score for finding in self._findings.values() for part in finding.parts for score in part.scores]
        card, others = scorecard(self._ledger, self.previous, self._telling, scores)
        update_display(bundle([self._verdict(card.rows), *followed]), display_id=_VERDICT, raw=True)
        moved = moved_targets(self.review, self._context)
        first = card if card.rows else Paragraph(spans=spans(self.text("report.scorecard_section.none")))
        update_display(bundle([first, *others, *moved, *self._changed()]), display_id=_SCORECARD, raw=True)
        if self.run is not None:
            write_ledger(self.run.ledger(self.text.lang), self._ledger)

    def _changed(self) -> list[Block]:
        """What changed since the last version; nothing in the first one, and where nothing is recorded."""
        if self.run is None or self.run.before is None:
            return []
        after = Version(self.run.folder.name, self._ledger, read_inputs(self.run.folder))
        heads = tuple(dict.fromkeys([*self.params.targets, *(entry.name for entry in self._ledger.entries)]))
        return changed_blocks(read_version(self.run.before), after, heads, self.tables.source.zone, self.text)

    @property
    def ledger(self) -> Ledger:
        """The figures recorded so far."""
        return self._ledger

    @property
    def values(self) -> dict[str, Any]:
        """What the expressions of figures have in braces."""
        known = {**dict(self.params.voice), **dict(self.params), **vars(self.params.window)}
        return {**known, "observed_until": self.observed_until}

    def why(self, figure: str) -> Why:
        """What is known of a figure: parts, definition, rules, how it moved, code and SQL; for you, not for a page.

        Args:
            figure: Its name, or its label on the page in either language.

        Raises:
            RetroError: No figure is called so, or several are.
        """
        return why(self, figure)

    def cut(
        self,
        figure: str,
        *,
        by: str | Sequence[str] = (),
        where: Mapping[str, str | Sequence[str]] | None = None,
        over: str = "",
        against: str = "",
    ) -> Cut:
        """Cut a sum, a count or a ratio by groups and over time: frame, sentence and chart; small groups are masked.

        Args:
            figure: Its name, or its label on the page in either language.
            by: Dimensions, such as `channel`, `new_or_old`, or `users.channel` where several tables have one.
            where: Values to keep, by dimension.
            over: `hour`, `day`, `week` or `month`; empty for the whole window.
            against: `baseline` for the weeks before, or a basis of `compare:` such as `previous`.

        Raises:
            RetroError: The figure cannot be cut, and why; or there is no such dimension, base or figure.
        """
        return self._made(self._asked(figure, by, where, over, against))

    def explore(self, figure: str = "") -> Explorer:
        """A pane to choose a cut by mouse or keyboard, which shows it and writes its line of code into the notebook.

        Args:
            figure: Its name, or its label on the page, with which the pane begins.

        Raises:
            RetroError: ipywidgets is not installed, there is no such figure, or the report is being published.
        """
        self._refuse_published("explore")
        return Explorer(self, self._asked, self._made, self._named(figure, "report.explore") if figure else "")

    def rows(self, figure: str, *, where: Mapping[str, str | Sequence[str]] | None = None) -> ir.Table:
        """The rows behind a figure, as a lazy Ibis table; for your eyes, so that a run refuses it.

        Args:
            figure: As of `cut`.
            where: Values to keep, by dimension.

        Raises:
            RetroError: The report is being made to be published; else as of `cut`.
        """
        self._refuse_published("rows")
        return rows_behind(self, self._asked(figure, (), where, "", ""))

    def keep(self, section: str, *, title: str | Mapping[str, str], cut: Cut | None = None) -> None:
        """Keep a cut as a section of this report: it is written to the params file, and the next run shows it.

        Args:
            section: Its name, such as `by_channel`; a section that was kept under it is replaced.
            title: Its heading, one text or one for each of zh and en.
            cut: What is kept; by default the last cut of this report.

        Raises:
            RetroError: Nothing was cut, the name or the title does not fit, or the report is being published.
        """
        self._refuse_published("keep")
        cut = cut or self._last_cut
        if cut is None:
            raise RetroError("report.keep: cut must be given, and nothing was cut yet. `report.cut(...)` comes first.")
        if section in SECTIONS:
            raise RetroError(f"report.keep: section must have a name of its own, got {section!r}. Choose another.")
        own = {"extra": {section: cut.asked.model_dump(mode="json") | {"title": title}}}
        place = YamlFile(Path("report.keep"), own, {})
        checked = validate(Extras, own, place, RetroError, given={"extra": "report.keep"}).extra[section]
        kept(self.file, section, checked.model_dump(mode="json", exclude_defaults=True))
        run = f"{self.file.parent.name}/{self.file.stem}"
        self._emit(Paragraph(spans=spans(self.text("cut.kept", file=shown(self.file), section=section, run=run))))

    def live(self, section: str) -> None:
        """Show the charts over time of a section that was shown with hover and zoom; for you, so that a run refuses it.

        Args:
            section: Its name, such as `hourly_sales`.

        Raises:
            RetroError: The section was not shown or has no chart over time, or the report is being published.
        """
        self._refuse_published("live")
        if not self._live.get(section):
            hint = did_you_mean(section, [name for name, twins in self._live.items() if twins])
            raise RetroError(f"report.live: section must have shown a chart over time, got {section!r}. {hint}")
        for twin in self._live[section]:
            display(twin)

    def with_(self, **changes: Any) -> Report:  # noqa: ANN401 - any keys of the params
        """The same report asked otherwise, beside this one, with all its figures: `compare` shows which differ.

        Args:
            changes: Keys of the params schema, such as `start`, `baseline_weeks` or `segment={"channel": ["app"]}`; a
                key within another with two underscores, such as `roi__settling_days`.

        Raises:
            RetroError: The params do not fit.
        """
        other: Report = beside(self, changes)
        return other

    def extras(self) -> None:
        """Show the cuts that the params keep as sections; nothing where there are none.

        Raises:
            RetroError: One of them cannot be cut.
        """
        if not self.params.extra or self.quiet:
            return
        self._emit(*headed("report.extra_section", 1, self.text))
        for extra in self.params.extra.values():
            heading = Heading(level=2, spans=spans(self.text.pick(extra.title)))
            self._emit(heading, *cut(self, extra).blocks)

    def _made(self, asked: CutParams) -> Cut:
        """A cut, which `keep` takes next."""
        self._last_cut = cut(self, asked)
        return self._last_cut

    def _asked(
        self,
        figure: str,
        by: str | Sequence[str],
        where: Mapping[str, str | Sequence[str]] | None,
        over: str,
        against: str,
    ) -> CutParams:
        name = self._named(figure, "report.cut")
        kept = {one: [among] if isinstance(among, str) else [*map(str, among)] for one, among in (where or {}).items()}
        given = {"figure": name, "by": by or (), "where": kept, "over": over, "against": against}
        place = YamlFile(Path("report.cut"), given, {})
        return validate(CutParams, given, place, RetroError, given=dict.fromkeys(given, "report.cut"))

    def _named(self, figure: str, where: str) -> str:
        return named_figure(figure, [entry.name for entry in self._ledger.entries], where)

    def _refuse_published(self, what: str) -> None:
        if self.run is not None and self.run.explored is None:
            raise RetroError(f"report.{what} must stay with the analyst, got a run that publishes. Take the cell out.")

    @property
    def figures(self) -> pd.DataFrame:
        """The figures recorded so far, one row each."""
        return pd.DataFrame([entry.model_dump() for entry in self._ledger.entries])

    @property
    def campaigns(self) -> pd.DataFrame:
        """The campaigns that this report is made from, one row each, as `campaign_frame` has them."""
        own = [one for one in self.recorded if one.name not in self.params.reviews]
        return campaign_frame(own, self.tables.seen(), self.text)

    @property
    def reviews(self) -> pd.DataFrame:
        """The reviews that it is made from, such as a quarter's months, likewise."""
        own = [one for one in self.recorded if one.name in self.params.reviews]
        return campaign_frame(own, self.tables.seen(), self.text)

    @property
    def kpis(self) -> pd.DataFrame:
        """The targets of these reports and what came of each, as `target_frame` has them."""
        return target_frame(self.recorded, self.text)

    @property
    def decided(self) -> pd.DataFrame:
        """The actions that these reports decided, and what became of each, as `action_frame` has them."""
        return action_frame(self.recorded, self.text)

    @property
    def campaign_figures(self) -> pd.DataFrame:
        """What these reports recorded, as `figure_frame` has it."""
        return figure_frame(self.recorded)

    def _verdict(self, rows: Sequence[ScoreRow]) -> VerdictBlock:
        badge = self.gate.badge if self.gate is not None else "not_checked"
        warnings = len(self.gate.warnings) if self.gate is not None else 0
        context = self._telling
        told = verdict(self._findings, self._ledger, context)
        return VerdictBlock(
            sentences=tuple(spans(sentence.strip()) for sentence in told.sentences),
            badge=self.text(f"verdict.badge.{badge}", count=warnings),
            badge_tone=_TONES[badge],
            observed_until=self._observed(),
            quality=f"quality.{self.text.lang}.html" if self.run is not None else "",
            brief=brief(told, rows, self._findings, self._charts, context),
        )

    @property
    def _telling(self) -> Context:
        """The context of the judgement: actions as the findings bear them out, and what the shop lacks for figures.

        The latter as sections said, else a main table that they read.
        """
        gone = [name for name in _MAIN if name not in self.tables]
        reads = {name: [one for one in gone if one in family.source] for name, family in families().items()}
        tables = {name: lacks[0] for name, lacks in reads.items() if lacks}
        lacking = tables | {name: one for name, one in self._lacking.items() if one}
        titles = {one.name: self.text.pick(one.title) for one in self.recorded if one.title}
        taken = getattr(self.params, "taken", {})
        elsewhere = {name: titles[one.report] for name, one in taken.items() if one.report in titles}
        return borne_out(replace(self._context, lacking=lacking, elsewhere=elsewhere), self._findings)

    def _observed(self) -> str:
        if self.observed_until is None:
            return self.text("verdict.undated")
        return self.text("verdict.observed_until", moment=self.text.moment(self.observed_until))

    def _set_aside(self, rows: SetAside) -> str:
        worth = (
            "" if rows.worth is None else self.text("report.set_aside_worth", worth=self.text.told_money(rows.worth))
        )
        count = self.text.exact(rows.rows, 0)
        return self.text("report.set_aside", table=rows.table, rows=count, worth=worth)

    def _not_covered(self, missing: NotCovered, heading: Sequence[Block]) -> None:
        key = "_column" if missing.column else "_rows" if missing.empty else ""
        reason = self.text(f"report.not_covered{key}", table=missing.table, column=missing.column)
        self._say_why_not(reason + (self.text("report.not_covered_untold") if missing.untold else ""), heading)

    def _limited(self, section: Section, finding: Finding) -> Finding:
        """A finding with what its rows lost, and of a sample only what it says of the shop.

        That orders are known for a short time is said beside the first section that it touches, as on the cover.
        """
        if finding.covered and (finding.sentence or finding.parts):
            said = {caution for one in self._findings.values() for caution in one.warnings}
            young = (caution for caution in short_history(section, self) if caution not in said)
            cautions = (*lost_links(section, self), *young)
            finding = replace(finding, warnings=(*finding.warnings, *cautions))
        return of_sample(section, finding, self.tables.source.sample, self._spreads, self.text)

    @cached_property
    def first_order(self) -> dt.date | None:
        """The first day of which orders are known; None where there are none, or none that names its buyer."""
        orders: Any = self.tables.orders if "orders" in self.tables else None
        if orders is None or "user_id" not in orders.columns:
            return None
        return self.tables.once(history, valid_orders(orders), "ordered_at", until=self.params.window.end).first

    @cached_property
    def _spreads(self) -> Spreads:
        sample = self.tables.source.sample
        if sample is None or "orders" not in self.tables:
            return None, 1.0
        return spreads(self.tables.orders, self.window, by_user=sample.of == "users")

    def _say_why_not(self, reason: str, heading: Sequence[Block]) -> None:
        self._left_out.append(reason.strip())
        self._tell(reason, heading)

    def _tell(self, reason: str, heading: Sequence[Block]) -> None:
        self._emit(*heading, Callout(tone="not_covered", blocks=(Paragraph(spans=spans(reason.strip())),)))

    def _hold(self, place: str) -> None:
        words = self.text("report.pending")
        display({PENDING_MIME: {"place": place}, "text/plain": words}, raw=True, display_id=place)

    def _emit(self, *blocks: Block) -> None:
        display(bundle(blocks), raw=True)


def _name_of(missing: NotCovered) -> str:
    """What a shop lacks, as tables and columns are named; empty where its table only has no rows of the campaign."""
    return "" if missing.empty else missing.table + (f".{missing.column}" if missing.column else "")


def _refuse_people(where: str, words: str) -> None:
    if found := addressed(words):
        raise RetroError(f"report.{where} must not name people, got {found}. Show figures of groups.")


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a frame holds
    missing = pd.api.types.is_scalar(value) and pd.isna(value)
    return "" if missing else str(value)
