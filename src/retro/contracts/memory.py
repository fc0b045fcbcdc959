"""What the gate remembers: results by the hash of contract, data and this room's own code."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from retro.contracts.verdict import RuleResult
from retro.errors import RetroError
from retro.files import files_hash, read_json, text_hash, write_json
from retro.validation import FrozenModel


class TableResults(FrozenModel):
    """What some rules of one table came to.

    Attributes:
        results: What came out of each rule.
        rows: The table's number of rows.
        not_covered: What the table does not have and need not have.
        windowed: Whether the contract has rules about the report's window, which are kept apart.
    """

    results: tuple[RuleResult, ...] = ()
    rows: int = 0
    not_covered: tuple[str, ...] = ()
    windowed: bool = False


@dataclass(frozen=True)
class Memory:
    """Results of one source's data.

    Attributes:
        folder: Where they are kept, one JSON file each.
        fingerprint: The hash of the data.
    """

    folder: Path
    fingerprint: str

    def recall(self, *key: str) -> TableResults | None:
        """What was remembered under a key; None where nothing was, or nothing that can be read."""
        path = self._address(key)
        if not path.is_file():
            return None
        try:
            return TableResults.model_validate(read_json(path))
        except (RetroError, ValidationError):  # it can be found out again
            return None

    def remember(self, results: TableResults, *key: str) -> None:
        """Keep results under a key."""
        write_json(self._address(key), results.model_dump(mode="json"))

    def _address(self, key: tuple[str, ...]) -> Path:
        return self.folder / f"{text_hash('|'.join((_code_hash(), self.fingerprint, *key)))[:40]}.json"


@functools.cache
def _code_hash() -> str:
    """The hash of this room's code and texts: another way of judging is another verdict."""
    here = Path(__file__).parent
    texts = sorted((here.parent / "locales").glob("*/contract.yaml"))
    return files_hash([*sorted(here.glob("*.py")), *texts])
