"""Cut a figure: a tidy frame, a sentence and a chart, from the figure's own expression."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import ibis
import pandas as pd

from retro.blocks import Block, Callout, Cell, Column, Note, Paragraph, Table, spans
from retro.campaigns.extra import CutParams
from retro.charts import BASELINE, Bar, Chart, Line, Lines, Span, Tick, line_chart, row_chart
from retro.contracts.dimensions import dimensions
from retro.errors import RetroError, SourceError, did_you_mean
from retro.figures import OWN_DIMENSIONS, Figure, families, figure, known
from retro.figures.queries import braced, meant
from retro.files import project_root
from retro.i18n import Text
from retro.periods import Window
from retro.privacy import few, hidden
from retro.report.cuts.apart import differences
from retro.report.cuts.between_people import between_people, own_and_base, with_intervals
from retro.report.cuts.numbers import BASE, beside, counts, hidden_small, valued
from retro.report.cuts.rows import PEOPLE, PLACE, TAKEN, Own, Rows, Shop, inserted
from retro.report.drawn import figure_block
from retro.report.opened import Opened
from retro.report.preview import bundle
from retro.sections.groups import group_name
from retro.sections.section import records

_WEEK = dt.timedelta(weeks=1)
_WINDOW = "retro_window"
_MOST_ROWS, _MOST_BARS, _MOST_LINES = 2000, 15, 5

_REASONS: Mapping[str, str] = {
    "difference": "it is a difference of two rates: cut each",
    "estimate": "it is an estimate, not a sum of rows. {segment} estimates a part",
    "params": "it takes lists, prices or other periods of the params",
    "records": "it is made from what other reports recorded",
    "rules": "rules of many steps decide it",
    "statistic": "it is a median, a mean of scores, a rank or a baseline",
}


@dataclass(frozen=True, repr=False)
class Cut:
    """A figure by groups.

    Attributes:
        asked: What was cut, and how.
        frame: One row per group: the dimensions, `on` where it is laid over time, `value`; of a rate or ratio
            `numerator` and `denominator`; `low` and `high`, of a rate of counts Wilson's interval, of another ratio of
            sums over people how it varies between them, of whole sums none; `people` where rows name them; against a
            base `base`, `base_low`, `base_high` and `change`, of rates and ratios with `change_low` and `change_high`.
            Groups of fewer than 5 people are masked.
        sentence: What it shows.
        text: Texts of the reader's language.
        noun: What this shop's new users are.
        varies: Whether anything tells how it varies; of a ratio with a part that people do not make, such as cost, not.
    """

    asked: CutParams
    frame: pd.DataFrame
    sentence: str
    text: Text
    noun: str = ""
    varies: bool = True

    @property
    def label(self) -> str:
        """What readers call the figure."""
        return figure(self.asked.figure).label_of(self.asked.figure, self.text.lang, noun=self.noun)

    @cached_property
    def chart(self) -> Chart | None:
        """Rows, or lines over time; None where nothing can be drawn."""
        drawn = self._drawn()
        if drawn.empty:
            return None
        if not self.asked.over:
            return self._rows(drawn)
        return self._lines(drawn) if drawn[PLACE].nunique() > 1 else None

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What a page shows of it."""
        said = Callout(tone="finding", blocks=(Paragraph(spans=spans(self.sentence.strip())),))
        chart = (figure_block(self.chart),) if self.chart is not None else ()
        table = (self._table(),) if len(self.frame) > 1 else ()
        return (said, *chart, *table, Note(spans=spans(self._definition())))

    def __repr__(self) -> str:
        return f"{self.sentence.replace('**', '')}\n{self.frame.to_string(index=False)}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:  # noqa: ANN401 - IPython's protocol
        return bundle(self.blocks) | {"text/plain": repr(self)}

    def _definition(self) -> str:
        one, text = figure(self.asked.figure), self.text
        kept = text.join(
            [f"{_dimension(name, text)} = {text.join(list(values))}" for name, values in self.asked.where.items()]
        )
        said = text.pick(one.definition) if one.definition else ""
        told = text("cut.definition", definition=said, among=text("cut.among", where=kept) if kept else "")
        return told if self.varies else told + text("cut.no_people")

    def _facts(self) -> dict[str, object]:
        text = self.text
        over = [text(f"cut.over.{self.asked.over}")] if self.asked.over else []
        named = [*(_dimension(name, text) for name in self.asked.by), *over] or [text("cut.whole")]
        base = text(f"cut.base.{self.asked.against}") if self.asked.against else ""
        note = text("cut.noted", base=base) if base else ""
        return {"label": self.label, "dimensions": text.join(named), "note": note}

    def _drawn(self) -> pd.DataFrame:
        """The frame as numbers that can be drawn, with names of its groups; what is masked is left out."""
        unit, text = figure(self.asked.figure).unit, self.text
        frame = self.frame.assign(group=self._groups())
        frame = frame.loc[[_is_told(one) for one in frame["value"]]]
        names = [name for name in ("value", "low", "high", BASE, "base_low", "base_high") if name in frame.columns]
        told = [text.written(value, unit) for value in frame["value"]]
        return frame.assign(**{name: frame[name].astype("float64") for name in names}, told=told)

    def _groups(self) -> list[str]:
        return [_group(row, self.asked.by, self.text) for row in self.frame.to_dict("records")]

    def _rows(self, drawn: pd.DataFrame) -> Chart:
        shown = drawn.nlargest(_MOST_BARS, "value").assign(label=lambda one: one["group"], bold=lambda one: one["told"])
        low, high = ("base_low", "base_high") if self.asked.against and shown["low"].isna().all() else ("low", "high")
        base = (Tick(BASE, BASELINE, name="base"),) if self.asked.against else ()
        interval = (Span(low, high),) if shown[low].notna().any() else ()
        marks = (Bar("value", height=0.5), *interval, *base)
        return row_chart(shown, self.text, "cut.chart", *marks, facts=self._facts())

    def _lines(self, drawn: pd.DataFrame) -> Chart:
        most = drawn.groupby("group")["value"].sum().nlargest(_MOST_LINES).index
        shown = drawn[drawn["group"].isin(most)].sort_values(PLACE)
        unit = figure(self.asked.figure).unit
        y = unit if unit in {"rate", "change", "money", "ratio"} else "count"
        base = (Line(BASE, BASELINE, name="base"),) if self.asked.against else ()
        marks = (Lines("value", "group"),) if len(most) > 1 else (Line("value"), *base)
        over: Literal["hour", "day"] = "hour" if self.asked.over == "hour" else "day"
        return line_chart(shown, self.text, "cut.lines", *marks, at=PLACE, over=over, y=y, facts=self._facts())

    def _table(self) -> Table:
        text, unit, facts = self.text, figure(self.asked.figure).unit, self._facts()
        changed = "percentage_points" if unit == "rate" else "change"
        units = {"value": unit, "people": "users", BASE: unit, "change": changed}
        columns = [name for name in units if name in self.frame.columns]
        heads = [*(Column(label=_dimension(name, text), numeric=False) for name in self.asked.by)]
        heads += [Column(label=text("cut.table.on"), numeric=False)] if self.asked.over else []
        heads += [Column(label=text(f"cut.table.{name}"), numeric=True) for name in columns]
        bounded = any(_is_told(one) for one in self.frame["low"])
        heads += [Column(label=text("cut.table.interval"), numeric=True)] if bounded else []
        rows = []
        for row in self.frame.to_dict("records"):
            words = [group_name(_bare(name), row[name], text) for name in self.asked.by]
            words += [_place(row[PLACE], self.asked.over, text)] if self.asked.over else []
            words += [_written(row[name], units[name], text) for name in columns]
            words += [text.interval(row["low"], row["high"], unit) if _is_told(row["low"]) else ""] if bounded else []
            rows.append(tuple(Cell(text=one) for one in words))
        return Table(caption=text("cut.table.caption", **facts), columns=tuple(heads), rows=tuple(rows), folded=True)


