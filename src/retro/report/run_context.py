"""The run that executes a notebook, from the file named in `RETRO_RUN`."""

import datetime as dt
import os
from pathlib import Path

from retro.errors import RetroError
from retro.files import read_json
from retro.i18n import Lang
from retro.validation import FrozenModel

VARIABLE = "RETRO_RUN"


class RunContext(FrozenModel):
    """A run in progress.

    Attributes:
        source: The source file, as the run was given it.
        folder: The run's own folder.
        reports: The reports folder, for the figures of earlier reports.
        params: The params file; the notebook's own parameter names a file from elsewhere only by its last part.
        observed_until: Local moment up to which the run looks; None for as far as the data goes.
        before: The run of the last version that was made from other input.
        explored: The address of the report whose run is looked into again; None while it is made.
        session: What the run's own session is joined by, as `Tables.session` has it.
    """

    source: Path
    folder: Path
    reports: Path
    params: Path | None = None
    observed_until: dt.datetime | None = None
    before: Path | None = None
    explored: Path | None = None
    session: str = ""

    @property
    def address(self) -> Path:
        """The report's own folder."""
        return self.explored or self.folder.parents[1]

    @property
    def verdict(self) -> Path:
        """The contracts' verdict on the run's data."""
        return self.folder / "verdict.json"

    def ledger(self, lang: Lang) -> Path:
        """Where one language's notebook records its figures; the run holds the languages against each other."""
        return self.folder / f"ledger.{lang}.json"


def read_run_context() -> RunContext | None:
    """The run that executes this notebook, or None when it is explored by hand.

    Raises:
        RetroError: The file that `RETRO_RUN` names is missing or damaged.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    try:
        return RunContext.model_validate(read_json(Path(path)))
    except ValueError:
        raise RetroError(f"{VARIABLE}: file must be a run's context, got {Path(path).name}.") from None
