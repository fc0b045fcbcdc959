"""Expectations that cost one scan together: two of our own, and stock ones that count and take no samples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

import great_expectations.expectations as stock
import sqlalchemy as sa
from great_expectations.compatibility import pyspark
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine import SparkDFExecutionEngine, SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial, metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration

AGGREGATE = "table.retro_aggregate"
"""The metric that the two expectations of our own ask for."""

ROWS = "table.row_count"
"""The number of rows, as GX calls it."""

_TURN = "table.retro_turn"

_Asked = dict[str, MetricConfiguration]
"""The metrics that another needs first."""


class _NoRows(TableMetricProvider):  # type: ignore[misc]  # GX is not typed here
    """An empty metric in the place of the stock number of rows, which would be a query of its own.

    Stock conditions wait for the number of rows and never look at it; expectations ask for it as an aggregate.
    """

    metric_name = ROWS

    @metric_value(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]  # same
    def _sqlalchemy(cls, **_: object) -> None:  # noqa: N805 - GX makes a class method of it
        ...

    @metric_value(engine=SparkDFExecutionEngine)  # type: ignore[untyped-decorator]  # same
    def _spark(cls, **_: object) -> None:  # noqa: N805 - same
        ...


class _Turn(_NoRows):
    """An empty metric to wait for: once resolved, GX has resolved the conditions of the stock counts.

    GX runs one query for all aggregates that become ready in the same round. Stock counts become ready two rounds after
    the table's columns are known; an aggregate that waits for this becomes ready with them, and shares their scan.
    """

    metric_name = _TURN

    @classmethod
    def _get_evaluation_dependencies(cls, metric: MetricConfiguration, **_: object) -> _Asked:
        return {"table.columns": MetricConfiguration("table.columns", metric.metric_domain_kwargs)}


class _TableAggregate(TableMetricProvider):  # type: ignore[misc]  # GX is not typed here
    """An SQL aggregate over the table, bundled with every other count that is asked of it."""

    metric_name = AGGREGATE
    value_keys = ("expression",)

    @metric_partial(  # type: ignore[untyped-decorator]  # same
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls,  # noqa: N805 - GX makes a class method of it
        execution_engine: object,  # noqa: ARG002 - GX calls it with these names
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],  # noqa: ARG002 - same
        runtime_configuration: dict[str, Any],  # noqa: ARG002 - same
    ) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        return sa.literal_column(_one_row(metric_value_kwargs["expression"])), metric_domain_kwargs, {}

    @metric_partial(  # type: ignore[untyped-decorator]  # same
        engine=SparkDFExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _spark(
        cls,  # noqa: N805 - same
        execution_engine: object,  # noqa: ARG002 - same
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],  # noqa: ARG002 - same
        runtime_configuration: dict[str, Any],  # noqa: ARG002 - same
    ) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        expression = pyspark.functions.expr(_one_row(metric_value_kwargs["expression"]))
        return expression, metric_domain_kwargs, {}

    @classmethod
    def _get_evaluation_dependencies(cls, metric: MetricConfiguration, **given: object) -> _Asked:
        asked: _Asked = super()._get_evaluation_dependencies(metric, **given)
        if not asked:  # the partial, on which the whole depends
            asked[_TURN] = MetricConfiguration(_TURN, metric.metric_domain_kwargs)
        return asked


def _one_row(expression: str) -> str:
    """The expression as an aggregate also where it is a query of its own, which else is answered for every row."""
    return f"case when count(*) >= 0 then {expression} end"


class _InOneScan:
    """An expectation that counts the rows in the scan of all other aggregates."""

    def get_validation_dependencies(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - GX is not typed here
        asked = super().get_validation_dependencies(*args, **kwargs)  # type: ignore[misc]  # an expectation has it
        domain = asked.get_metric_configuration(ROWS).metric_domain_kwargs
        asked.set_metric_configuration(ROWS, MetricConfiguration(AGGREGATE, domain, {"expression": "count(*)"}))
        return asked


class ExpectFewRowsToBreak(_InOneScan, BatchExpectation):  # type: ignore[misc]  # same
    """The aggregate `expression` counts rows that break a rule; at least the share `mostly` of all rows must not.

    Where it is a struct, it counts them in `broken` and holds the first of them in `kept`.
    """

    expression: str
    mostly: float = 1.0

    metric_dependencies: ClassVar = (ROWS, AGGREGATE)
    success_keys: ClassVar = ("expression", "mostly")

    def _validate(self, metrics: Mapping[str, Any], **_: object) -> dict[str, Any]:
        rows, found = metrics[ROWS], metrics[AGGREGATE]
        keeps = isinstance(found, Mapping)
        broken = found["broken"] if keeps else found
        result = {"element_count": rows, "unexpected_count": broken, "kept": (found["kept"] or []) if keeps else []}
        return {"success": broken <= (1 - self.mostly) * rows, "result": result}


class ExpectAggregateToBeBetween(_InOneScan, BatchExpectation):  # type: ignore[misc]  # same
    """The aggregate `expression` lies within bounds; an empty value does not.

    Numbers are compared exactly, since floats merge long integers; bounds of moments are ISO text.
    """

    expression: str
    min_value: Any = None
    max_value: Any = None
    strict_min: bool = False
    strict_max: bool = False

    metric_dependencies: ClassVar = (ROWS, AGGREGATE)
    success_keys: ClassVar = ("expression", "min_value", "max_value", "strict_min", "strict_max")

    def _validate(self, metrics: Mapping[str, Any], **_: object) -> dict[str, Any]:
        value = metrics[AGGREGATE]
        success = value is not None and self._is_within(_comparable(value))
        return {"success": success, "result": {"observed_value": value}}

    def _is_within(self, value: Any) -> bool:  # noqa: ANN401 - a number, or ISO text
        low, high = self.min_value, self.max_value
        above = low is None or (value > low if self.strict_min else value >= low)
        return above and (high is None or (value < high if self.strict_max else value <= high))


def _comparable(value: Any) -> Any:  # noqa: ANN401 - whatever an engine aggregates
    return value.isoformat() if isinstance(value, dt.datetime) else value


class CountedRows(_InOneScan, stock.ExpectTableRowCountToBeBetween):  # type: ignore[misc]  # same
    """`expect_table_row_count_to_be_between`, with what else is counted."""


class _OnlyCounts(_InOneScan):
    """A stock expectation that asks for counts and for no samples."""

    map_metric: str

    def get_validation_dependencies(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - GX is not typed here
        asked = super().get_validation_dependencies(*args, **kwargs)
        asked.remove_metric_configuration(f"{self.map_metric}.unexpected_values")
        return asked


class CountedToNotBeNull(_OnlyCounts, stock.ExpectColumnValuesToNotBeNull):  # type: ignore[misc]  # same
    """`expect_column_values_to_not_be_null`, counted."""


class CountedToBeInSet(_OnlyCounts, stock.ExpectColumnValuesToBeInSet):  # type: ignore[misc]  # same
    """`expect_column_values_to_be_in_set`, counted."""


class CountedToNotBeInSet(_OnlyCounts, stock.ExpectColumnValuesToNotBeInSet):  # type: ignore[misc]  # same
    """`expect_column_values_to_not_be_in_set`, counted."""


class CountedToBeBetween(_OnlyCounts, stock.ExpectColumnValuesToBeBetween):  # type: ignore[misc]  # same
    """`expect_column_values_to_be_between`, counted."""


COUNTED = {
    "expect_few_rows_to_break": ExpectFewRowsToBreak,
    "expect_aggregate_to_be_between": ExpectAggregateToBeBetween,
    "expect_table_row_count_to_be_between": CountedRows,
    "expect_column_values_to_not_be_null": CountedToNotBeNull,
    "expect_column_values_to_be_in_set": CountedToBeInSet,
    "expect_column_values_to_not_be_in_set": CountedToNotBeInSet,
    "expect_column_values_to_be_between": CountedToBeBetween,
}
