"""What headers and values of exports mean: the list that is shipped, and the project's own."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field

from retro.errors import SourceError
from retro.files import project_root, read_yaml
from retro.validation import FrozenModel, validate
from retro.words import Bilingual

_UNIT = re.compile(r"\((?P<unit>[^()]*)\)$")
_JOINTS = re.compile(r"[\s_\-./'\"]+")
UNITS: Mapping[str, tuple[str, str]] = {
    "分": ("fen", "/ 100"),
    "万元": ("10,000", "* 10000"),
    "千元": ("1,000", "* 1000"),
}
"""Units of money that are not the currency's own: their name in English, and how they are converted."""


class Export(FrozenModel):
    """The export of a back office.

    Attributes:
        shop: What it is called.
        marks: Headers that only it has together.
        table: The canonical table that it is.
        columns: Its header for each canonical column.
        zone: The back office's time zone.
        currency: Its currency.
        amount_is: Whether a line's amount is its own, or the whole order's.
    """

    shop: Bilingual
    marks: tuple[str, ...] = Field(min_length=1)
    table: str
    columns: Mapping[str, str]
    zone: str | None = None
    currency: str | None = None
    amount_is: str | None = Field(None, pattern="^(line|order)$")


class Aliases(FrozenModel):
    """Headers by table and column, exports of back offices, and values.

    Attributes:
        tables: Headers of each canonical column, the best first.
        exports: Exports of back offices.
        values: For `<table>.<column>`, the values that mean each canonical one.
        helpers: Headers of other columns that mappings use.
        elapsed: Headers of clocks that count from a begin.
    """

    tables: Mapping[str, Mapping[str, tuple[str, ...]]] = Field(default_factory=dict)
    exports: tuple[Export, ...] = ()
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = Field(default_factory=dict)
    helpers: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    elapsed: tuple[str, ...] = ()

    def meaning(self, column: str, value: str) -> str | None:
        """The canonical value that one of a file means; an alias that ends with a star fits what begins with it."""
        found = plain(value)
        for name, known in self.values.get(column, {}).items():
            for one in (name, *known):
                if found == plain(one) or (one.endswith("*") and found.startswith(plain(one[:-1]))):
                    return name
        return None

    def helper(self, name: str, headers: Sequence[str]) -> str | None:
        """The header of a helper column that a file has."""
        return first_of(self.helpers.get(name, ()), headers)


def load_aliases() -> Aliases:
    """The aliases that are shipped, after those of the project's `params/aliases.yaml`.

    Raises:
        SourceError: The project's file does not fit.
    """
    own = project_root() / "params" / "aliases.yaml"
    return _merged(_read(own), _shipped()) if own.is_file() else _shipped()


@functools.cache
def plain(header: str) -> str:
    """A header as it is compared: one width, lower case, without joints, brackets with a unit or a mark of the file.

    Examples:
        >>> plain("Order_ID "), plain("金额（元）"), plain("实付款(分)"), plain("Lineitem quantity")
        ('orderid', '金额', '实付款', 'lineitemquantity')
    """
    text = unicodedata.normalize("NFKC", header).strip().strip("\ufeff").lower()
    return _JOINTS.sub("", _UNIT.sub("", text)) or text


def unit_of(header: str) -> str:
    """The unit in a header's brackets; empty without one.

    Examples:
        >>> unit_of("实付款（分）"), unit_of("amount")
        ('分', '')
    """
    found = _UNIT.search(unicodedata.normalize("NFKC", header).strip())
    return found["unit"].strip() if found else ""


def first_of(known: Sequence[str], headers: Sequence[str]) -> str | None:
    """The first known header that a file has, as the file writes it."""
    return next(iter(all_of(known, headers)), None)


def all_of(known: Sequence[str], headers: Sequence[str]) -> list[str]:
    """The known headers that a file has, the best first, as the file writes them."""
    have: dict[str, str] = {}
    for header in headers:
        have.setdefault(plain(header), header)
    return list(dict.fromkeys(have[key] for key in map(plain, known) if key in have))


@functools.cache
def _shipped() -> Aliases:
    return _read(Path(__file__).with_name("aliases.yaml"))


def _read(path: Path) -> Aliases:
    file = read_yaml(path, SourceError)
    return validate(Aliases, file.data, file, SourceError)


def _merged(own: Aliases, shipped: Aliases) -> Aliases:
    def joined(first: Mapping[str, tuple[str, ...]], then: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {key: (*first.get(key, ()), *then.get(key, ())) for key in {**then, **first}}

    return Aliases(
        tables={t: joined(own.tables.get(t, {}), shipped.tables.get(t, {})) for t in {**shipped.tables, **own.tables}},
        exports=(*own.exports, *shipped.exports),
        values={v: joined(own.values.get(v, {}), shipped.values.get(v, {})) for v in {**shipped.values, **own.values}},
        helpers=joined(own.helpers, shipped.helpers),
        elapsed=(*own.elapsed, *shipped.elapsed),
    )
