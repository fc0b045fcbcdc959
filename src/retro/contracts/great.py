"""Great Expectations, run on the connection that Ibis already has. Importing this takes five seconds: do it last.

Three things keep a run as cheap as one hand-written query:

- A dialect without transactions. Great Expectations fetches after it has closed its connection, and the rollback of
  closing would discard DuckDB's result.
- Stock expectations that only count. Their samples cost one more scan for each rule; failing rows are set aside by
  `quarantine`, in one scan for all rules and without a cap of 200.
- Two expectations of our own whose aggregates travel in the same query as the stock counts.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read on import; releases before 1.24 report to their maker

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its dependencies' deprecations are nothing a reader could act on
    import great_expectations as gx
    import great_expectations.expectations as stock
    import sqlalchemy as sa
    from duckdb_engine import ConnectionWrapper, Dialect, DuckDBIdentifierPreparer
    from great_expectations.core.metric_domain_types import MetricDomainTypes
    from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.expectation import BatchExpectation
    from great_expectations.expectations.metrics.metric_provider import metric_partial
    from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
    from great_expectations.expectations.registry import get_expectation_impl
    from sqlalchemy.pool import StaticPool

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # failures are told in the verdict

_AGGREGATE = "table.retro_aggregate"

_VALUE = re.compile(r"\b(string|value) (['\"]).*?\2")
"""A value of a row in DuckDB's messages, which a verdict must not repeat."""


class _Quoter(DuckDBIdentifierPreparer):  # type: ignore[misc]  # duckdb_engine is not typed here
    """Quotes every name: DuckDB has words, such as `at`, that are not reserved and yet no names."""

    def _requires_quotes(self, value: str) -> bool:  # noqa: ARG002 - the base class calls it with the name
        return True


class _GateDialect(Dialect):  # type: ignore[misc]  # duckdb_engine is not typed here
    """DuckDB without transactions, so that a result outlives the connection that GX has closed."""

    supports_statement_cache = True
    preparer = _Quoter

    def do_begin(self, dbapi_connection: object) -> None: ...

    def do_commit(self, dbapi_connection: object) -> None: ...

    def do_rollback(self, dbapi_connection: object) -> None: ...


sa.dialects.registry.register("duckdb.retro", __name__, "_GateDialect")


class _Borrowed(ConnectionWrapper):  # type: ignore[misc]  # same
    """A connection that belongs to Ibis: SQLAlchemy must not close it."""

    def close(self) -> None: ...


class _TableAggregate(TableMetricProvider):  # type: ignore[misc]  # GX is not typed here
    """An SQL aggregate over the table, bundled with every other count that is asked of it."""

    metric_name = _AGGREGATE
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
        return sa.literal_column(metric_value_kwargs["expression"]), metric_domain_kwargs, {}


class ExpectFewRowsToBreak(BatchExpectation):  # type: ignore[misc]  # same
    """The aggregate `expression` counts rows that break a rule; at least the share `mostly` of all rows must not."""

    expression: str
    mostly: float = 1.0

    metric_dependencies: ClassVar = ("table.row_count", _AGGREGATE)
    success_keys: ClassVar = ("expression", "mostly")

    def _validate(self, metrics: Mapping[str, Any], **_: object) -> dict[str, Any]:
        rows, broken = metrics["table.row_count"], metrics[_AGGREGATE]
        result = {"element_count": rows, "unexpected_count": broken}
        return {"success": broken <= (1 - self.mostly) * rows, "result": result}


class ExpectAggregateToBeBetween(BatchExpectation):  # type: ignore[misc]  # same
    """The aggregate `expression` lies within bounds; an empty value does not."""

    expression: str
    min_value: float | None = None
    max_value: float | None = None
    strict_min: bool = False
    strict_max: bool = False

    # The row count makes the query an aggregate even where the expression is a query of its own.
    metric_dependencies: ClassVar = ("table.row_count", _AGGREGATE)
    success_keys: ClassVar = ("expression", "min_value", "max_value", "strict_min", "strict_max")

    def _validate(self, metrics: Mapping[str, Any], **_: object) -> dict[str, Any]:
        value = metrics[_AGGREGATE]
        success = value is not None and self._is_within(float(value))
        return {"success": success, "result": {"observed_value": value}}

    def _is_within(self, value: float) -> bool:
        low, high = self.min_value, self.max_value
        above = low is None or (value > low if self.strict_min else value >= low)
        return above and (high is None or (value < high if self.strict_max else value <= high))


