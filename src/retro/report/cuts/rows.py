"""The rows behind a figure, and the dimensions that they can be cut by, read off its expression."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlglot
import sqlglot.expressions as sge

from retro.errors import RetroError, did_you_mean
from retro.figures import VIEWS, Figure
from retro.figures.queries import filled, meant, used_views
from retro.sources.as_of import MOMENTS

_LINKS: Mapping[str, str] = {"users": "user_id", "orders": "order_id", "products": "product_id"}
"""Tables that rows are joined to for a dimension which they lack, by the key."""

PEOPLE, PLACE = "people", "on"
"""Columns of every cut: how many people the rows are of, and the day or the like."""

PERSON, ROWS = "retro_person", "retro_rows"
"""Whose the rows are, and how many, in a cut by person, which stays in the engine."""

PARTS = ("numerator", "denominator")

TAKEN = "retro_query_"
"""What the names of queries begin with in the query around them, each with its place."""

_OF_ONE = frozenset({"user_id", "order_id"})
"""Keys of what is one person's, so that what is counted once with them is counted once for each person."""


@dataclass(frozen=True)
class Own:
    """A dimension that is no column: a query over the shop's tables.

    Attributes:
        key: What rows are joined to it by.
        sql: The query: the key, and the dimension under its own name.
    """

    key: str
    sql: str


@dataclass(frozen=True)
class Shop:
    """What can be asked for.

    Attributes:
        columns: The columns of the shop's tables.
        groups: Those of each table by which figures may be cut.
        own: The dimensions that are no columns.
    """

    columns: Mapping[str, Collection[str]]
    groups: Mapping[str, Collection[str]]
    own: Mapping[str, Own]

    @property
    def segment(self) -> str:
        """How a report is asked of a part of its people: by columns that `users` or else `orders` has."""
        home = "users" if "users" in self.columns else "orders"
        fit = sorted(name for name in self.groups.get(home, ()) if name in self.columns.get(home, ()))
        return f"`report.with_(segment=...)` by {', '.join(fit)}" if fit else "`report.with_(segment=...)`"


@dataclass(frozen=True)
class _Source:
    """A table, view or subquery that an expression reads, with the table that each of its columns comes from."""

    alias: str
    columns: Mapping[str, str]
    optional: bool = False