def cut(report: Opened, asked: CutParams) -> Cut:
    """Cut a figure of a report.

    Args:
        report: The report.
        asked: What is cut, and how.

    Raises:
        RetroError: The figure cannot be cut, and why; there is no such dimension or base; or there are too many groups.
    """
    one, values = figure(asked.figure), report.values
    shop = shop_of(report)
    parts = _parts(one, asked.figure, values, shop)
    windows = [(parts, 0), *_bases(report, one, asked, shop)]
    keys, rate = [*asked.by, *([PLACE] if asked.over else [])], one.unit == "rate"
    try:
        people = between_people(report, windows, asked) if len(parts) > 1 or len(parts[0].parts) > 1 else None
        frame, *bases = _asked(report, windows, asked) if people is None else own_and_base(people, keys)
    except SourceError as reason:  # such as a query within a query that the engine cannot join to what is cut by
        raise RetroError(f"report.cut: {asked.figure} cannot be cut like that: {reason} Take {shop.segment}.") from None
    if (
        asked.where
        and not _young(report, one, asked)
        and (not len(frame) or (len(frame) == 1 and not frame.iloc[0].get(PEOPLE, 1)))
    ):
        _refuse_nobody(report, parts[0], asked)
    if len(frame) > _MOST_ROWS:
        many = f"at most {_MOST_ROWS} groups, got {len(frame)}"
        raise RetroError(f"report.cut: cut must have {many}. Restrict it by where, or cut coarser.")
    shares = rate and (people is None or len(parts) == 1)
    frame = valued(frame, shares=shares)
    if asked.against:
        frame = beside(frame, bases, keys, rate=rate, shares=shares)
    if people is not None and frame["low"].isna().all():
        frame = with_intervals(frame, people, keys, rate=rate)
    varies = people is not None or "numerator" not in frame.columns or bool(frame["low"].notna().any())
    counted = rate and parts[0].parts[0] == "numerator" and frame.get(PEOPLE) is not None and _whole(frame)
    frame = hidden_small(frame, counted=counted)
    frame = frame.assign(**{name: frame[name].fillna(report.text("reach.chart.unknown")) for name in asked.by})
    frame = _ordered(frame, asked)
    sentence = _sentence(frame, asked, one, report, parts)
    return Cut(asked, frame, sentence, report.text, report.noun, varies)


