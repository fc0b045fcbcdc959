"""The path of a funnel: its steps, how soon they must be taken, and by which rules."""

import datetime as dt
from dataclasses import dataclass, field

from retro.errors import MetricError
from retro.metrics.funnel.rules import FunnelRules
from retro.metrics.funnel.steps import Path, Steps, read_steps


@dataclass(frozen=True)
class FunnelPath:
    """The path of a funnel.

    Attributes:
        steps: From first to last: event names, several names of which any one will do, or conditions such as
            `_.amount > 100`; a mapping gives them names.
        within: How long after its first step a path may take, inclusive.
        rules: Further options.

    Raises:
        MetricError: The steps, the time or the rules do not fit.
    """

    steps: Steps
    within: dt.timedelta
    rules: FunnelRules = field(default_factory=FunnelRules)

    def __post_init__(self) -> None:
        if self.within <= dt.timedelta():
            raise MetricError(f"funnel: within must be longer than 0, got {self.within!s}.")
        self.rules.check(len(self.read()))

    def read(self) -> Path:
        """The steps, with which of them one event could take."""
        return read_steps(self.steps)