class _OnlyCounts:
    """A stock expectation that asks for counts and for no samples."""

    map_metric: str

    def get_validation_dependencies(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - GX is not typed here
        asked = super().get_validation_dependencies(*args, **kwargs)  # type: ignore[misc]  # the stock class has it
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


class CountedLengthsToBeBetween(_OnlyCounts, stock.ExpectColumnValueLengthsToBeBetween):  # type: ignore[misc]  # same
    """`expect_column_value_lengths_to_be_between`, counted."""


_COUNTED = {
    "expect_column_values_to_not_be_null": CountedToNotBeNull,
    "expect_column_values_to_be_in_set": CountedToBeInSet,
    "expect_column_values_to_not_be_in_set": CountedToNotBeInSet,
    "expect_column_values_to_be_between": CountedToBeBetween,
    "expect_column_value_lengths_to_be_between": CountedLengthsToBeBetween,
}


@dataclass(frozen=True)
class Answer:
    """What Great Expectations found for one rule.

    Attributes:
        rule: The rule's name.
        success: Whether it holds.
        rows: Rows that were looked at; None where the rule is not about rows.
        broken: Rows that break it; None where the rule is not about rows.
        value: What was observed instead: a count, a sum, the newest moment.
        problem: Why the question could not be answered; empty where it could.
    """

    rule: str
    success: bool
    rows: int | None = None
    broken: int | None = None
    value: Any = None
    problem: str = ""


def ask(connection: Any, suite: Mapping[str, Any]) -> dict[str, Answer]:  # noqa: ANN401 - a DuckDB connection
    """Ask a suite of the table of its name.

    Args:
        connection: DuckDB's own connection, where the table is a table or view.
        suite: What `expectations.suite` made.

    Returns:
        An answer for each rule. One question that the engine cannot answer does not spoil the others.
    """
    # The default configuration makes a temporary folder for pages that nobody asked for.
    in_memory = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False))
    context = gx.get_context(mode="ephemeral", project_config=in_memory)
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sql(
        "shop",
        connection_string="duckdb+retro://",
        create_temp_table=False,
        kwargs={"creator": lambda: _Borrowed(connection), "poolclass": StaticPool},
    )
    table = str(suite["name"])
    asset = source.add_query_asset(table, query=f'select * from "{table}"')
    batch = asset.add_batch_definition_whole_table(table).get_batch()
    expectations = [_expectation(given) for given in suite["expectations"]]
    answers = _answers(batch, expectations)
    broken = [one for one in expectations if answers[one.meta["rule"]].problem]
    if len(broken) < len(expectations) or len(broken) > 1:
        for one in broken:
            answers |= _answers(batch, [one])
    return answers


def _expectation(given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - GX is not typed here
    make = _COUNTED.get(given["type"]) or get_expectation_impl(given["type"])
    return make(**given["kwargs"], meta=given["meta"], severity=given["severity"])


def _answers(batch: Any, expectations: list[Any]) -> dict[str, Answer]:  # noqa: ANN401 - same
    suite = gx.ExpectationSuite("rules", expectations=expectations)
    result = batch.validate(suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0})
    return {one.expectation_config.meta["rule"]: _answer(one) for one in result.results}


def _answer(one: Any) -> Answer:  # noqa: ANN401 - same
    rule, found = one.expectation_config.meta["rule"], one.result
    problem = _problem(one.exception_info or {})
    if problem:
        return Answer(rule, success=False, problem=problem)
    rows, broken = found.get("element_count"), found.get("unexpected_count")
    return Answer(rule, bool(one.success), rows, broken, found.get("observed_value"))


def _problem(info: Mapping[str, Any]) -> str:
    """The first exception's message in one line; GX nests them by metric where a metric failed."""
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            message = " ".join(str(entry.get("exception_message") or "unknown error").split())
            message = message.split(" [SQL:")[0].split(" LINE 1:")[0]
            return _VALUE.sub(r"\1 (a value)", message)
    return ""