def rows_behind(report: Opened, asked: CutParams) -> ibis.Table:
    """The rows behind a figure, lazily, with all their columns.

    Raises:
        RetroError: As of `cut`.
    """
    first, *_ = parts_of(report, asked.figure)
    return report.tables.query(first.rows(asked.where))


def shop_of(report: Opened) -> Shop:
    """The tables of a report's shop, and by what they can be cut."""
    tables = report.tables
    columns = {name: tuple(getattr(tables, name).columns) for name in tables.names}
    own = {name: Own(**said) for name, said in OWN_DIMENSIONS.items()}
    return Shop(columns, dimensions(project_root() / "data_contracts"), own)


def parts_of(report: Opened, name: str) -> list[Rows]:
    """The rows of a figure of a report, or those of its numerator and denominator.

    Raises:
        RetroError: The figure cannot be cut, and why.
    """
    return _parts(figure(name), name, report.values, shop_of(report))


def values_of(report: Opened, rows: Rows, dimension: str) -> list[str]:
    """The values of a dimension that rows of enough people have."""
    found = report.tables.query(rows.cut([dimension], {})).execute().to_dict("records")
    return [str(one[dimension]) for one in found if not few(one[PEOPLE]) and not pd.isna(one[dimension])]


def _parts(one: Figure, name: str, values: Mapping[str, Any], shop: Shop) -> list[Rows]:
    """The rows of a figure, or those of numerator and denominator, where each has its own expression."""
    if one.expression:
        return [Rows(one, name, values, shop)]
    parts = [families()[one.family].figures.get(part) or known(part) for part in (one.numerator, one.denominator)]
    if not one.numerator or not all(part is not None and part.expression for part in parts):
        reason = (
            _REASONS[one.unexpressed].format(segment=shop.segment)
            if one.unexpressed
            else "a part of it has no expression of its own"
        )
        raise RetroError(f"report.cut: {name} cannot be cut: {reason}.")
    return [Rows(part, part.name, values, shop) for part in parts if part is not None]