class Rows:
    """The rows of one expression.

    Args:
        one: The figure, which has an expression.
        name: Its name where it is a pattern.
        values: What the expression has in braces.
        shop: The shop's tables and dimensions.

    Raises:
        RetroError: The expression is of no one set of rows, or its value is no sum over them; it says which.
    """

    def __init__(self, one: Figure, name: str, values: Mapping[str, Any], shop: Shop) -> None:
        self.name, self._shop, self._values = name, shop, values
        known = meant(one, name, values)
        parsed = _parsed(one.expression, known)
        if not isinstance(parsed, sge.Select):
            raise RetroError(f"report.cut: {name} must be of one set of rows. {shop.segment} cuts it.")
        self._select = parsed
        self._scope = {view: _parsed(VIEWS[view], known) for view in used_views(one.expression, VIEWS)}
        before = parsed.args.get("with_")
        self._scope |= {cte.alias: cte.this for cte in (before.expressions if before else ())}
        self._refuse_lacking(parsed)
        self._refuse_whole(parsed)
        self._sources = list(self._read(parsed))
        self._joined: dict[str, sge.Join] = {}

    @property
    def parts(self) -> Sequence[str]:
        """The columns of its value: the one, or numerator and denominator."""
        return PARTS[: len(self._select.expressions)] if len(self._select.expressions) > 1 else ("value",)

    @property
    def dimensions(self) -> list[str]:
        """What the rows can be cut by, by plain name."""
        own = {name for source in self._needed for name in source.columns if self._is_group(source.columns[name], name)}
        linked = {name for table, key in _LINKS.items() if self._keyed(key) for name in self._shop.groups.get(table, ())
                  if name in self._shop.columns.get(table, ())}  # fmt: skip
        return sorted(own | linked | {name for name, one in self._shop.own.items() if self._keyed(one.key)})

    @property
    def moment(self) -> str:
        """The column of the moment that a row belongs to; empty where it has none.

        Of all members at the end of a window, the day on which each registered is no moment of the figure.
        """
        root = self._sources[0]
        own = (
            column for column, table in root.columns.items() if MOMENTS.get(table) == column and not self._ever(column)
        )
        return next((f"{root.alias}.{column}" for column in own), "")

    def cut(self, by: Sequence[str], where: Mapping[str, Sequence[str]], over: str = "", later: int = 0) -> sge.Select:
        """The query of a cut: the dimensions, `on`, the parts and `people`, one row per group.

        Args:
            by: Dimensions.
            where: Values to keep, by dimension.
            over: `hour`, `day`, `week` or `month`; empty for the whole window.
            later: Days that are added to every place, so that the rows of another window stand beside these.

        Raises:
            RetroError: There is no such dimension, or the rows have no moment.
        """
        return self._grouped(by, where, over, later)

    def by_person(
        self, by: Sequence[str], where: Mapping[str, Sequence[str]], over: str = "", later: int = 0
    ) -> sge.Select | None:
        """The query of a cut whose groups are each split by person, with `retro_rows`, of how many rows each is.

        None where rows name nobody, or a part of the value is not the sum of those of people.

        Args:
            by: As of `cut`, and so are the others.
            where: Values to keep, by dimension.
            over: What it is laid over.
            later: Days that are added to every place.
        """
        self._joined = {}
        split = self._person() is not None and all(map(_adds_up, self._select.expressions))
        return self._grouped(by, where, over, later, each=True) if split else None

    def _grouped(
        self,
        by: Sequence[str],
        where: Mapping[str, Sequence[str]],
        over: str,
        later: int,
        *,
        each: bool = False,
    ) -> sge.Select:
        query = self._restricted(where)
        outer = [sge.alias_(self._dimension(name), name) for name in by]
        if over:
            outer.append(sge.alias_(self._place(over, later), PLACE))
        person = self._person()
        if each and person is not None:
            outer.append(sge.alias_(person, PERSON))
        people = sge.alias_(sge.Count(this=sge.Star()), ROWS) if each else sge.alias_(self._people(), PEOPLE)
        parts = [sge.alias_(part.unalias(), name) for part, name in zip(query.expressions, self.parts, strict=True)]
        query.set("expressions", [*outer, *parts, people])
        self._join(query)
        if outer:
            query.set("group", sge.Group(expressions=[sge.Literal.number(place + 1) for place in range(len(outer))]))
        return query

    @property
    def counted(self) -> Sequence[str]:
        """Those of `parts` that are counts, of which no rows make 0; a sum of no rows is unknown."""
        return [
            name
            for name, part in zip(self.parts, self._select.expressions, strict=True)
            if all(isinstance(one, sge.Count) for one in part.find_all(sge.AggFunc))
        ]

    def parts_people(self, by: Sequence[str]) -> bool:
        """Whether groups are of people, so that nobody is in two; rows of another kind let one person be in several."""
        return self._person() is not None and bool(by) and all(self._is_of_person(name) for name in by)

    def _is_of_person(self, name: str) -> bool:
        """Whether `_dimension` finds a dimension in what is known of the user."""
        table, _, column = name.rpartition(".")
        own = [one.columns.get(column, "") for one in self._needed]
        if homes := [home for home in own if self._is_group(home, column) and table in {"", home}]:
            return homes[0] == "users"
        if not table and name in self._shop.own:
            return self._shop.own[name].key == "user_id"
        linked = [home for home, key in _LINKS.items() if table in {"", home} and self._is_group(home, column)
                  and column in self._shop.columns.get(home, ()) and self._keyed(key)]  # fmt: skip
        return linked[:1] == ["users"]

    def rows(self, where: Mapping[str, Sequence[str]]) -> str:
        """The query of the rows themselves, with all their columns.

        A name is that of the table that the rows begin with; of what is joined to them, a column whose name is taken
        stands under its table's name and its own, such as `orders_amount` beside the `amount` of a line.
        """
        query = self._restricted(where)
        query.set("expressions", list(self._each_once()) or [sge.Star()])
        self._join(query)
        return query.sql(dialect="duckdb")

    def _each_once(self) -> Iterator[sge.Expr]:
        """The columns of all sources, each under a name of its own; none where those of one are not known."""
        if not all(source.columns for source in self._sources):
            return
        keys = {key.name for join in self._select.args.get("joins") or () for key in join.args.get("using") or ()}
        taken: set[str] = set()
        for source in self._sources:
            for name, home in source.columns.items():
                if name in taken and name in keys:
                    continue
                told = f"{home or source.alias}_{name}" if name in taken else name
                taken.add(told)
                yield sge.alias_(sge.column(name, source.alias or None, quoted=True), told, quoted=True)

    def _restricted(self, where: Mapping[str, Sequence[str]]) -> sge.Select:
        self._joined = {}
        query = self._select.copy()
        for name, values in where.items():
            among = [sge.Literal.string(one) for one in values]
            query = query.where(sge.In(this=self._dimension(name), expressions=among))
        return query

    def _join(self, query: sge.Select) -> None:
        """Add what dimensions were joined from, and put the shared views before the expression's own."""
        for join in self._joined.values():
            query.append("joins", join)
        before = [
            sge.CTE(
                this=self._scope[name].copy(), alias=sge.TableAlias(this=sge.to_identifier(name)), materialized=False
            )
            for name in VIEWS
            if name in self._scope
        ]
        own = query.args.get("with_")
        if before:
            query.set("with_", sge.With(expressions=[*before, *(own.expressions if own else ())]))

    def _dimension(self, name: str) -> sge.Expr:
        """A dimension of the rows as text: their own column, else one of the user, order or product that they name."""
        table, _, column = name.rpartition(".")
        for source in self._needed:
            home = source.columns.get(column, "")
            if home and self._is_group(home, column) and table in {"", home}:
                return _text(sge.column(column, source.alias))
        if not table and name in self._shop.own and (keyed := self._keyed(self._shop.own[name].key)):
            return self._linked(name, self._shop.own[name].key, self._own_table(name), keyed)
        for home, key in _LINKS.items():
            fits = column in self._shop.columns.get(home, ()) and self._is_group(home, column)
            if fits and table in {"", home} and (keyed := self._keyed(key)):
                return self._linked(column, key, sge.to_table(home), keyed)
        begin = f"report.cut: dimension must be one of the rows of {self.name}, got {name!r}"
        if homes := [home for home, held in self._shop.columns.items() if name in held and self._is_group(home, name)]:
            others = ", ".join(self.dimensions)
            raise RetroError(f"{begin} of {', '.join(homes)}. Cut a figure of those rows, or this one by {others}.")
        raise RetroError(f"{begin}. {did_you_mean(name, self.dimensions)}")

    def _linked(self, column: str, key: str, table: sge.Expr, source: str) -> sge.Expr:
        """A column of another table, joined under names that the rows cannot have."""
        alias = f"by_{table.name}_{column}"
        if alias not in self._joined:
            read = sge.select(sge.alias_(sge.column(key), "by_key"), sge.alias_(sge.column(column), "by_value"))
            on = sge.EQ(this=sge.column("by_key", alias), expression=sge.column(key, source))
            self._joined[alias] = sge.Join(this=read.from_(table).subquery(alias), on=on, side="LEFT")
        return _text(sge.column("by_value", alias))

    def _own_table(self, name: str) -> sge.Expr:
        sql = self._shop.own[name].sql
        for view in used_views(sql, VIEWS):
            self._scope.setdefault(view, _parsed(VIEWS[view], self._values))
        return sge.Subquery(
            this=_parsed(sql, self._values), alias=sge.TableAlias(this=sge.to_identifier(f"own_{name}"))
        )

    def _place(self, over: str, later: int) -> sge.Expr:
        if not self.moment or _dated(self._select.expressions):
            raise RetroError(f"report.cut: over must be left out, as {self.name} has no moment for each of its rows.")
        source, _, column = self.moment.partition(".")
        truncated = f"date_trunc('{over}', cast({source}.{column} as timestamp))"
        return sqlglot.parse_one(f"{truncated} + to_days({later})" if later else truncated, read="duckdb")

    def _ever(self, column: str) -> bool:
        """Whether rows of all time until some moment are taken, since their moment has an end and no beginning."""
        asked = {
            kind
            for one in (self._select, *self._scope.values())
            for kind in (sge.GTE, sge.LT)
            for found in one.find_all(kind)
            if isinstance(found.this, sge.Column) and found.this.name == column
        }
        return asked == {sge.LT}

    def _people(self) -> sge.Expr:
        """How many people rows are of; each row without a user counts as one. Null where rows name none."""
        person = self._person()
        if person is None:
            return sge.null()
        whose = person.sql(dialect="duckdb")
        counted = f"count(distinct {whose}) + count(*) filter (where {whose} is null)"
        return sqlglot.parse_one(counted, read="duckdb")

    def _person(self) -> sge.Expr | None:
        """Whose a row is: its own user, or the buyer of the order that it names, as order lines do; None for nobody."""
        if source := self._keyed("user_id"):
            return sge.column("user_id", source)
        source = self._keyed("order_id")
        if source and "user_id" in self._shop.columns.get("orders", ()):
            return self._linked("user_id", "order_id", sge.to_table("orders"), source)
        return None

    @property
    def _needed(self) -> list[_Source]:
        """The sources that every row has, first of all the one that it begins with."""
        return [source for source in self._sources if not source.optional]

    def _keyed(self, key: str) -> str:
        """The source whose rows have a key; empty for none."""
        return next((source.alias for source in self._needed if key in source.columns), "")

    def _is_group(self, table: str, column: str) -> bool:
        return column in self._shop.groups.get(table, ())

    def _read(self, query: sge.Select) -> Iterator[_Source]:
        """What a query reads, in order."""
        begin = query.args.get("from_")
        if begin is not None:
            yield _Source(begin.this.alias_or_name, self._columns(begin.this))
        for join in query.args.get("joins") or ():
            yield _Source(join.this.alias_or_name, self._columns(join.this), join.side in {"LEFT", "FULL"})

    def _columns(self, node: sge.Expr) -> dict[str, str]:
        """The columns of a source, each with the shop's table that it comes from; without one where it is computed."""
        if isinstance(node, sge.Table):
            if node.name in self._scope:
                return self._columns(self._scope[node.name])
            return dict.fromkeys(self._shop.columns.get(node.name, ()), node.name)
        if isinstance(node, sge.Subquery):
            return self._columns(node.this)
        if isinstance(node, sge.SetOperation):
            return self._columns(node.this)
        if not isinstance(node, sge.Select):
            return {}
        found: dict[str, str] = {}
        sources = list(self._read(node))
        for part in node.expressions:
            inner = part.unalias()
            if isinstance(inner, sge.Star) or (isinstance(inner, sge.Column) and isinstance(inner.this, sge.Star)):
                of = inner.table if isinstance(inner, sge.Column) else ""
                for source in reversed([one for one in sources if of in {"", one.alias}]):
                    found |= source.columns
            elif isinstance(inner, sge.Column):
                homes = (one.columns.get(inner.name, "") for one in sources if inner.table in {"", one.alias})
                found[part.alias_or_name] = next(filter(None, homes), "") if part.alias_or_name == inner.name else ""
            else:
                found[part.alias_or_name] = ""
        return found

    def _refuse_lacking(self, query: sge.Select) -> None:
        """Refuse tables that the shop does not have, and columns of a query over one of its tables alone."""
        for one in (query, *self._scope.values()):
            for table in one.find_all(sge.Table):
                if table.name not in self._scope and table.name not in self._shop.columns:
                    raise RetroError(f"report.cut: {self.name} needs a table {table.name}, and this shop has none.")
            for select in one.find_all(sge.Select):
                if lacking := self._lacking(select):
                    raise RetroError(f"report.cut: {self.name} needs a column {lacking}, and this shop has none.")

    def _lacking(self, select: sge.Select) -> str:
        """A column that a query over one table of the shop's asks of it and that is not there; empty for none."""
        begin = select.args.get("from_")
        if begin is None or select.args.get("joins") or not isinstance(begin.this, sge.Table):
            return ""
        table = begin.this
        if table.name in self._scope or select.find_ancestor(sge.Select) is not None:
            return ""  # what a query within another one does not find here, it may mean of that one
        known = {*self._shop.columns.get(table.name, ()), *(part.alias_or_name for part in select.expressions)}
        asked = (one for one in select.find_all(sge.Column) if one.find_ancestor(sge.Select) is select)
        return next((f"{table.name}.{one.name}" for one in asked if one.name and one.name not in known), "")

    def _refuse_whole(self, query: sge.Select) -> None:
        """Refuse what is no sum, count or share of one set of rows: cut, it would say something else."""
        begin = f"report.cut: {self.name} cannot be cut:"
        for part in query.expressions:
            if any(not one.find_ancestor(sge.In, sge.Exists, sge.AggFunc) for one in part.find_all(sge.Subquery)):
                raise RetroError(f"{begin} its parts are of several sets of rows. Take {self._shop.segment}.")
            if part.find(sge.Max, sge.Min):
                raise RetroError(f"{begin} it is the highest of several. Cut what it is the highest of.")
            if part.find(sge.AggFunc) is None:
                raise RetroError(f"{begin} a part of it is a number of the params.")


