"""Names and numbers of an experiment in the reader's language."""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.designs import Metric
from retro.i18n import Text
from retro.metrics.experiments import ExperimentResult
from retro.metrics.experiments.decisions import Decision
from retro.sections.section import column_label


@dataclass(frozen=True)
class Reader:
    """An experiment's result in one language.

    Attributes:
        result: The experiment's result.
        text: Texts of the language.
    """

    result: ExperimentResult
    text: Text

    @property
    def title(self) -> str:
        """The experiment's name."""
        design = self.result.design
        return self.text.pick(design.title) if design.title is not None else design.id

    @property
    def effects(self) -> pd.DataFrame:
        """Every metric of every arm."""
        return self.result.effects

    @property
    def control(self) -> str:
        """The control's name."""
        return self.arm(self.result.design.control)

    @property
    def level(self) -> str:
        """How often intervals cover the true value."""
        level = 1 - self.result.design.alpha
        return self.text.rate(level, 0 if round(level * 1000) % 10 == 0 else 1)

    def say(self, key: str, row: Any = None, /, **values: object) -> str:  # noqa: ANN401 - as `Text.__call__`
        """A text of experiments."""
        return self.text(f"experiments.say.{key}", row, **values)

    def arm(self, name: str) -> str:
        """An arm's name: in the reader's language where it has a text, else as the design has it."""
        return self.text.label("arm", name)

    def segment(self, name: str) -> str:
        """A segment's name."""
        return self.text.label("segment", name)

    def metric(self, name: str) -> Metric:
        """The metric of a name."""
        planned = [metric for _, metric in self.result.design.metrics]
        planned += [one.metric for one in self.result.unmeasured]
        return next(metric for metric in planned if metric.name == name)

    def name(self, metric: Metric) -> str:
        """A metric's name."""
        return self.text.pick(metric.title) if metric.title is not None else self.text.label("measure", metric.name)

    def metrics(self, role: str, outcome: str, arm: str) -> list[str]:
        """The metrics of a role with this outcome for an arm."""
        frame = self.effects
        return list(
            frame.loc[(frame["role"] == role) & (frame["outcome"] == outcome) & (frame["arm"] == arm), "metric"]
        )

    def hits(self, row: Mapping[str, Any], side: str) -> str:
        """A value of the control or the arm; of a share, with those that did and all."""
        metric = self.metric(row["metric"])
        value = self.value(metric, row["control" if side == "control" else "treatment"])
        hits = row["control_hits" if side == "control" else "hits"]
        if pd.isna(hits) or not value:
            return value
        units = self.text.exact(row["control_units" if side == "control" else "units"], 0)
        return self.say("hits", rate=value, hits=self.text.exact(hits, 0), units=units)

    def names(self, metrics: Sequence[str]) -> list[str]:
        """The names of metrics, in quotes."""
        return [self.say("named", name=self.name(self.metric(name))) for name in metrics]

    def row_label(self, row: Mapping[str, Any]) -> str:
        """A metric's name, with its arm where there are several."""
        name = self.name(self.metric(row["metric"]))
        if len(self.result.design.treatments) == 1:
            return name
        return self.say("row_arm", metric=name, arm=self.arm(row["arm"]))

    def unit(self, metric: Metric) -> str:
        """How differences of a metric are written on charts."""
        return "percentage_points" if metric.kind == "conversion" else "ratio"

    def value(self, metric: Metric, value: float) -> str:
        """A metric's value."""
        if math.isnan(value):
            return ""
        if metric.kind == "conversion":
            return self.text.rate(value, 2)
        return self.text.money(value) if _is_money(metric) else self.text.exact(value)

    def difference(self, metric: Metric, value: float) -> str:
        """A difference of two values, with its sign."""
        if math.isnan(value):
            return ""
        if metric.kind == "conversion":
            return self.text.percentage_points(value, 2)
        return f"{'+' if value > 0 else ''}{self.value(metric, value)}"

    def size(self, row: Mapping[str, Any]) -> str:
        """The difference that a metric's experiment could have seen, without its sign."""
        return self.difference(self.metric(row["metric"]), row["detectable"]).lstrip("+")

    def compared(self, row: Mapping[str, Any]) -> dict[str, str]:
        """A metric's two values, their difference and its interval; of the first primary metric where none is named."""
        metric = self.metric(row["metric"]) if "metric" in row else self.result.design.primary[0]
        values = {name: self.value(metric, row[name]) for name in ("control", "treatment") if name in row}
        interval = self.interval(metric, row["low"], row["high"])
        return values | {"effect": self.difference(metric, row["effect"]), "interval": interval}

    def interval(self, metric: Metric, low: float, high: float) -> str:
        """An interval of a difference; percentage points are said once."""
        if math.isnan(low) or math.isnan(high):
            return ""
        ends = [self.difference(metric, end) for end in (low, high)]
        if metric.kind == "conversion":
            ends[0] = ends[0].removesuffix(f" {self.text('unit.percentage_points')}")
        return self.say("interval", low=ends[0], high=ends[1])

    def decided(self, decision: Decision) -> str:
        """What to do about an arm, and the reason."""
        ready, unsound = self.result.ready_on, decision.reason == "unsound"
        held = self.metrics("guardrail", "held", decision.arm)
        variant = "_guarded" if decision.reason == "better" and held else ""
        if decision.reason == "no_effect" and ready is None:
            variant = "_undated"
        return self.say(
            f"decision.{decision.state}_{decision.reason}{variant}",
            held=self.names(held),
            better=self.names(self.metrics("primary", "better", decision.arm)),
            arm=self.arm(decision.arm),
            control=self.control,
            metrics=() if unsound else self.names(decision.metrics),
            checks=[self.check(name, "short") for name in decision.metrics] if unsound else (),
            ready=ready and _following_midnight(ready),
        )

    def check(self, name: str, family: str, **facts: object) -> str:
        """A check by name: `split_by_<segment>` shares one text for all segments."""
        segment = name.removeprefix("split_by_")
        if name.startswith("split_by_") and name != "split_by_day":
            return self.say(f"{family}.split_by", segment=segment, **facts)
        return self.say(f"{family}.{name}", **facts)

    def table(self, name: str, columns: Mapping[str, bool], rows: Sequence[Sequence[str]], **facts: object) -> Table:
        """A folded table, its texts below `<name>`; of each column, whether it is numeric."""
        return Table(
            caption=self.text(f"{name}.caption", **facts),
            columns=tuple(
                Column(label=column_label(name, column, self.text), numeric=numeric)
                for column, numeric in columns.items()
            ),
            rows=tuple(tuple(Cell(text=value) for value in row) for row in rows),
            folded=True,
        )


def _is_money(metric: Metric) -> bool:
    return metric.orders is not None and metric.orders.value is not None


def _following_midnight(moment: dt.datetime) -> dt.date:
    """The first day that begins at a moment or after it."""
    return moment.date() if moment.time() == dt.time() else moment.date() + dt.timedelta(days=1)
