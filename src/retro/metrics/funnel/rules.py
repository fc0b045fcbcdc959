"""Rules: options of a funnel beyond its steps and its window."""

from dataclasses import dataclass
from typing import Literal, get_args

from retro.errors import MetricError, did_you_mean

Mode = Literal["ordered", "strict", "unordered"]
Ties = Literal["allow", "strict"]
Entry = Literal["any", "first"]
Count = Literal["users", "entries"]
OnExclusion = Literal["stop", "drop"]
Plan = Literal["auto", "asof", "running", "collapse"]


@dataclass(frozen=True)
class Exclusion:
    """An event that must not happen between two steps.

    Attributes:
        event: Its name.
        from_step: The step after which it counts, from 1.
        to_step: The step until which it counts. At one moment with a step, the excluded event is taken first.
    """

    event: str
    from_step: int
    to_step: int


@dataclass(frozen=True)
class FunnelRules:
    """Options of a funnel; the defaults are the common definition.

    Attributes:
        mode: `ordered`: other events may lie between two steps. `strict`: no other event of the user may. `unordered`:
            step n means that any n of the steps were taken within the window.
        ties: Events at one moment: `allow` them to follow each other in the order of the steps, each serving one step;
            or be `strict` and ask for a later moment.
        entry: `any` first step may begin the successful path; or only the user's `first` one in the period.
        count: `users` who got as far by their best path; or `entries`, every first step with the path it begins.
        unit: The column that says who walks: `user_id`, a device, a session. Events without it are left out.
        hold: Columns whose value must stay the same along a path. Events without a value are left out.
        exclusions: Events that must not happen between two steps.
        on_exclusion: `stop`: a path cannot pass an excluded event, another may. `drop`: a user is left out of all steps
            if an excluded event spoils the path, unless another path gets as far without one.
        plan: How it is computed; all plans give the same figures where they are exact, and `auto` takes the fastest
            exact one. `asof` and `running` need steps that share no event, or strict ties.
    """

    mode: Mode = "ordered"
    ties: Ties = "allow"
    entry: Entry = "any"
    count: Count = "users"
    unit: str = "user_id"
    hold: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    on_exclusion: OnExclusion = "stop"
    plan: Plan = "auto"

    def __post_init__(self) -> None:
        for name, kind in _CHOICES.items():
            value = getattr(self, name)
            if value not in get_args(kind):
                raise MetricError(
                    f"funnel: {name} must be one of {', '.join(get_args(kind))}, got {value!r}. "
                    f"{did_you_mean(str(value), get_args(kind))}"
                )
        self._check_combination()

    def _check_combination(self) -> None:
        if self.count == "entries" and self.mode != "ordered":
            raise MetricError(f"funnel: count='entries' needs mode 'ordered', got {self.mode!r}.")
        if self.count == "entries" and self.on_exclusion == "drop" and self.exclusions:
            raise MetricError("funnel: count='entries' needs on_exclusion 'stop', got 'drop'.")
        if self.mode != "ordered" and self.plan != "auto":
            raise MetricError(f"funnel: mode {self.mode!r} needs plan 'auto', got {self.plan!r}.")
        if self.mode == "strict" and self.exclusions:
            raise MetricError("funnel: mode 'strict' must not have exclusions; any event in between ends a path.")
        if self.mode == "unordered" and (self.ties, self.on_exclusion) != ("allow", "stop"):
            raise MetricError(
                f"funnel: mode 'unordered' needs ties 'allow' and on_exclusion 'stop', "
                f"got {self.ties!r} and {self.on_exclusion!r}."
            )

    def check(self, steps: int) -> None:
        """Refuse exclusions that do not lie between two of the steps.

        Raises:
            MetricError: An exclusion's steps are out of range, or an unordered one does not span the whole path.
        """
        for exclusion in self.exclusions:
            if not 1 <= exclusion.from_step < exclusion.to_step <= steps:
                raise MetricError(
                    f"funnel: exclusion {exclusion.event!r} must lie between two of steps 1 to {steps}, "
                    f"got {exclusion.from_step} to {exclusion.to_step}."
                )
            if self.mode == "unordered" and (exclusion.from_step, exclusion.to_step) != (1, steps):
                raise MetricError(
                    f"funnel: exclusion {exclusion.event!r} must span steps 1 to {steps} in mode 'unordered', "
                    f"got {exclusion.from_step} to {exclusion.to_step}."
                )


_CHOICES = {"mode": Mode, "ties": Ties, "entry": Entry, "count": Count, "on_exclusion": OnExclusion, "plan": Plan}