def inserted(around: str, queries: Sequence[sge.Select]) -> sge.Expr:
    """A query with others in the place of `retro_query_0` and so on, which need not be written and read again."""
    parsed = sqlglot.parse_one(around, read="duckdb")
    for table in list(parsed.find_all(sge.Table)):
        table.replace(queries[int(table.name.removeprefix(TAKEN))].subquery())
    return parsed


def _parsed(sql: str, values: Mapping[str, Any]) -> sge.Expr:
    return sqlglot.parse_one(filled(sql, values), read="duckdb")


def _alias(name: str) -> sge.TableAlias:
    return sge.TableAlias(this=sge.to_identifier(name))


def _text(value: sge.Expr) -> sge.Expr:
    return sge.cast(value, "text")


def _dated(parts: Sequence[sge.Expr]) -> bool:
    """Whether a value is divided by the length of the window, which a day does not have."""
    return any(
        cast.is_type("timestampntz") and isinstance(cast.this, sge.Literal) and cast.find_ancestor(sge.AggFunc) is None
        for part in parts
        for cast in part.find_all(sge.Cast)
    )


def _adds_up(part: sge.Expr) -> bool:
    """Whether a value is the sum of those of the people whose the rows are, as sums and counts are."""
    match part.unalias():
        case sge.Sum(this=this):
            return not isinstance(this, sge.Distinct)
        case sge.Count(this=sge.Distinct(expressions=[*counted])):
            return any(column.name in _OF_ONE for one in counted for column in one.find_all(sge.Column))
        case sge.Count():
            return True
        case sge.Filter(this=this) | sge.Paren(this=this) | sge.Cast(this=this) | sge.Neg(this=this):
            return _adds_up(this)
        case sge.Add(this=this, expression=other) | sge.Sub(this=this, expression=other):
            return _adds_up(this) and _adds_up(other)
        case sge.Coalesce(this=this, expressions=[sge.Literal(this="0")]):
            return _adds_up(this)
    return False
