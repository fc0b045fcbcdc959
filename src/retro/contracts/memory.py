"""Remember the gate's results by the hash of contract, data and code."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from retro.contracts.verdict import RuleResult, SetAside
from retro.errors import RetroError
from retro.files import files_hash, read_json, text_hash, write_json
from retro.validation import FrozenModel

_MOST_PAST = 24
"""Two years of monthly runs."""

_Kept = TypeVar("_Kept", bound=FrozenModel)


class TableResults(FrozenModel):
    """The results of some rules of one table.

    Attributes:
        results: The results by rule.
        rows: The table's number of rows.
        not_covered: What the table does not have and need not have.
        set_aside: Rows that the report leaves out.
        windowed: Whether the contract has rules about the report's window, which are kept apart.
    """

    results: tuple[RuleResult, ...] = ()
    rows: int = 0
    not_covered: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    windowed: bool = False


class Past(FrozenModel):
    """The results of one table on one version of its data.

    Attributes:
        fingerprint: The hash of the data.
        rows: The table's number of rows.
        rules: How many rules were checked.
        warnings: How many of severity `warning` did not hold.
        breaches: How many of severity `error` did not hold.
    """

    fingerprint: str
    rows: int
    rules: int
    warnings: int
    breaches: int


@dataclass(frozen=True)
class Memory:
    """Results of one source's data.

    Attributes:
        folder: Where they are kept, one JSON file each.
        source: The hash of the source file: tables of one name in two shops have nothing in common.
        fingerprint: The hash of the data, or of what a table's results are found out from.
    """

    folder: Path
    source: str
    fingerprint: str

    def recall(self, *key: str) -> TableResults | None:
        """The results remembered under a key; None where there are none, or damaged ones."""
        return _read(self._address(key), TableResults)

    def remember(self, results: TableResults, *key: str) -> None:
        """Keep results under a key."""
        write_json(self._address(key), results.model_dump(mode="json"))

    def past(self, label: str) -> tuple[Past, ...]:
        """The results of a table on its earlier data and on today's, oldest first."""
        history = _read(self._history(label), _History)
        return history.entries if history is not None else ()

    def last_rows(self, label: str) -> int | None:
        """How many rows a table had when its data last differed; None where it never did."""
        others = [one.rows for one in self.past(label) if one.fingerprint != self.fingerprint]
        return others[-1] if others else None

    def record(self, label: str, results: TableResults) -> None:
        """Record a table's results; results on the same data are replaced."""
        now = Past(
            fingerprint=self.fingerprint,
            rows=results.rows,
            rules=len(results.results),
            warnings=sum(one.is_warning for one in results.results),
            breaches=sum(one.is_breach for one in results.results),
        )
        before = [one for one in self.past(label) if one.fingerprint != self.fingerprint]
        kept = _History(entries=(*before, now)[-_MOST_PAST:])
        write_json(self._history(label), kept.model_dump(mode="json"))

    def _address(self, key: tuple[str, ...]) -> Path:
        return self.folder / f"{text_hash('|'.join((_code_hash(), self.fingerprint, *key)))[:40]}.json"

    def _history(self, label: str) -> Path:
        return self.folder / "history" / f"{text_hash(f'{self.source}|{label}')[:40]}.json"


class _History(FrozenModel):
    entries: tuple[Past, ...]


def _read(path: Path, model: type[_Kept]) -> _Kept | None:
    if not path.is_file():
        return None
    try:
        return model.model_validate(read_json(path))
    except (RetroError, ValidationError):  # it can be found out again
        return None


@functools.cache
def _code_hash() -> str:
    """The hash of this package's code and texts, which results depend on."""
    here = Path(__file__).parent
    return files_hash([*sorted(here.glob("*.py")), here.parent / "locales" / "contract.yaml"])
