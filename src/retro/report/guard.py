"""Pass `NotCovered` through functions, so that a notebook needs no `if`."""

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

from retro.errors import MissingColumn, MissingRows, did_you_mean
from retro.sources import NotCovered
from retro.sources.tables import Caller, called


class Guarded:
    """The functions of a module; each returns `NotCovered` when given one, or a table without a column that it reads.

    Args:
        module: The module.
        call: Calls a function with its arguments; by default it is just called.

    Examples:
        >>> import math
        >>> guarded = Guarded(math)
        >>> guarded.sqrt(16.0), guarded.sqrt(NotCovered("events"))
        (4.0, NotCovered(table='events', column='', empty=False, untold=False))
    """

    def __init__(self, module: ModuleType, call: Caller = called) -> None:
        self._module, self._call = module, call

    def __dir__(self) -> list[str]:
        return dir(self._module)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function = getattr(self._module, name, None)
        if name.startswith("_") or not callable(function):
            known = [known for known in dir(self._module) if not known.startswith("_")]
            raise AttributeError(f"{self._module.__name__} has no function {name!r}. {did_you_mean(name, known)}")

        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the function it stands for
            values = (*args, *kwargs.values())
            missing = next((value for value in values if isinstance(value, NotCovered)), None)
            if missing is not None:
                return _results(function, missing)
            try:
                return self._call(function, args, kwargs)
            except MissingColumn as lacking:  # a column that contracts let a shop go without
                return _results(
                    function, NotCovered(lacking.table, lacking.column, empty=isinstance(lacking, MissingRows))
                )

        return guarded


def _results(function: Callable[..., Any], missing: NotCovered) -> NotCovered | tuple[NotCovered, ...]:
    """In place of what a function returns: as many as it returns, where that is a fixed number."""
    returned = get_type_hints(function).get("return") if inspect.isfunction(function) else None
    parts = get_args(returned) if get_origin(returned) is tuple else ()
    return (missing,) * len(parts) if parts and Ellipsis not in parts else missing
