"""What the tools of an opened report ask of it."""

# ruff: noqa: D102 - `Report` says what each of them is

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from retro.campaigns import CampaignParams
from retro.contracts import GateVerdict
from retro.i18n import Text
from retro.ledger import Ledger
from retro.periods import Period
from retro.sources import Tables


class Opened(Protocol):
    """A report, as those see it that explain, cut and compare its figures; `Report` says what each part is."""

    @property
    def params(self) -> CampaignParams: ...
    @property
    def tables(self) -> Tables: ...
    @property
    def text(self) -> Text: ...
    @property
    def gate(self) -> GateVerdict | None: ...
    @property
    def previous(self) -> Ledger: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def bases(self) -> tuple[Period, ...]: ...
    @property
    def observed_until(self) -> dt.datetime | None: ...
    @property
    def values(self) -> dict[str, Any]: ...
    @property
    def noun(self) -> str: ...
    @property
    def file(self) -> Path: ...
    @property
    def address(self) -> Path: ...
    @property
    def overrides(self) -> Mapping[str, Any]: ...