def _asked(report: Opened, windows: Sequence[tuple[Sequence[Rows], int]], asked: CutParams) -> list[pd.DataFrame]:
    """The parts of each group in each window, from the engine: all windows at once, which reads their rows once.

    Args:
        report: The report.
        windows: The rows of each window's parts, and the days by which its places are moved.
        asked: What is cut, and how.
    """
    keys = [*asked.by, *([PLACE] if asked.over else [])]
    parts = []
    for place in range(len(windows[0][0])):
        queries = [rows[place].cut(asked.by, asked.where, asked.over, later) for rows, later in windows]
        every = " union all ".join(
            f"select {number} as {_WINDOW}, * from {TAKEN}{number}" for number in range(len(queries))
        )
        parts.append(report.tables.query(inserted(every, queries)).execute())
    return [_joined([_window(one, number) for one in parts], keys) for number in range(len(windows))]


def _window(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    return frame[frame[_WINDOW] == number].drop(columns=[_WINDOW]).reset_index(drop=True)


def _joined(frames: Sequence[pd.DataFrame], keys: Sequence[str]) -> pd.DataFrame:
    """A value, or numerator and denominator side by side."""
    if len(frames) == 1:
        return frames[0]
    above, below = (
        one.rename(columns={"value": name}) for one, name in zip(frames, ("numerator", "denominator"), strict=True)
    )
    second = f"{PEOPLE}_of"
    below = below.rename(columns={PEOPLE: second})
    joined = pd.DataFrame(above.merge(below, on=keys, how="outer") if keys else above.join(below))
    return joined.assign(**{PEOPLE: joined[[PEOPLE, second]].min(axis=1)}).drop(columns=[second])


def _refuse_nobody(report: Opened, rows: Rows, asked: CutParams) -> None:
    """Refuse values that no row has, and name those of enough people."""
    for name, values in asked.where.items():
        known_ = values_of(report, rows, name)
        if unknown := [value for value in values if value not in known_]:
            hint = did_you_mean(unknown[0], known_)
            raise RetroError(f"report.cut: where.{name} must be a value of the data, got {unknown[0]!r}. {hint}")


def _young(report: Opened, one: Figure, asked: CutParams) -> int:
    """The days that the figure observes each for, where even the first of the window is not observed so long; else 0.

    They are counted from the window's first day, as no one of the window came before it.
    """
    words, until = braced(one.expression), report.observed_until
    if until is None or "observed_until" not in words:
        return 0
    known_ = meant(one, asked.figure, report.values)
    days = max((int(known_[word]) for word in words if word == "#" or word.endswith("_days")), default=0)
    return days if report.params.window.start.date() + dt.timedelta(days=days) > until.date() else 0


def _bases(report: Opened, one: Figure, asked: CutParams, shop: Shop) -> Iterator[tuple[Sequence[Rows], int]]:
    """The rows of the windows that a cut stands beside, and how many days each lies before."""
    window = report.params.window
    for other in _windows(report, asked) if asked.against else ():
        values = report.values | {"start": other.start, "end": other.end}
        yield _parts(one, asked.figure, values, shop), (window.start - other.start).days


def _windows(report: Opened, asked: CutParams) -> list[Window]:
    """The windows of a base: of the baseline as many as fit into its weeks, at the same weekdays, on ordinary days."""
    window, bases = report.params.window, {base.basis: base for base in report.bases if base.basis != "target"}
    if asked.against in bases:
        return [bases[asked.against].window]
    if asked.against != "baseline":
        hint = did_you_mean(asked.against, ["baseline", *bases])
        raise RetroError(f"report.cut: against must be baseline or a basis of compare, got {asked.against!r}. {hint}")
    step = -(-(window.end - window.start) // _WEEK)
    first = _first_moment(report)
    earlier = [window.earlier(step * place * _WEEK) for place in range(1, report.params.baseline_weeks // step + 1)]
    others = report.params.roi.others
    fit = [one for one in earlier if one.start >= first and not any(_meet(one, other) for other in others)]
    if not fit:
        raise RetroError("report.cut: against must have ordinary days in the weeks before, got none in the data.")
    return fit


def _meet(one: Window, other: Window) -> bool:
    return one.start < other.end and other.start < one.end


def _first_moment(report: Opened) -> pd.Timestamp:
    """The day on which what the shop knows begins."""
    moments = (("orders", "ordered_at"), ("events", "occurred_at"), ("users", "registered_at"))
    name, column = next(pair for pair in moments if pair[0] in report.tables)
    return pd.Timestamp(getattr(report.tables, name)[column].min().execute()).floor("D")


def _is_told(value: Any) -> bool:  # noqa: ANN401 - a cell holds whatever it holds
    return not hidden(value) and not pd.isna(value)


def _whole(frame: pd.DataFrame) -> bool:
    return all(float(one).is_integer() for one in frame["numerator"] if not pd.isna(one))


def _ordered(frame: pd.DataFrame, asked: CutParams) -> pd.DataFrame:
    """Over time by place, else the largest first; the columns as they are read."""
    if asked.over:
        frame = frame.sort_values([PLACE, *asked.by])
    else:
        size = pd.to_numeric(frame["value"].map(lambda one: None if hidden(one) else one), errors="coerce")
        frame = frame.loc[size.astype("float64").sort_values(ascending=False, na_position="last").index]
    first = [*asked.by, *([PLACE] if asked.over else []), "value", "numerator", "denominator", "low", "high", PEOPLE]
    names = [name for name in first if name in frame.columns]
    return frame[[*names, *(name for name in frame.columns if name not in names)]].reset_index(drop=True)


def _sentence(frame: pd.DataFrame, asked: CutParams, one: Figure, report: Opened, parts: Sequence[Rows]) -> str:
    """What a cut shows: the highest and the lowest, and what moved most."""
    text, label = report.text, one.label_of(asked.figure, report.text.lang, noun=report.noun)
    told = [row for row in records(frame) if _is_told(row["value"])]
    if not told and (days := _young(report, one, asked)) and report.observed_until is not None:
        return text("cut.young", days=days, start=report.params.window.start.date(), until=report.observed_until.date())
    if not told:
        return text("cut.few" if len(frame) and PEOPLE in frame.columns else "cut.none")
    by_size = sorted(told, key=lambda row: float(row["value"]))
    top, least = by_size[-1], by_size[0]
    words = {"label": label, "value": text.written(top["value"], one.unit), "interval": _interval(top, one, text)}
    if asked.over:
        group = text("cut.of_group", group=_group(top, asked.by, text)) if asked.by else ""
        said = text("cut.peak", on=_place(top[PLACE], asked.over, text), group=group, **words)
    elif len(told) == 1:
        said = text("cut.one", **words)
    else:
        share = _share(top, told, frame, one, text)
        lowest = f"{_group(least, asked.by, text)}"
        said = text("cut.most", top=_group(top, asked.by, text), bottom=lowest, share=share,
                    least=text.written(least["value"], one.unit), **words)  # fmt: skip
        said += _apart(by_size, asked, one, report.text, parts)
    return said + "".join(_compared(told, asked, one, text))


def _apart(
    by_size: Sequence[Mapping[str, Any]], asked: CutParams, one: Figure, text: Text, parts: Sequence[Rows]
) -> str:
    """Which groups the highest is shown to lie above; where one person may be in several, only what intervals show."""
    top = by_size[-1]
    if not all(part.parts_people(asked.by) for part in parts):
        ends = [top["low"], by_size[0]["high"]]
        if not all(_is_told(end) for end in ends):
            return ""
        return text("cut.apart" if ends[0] > ends[1] else "cut.together")
    counted = one.unit == "rate" and len(parts) == 1 and "numerator" in top and counts(pd.DataFrame(by_size))
    found, pairs = differences(by_size, counts=counted)
    if not found:
        return ""
    shown = [each for each in found if each.low > 0]
    named = (shown or found)[0]
    unit = "percentage_points" if one.unit == "rate" else one.unit
    others = [_group(row, asked.by, text) for row in by_size[:-1] if all(row is not each.row for each in shown)]
    words = {
        "top": _group(top, asked.by, text),
        "group": _group(named.row, asked.by, text),
        "difference": _written(named.value, unit, text).removeprefix("+"),
        "interval": text.interval(named.low, named.high, unit),
        "pairs": text("cut.pairs", pairs=pairs) if pairs > 1 else "",
    }
    if not shown:
        return text("cut.not_above", **words) + (text("cut.none_above") if len(by_size) > 2 else "")  # noqa: PLR2004 - a pair
    said = text("cut.above", **words)
    if len(by_size) > 2:  # noqa: PLR2004 - a pair
        more = text.join(others) if len(others) <= _MOST_LINES else text("cut.so_many", groups=len(others))
        said += text("cut.above_some", groups=more) if others else text("cut.above_all")
    return said


def _compared(told: Sequence[Mapping[str, Any]], asked: CutParams, one: Figure, text: Text) -> Iterator[str]:
    moved = [row for row in told if asked.against and not pd.isna(row.get("change"))]
    if not moved:
        return
    words = {"base": text(f"cut.base.{asked.against}")}
    if len(told) == 1:
        yield text("cut.moved_one", **words, **_move(told[0], asked, one, text)) + _chance(told[0], text)
        return
    by_size = sorted(moved, key=lambda row: abs(float(row["change"])), reverse=True)
    most, change = by_size[0], float(by_size[0]["change"])
    yield text("cut.moved", **words, **_move(most, asked, one, text)) + _chance(most, text)
    if other := next((row for row in by_size if float(row["change"]) * change < 0), None):
        yield text("cut.moved_other", **_move(other, asked, one, text)) + _chance(other, text)


def _move(row: Mapping[str, Any], asked: CutParams, one: Figure, text: Text) -> dict[str, str]:
    unit = "percentage_points" if one.unit == "rate" else "change"
    place = [_place(row[PLACE], asked.over, text)] if asked.over else []
    return {
        "group": text.join([*([_group(row, asked.by, text)] if asked.by else []), *place]),
        "before": text.written(row[BASE], one.unit),
        "after": text.written(row["value"], one.unit),
        "change": _written(row["change"], unit, text),
    }


def _chance(row: Mapping[str, Any], text: Text) -> str:
    return text("cut.chance") if _may_be_chance(row) else ""


def _may_be_chance(row: Mapping[str, Any]) -> bool:
    """Whether the interval of a change covers none; of a sum, whether it lies where ordinary ones do."""
    if not pd.isna(row.get("change_low")):
        return bool(row["change_low"] <= 0 <= row["change_high"])
    return bool(row["base_low"] <= float(row["value"]) <= row["base_high"])  # never, where they are not known


def _share(
    top: Mapping[str, Any], told: Sequence[Mapping[str, Any]], frame: pd.DataFrame, one: Figure, text: Text
) -> str:
    """The share of the highest; nothing for rates, for people, whom two groups may share, and where one is masked."""
    if "numerator" in frame.columns or len(told) < len(frame) or one.unit in {"users", "buyers"}:
        return ""
    whole = sum(float(row["value"]) for row in told)
    return text("cut.share", share=float(top["value"]) / whole) if whole > 0 else ""


def _interval(row: Mapping[str, Any], one: Figure, text: Text) -> str:
    if pd.isna(row["low"]) or hidden(row["low"]):
        return ""
    return text("cut.interval", interval=text.interval(row["low"], row["high"], one.unit))


def _group(row: Mapping[Any, Any], by: Sequence[str], text: Text) -> str:
    return " · ".join(group_name(_bare(name), row[name], text) for name in by) or text("cut.whole")


def _bare(name: str) -> str:
    return name.rpartition(".")[2]


def _dimension(name: str, text: Text) -> str:
    return text.label("dimension", _bare(name))


def _place(moment: Any, over: str, text: Text) -> str:  # noqa: ANN401 - what an engine returns
    at = pd.Timestamp(moment)
    if over == "hour":
        return text.moment(at.to_pydatetime())
    return text.month(at.date()) if over == "month" else text.day(at.date())


def _written(value: Any, unit: str, text: Text) -> str:  # noqa: ANN401 - a cell holds whatever it holds
    if hidden(value) or pd.isna(value):
        return str(value) if hidden(value) else ""
    return text.percentage_points(float(value)) if unit == "percentage_points" else text.written(value, unit)
