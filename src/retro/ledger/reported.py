"""A report by its params and by what its newest edition recorded."""

from dataclasses import dataclass
from typing import Any

from retro.campaigns import CampaignParams
from retro.ledger.entries import Ledger


@dataclass(frozen=True)
class Reported:
    """A report of the period.

    Attributes:
        name: Its name, such as 2025Q1/new_user_week.
        file: Its params file, for messages.
        params: What the file says.
        ledger: The figures of its newest edition; empty where it was not made yet.
    """

    name: str
    file: str
    params: CampaignParams
    ledger: Ledger

    @property
    def content(self) -> dict[str, Any]:
        """Everything that the lint can say of it, for the hash of a run's input."""
        entries = [entry.model_dump(mode="json") for entry in self.ledger.entries]
        return {"file": self.file, "params": self.params.model_dump(mode="json"), "entries": entries}
