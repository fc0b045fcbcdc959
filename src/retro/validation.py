"""Validate YAML into frozen models, with one line for each problem."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from retro.errors import RetroError, did_you_mean
from retro.files import Location, YamlFile

_Model = TypeVar("_Model", bound=BaseModel)

_DIGITS = 16
"""Digits before the point of the largest amount that makes sense in any currency, and after it of the smallest."""

_EXAMPLE_MOMENT = "2025-01-10T00:00"

_RULES = {
    "int": "be a whole number",
    "float": "be a number",
    "decimal": "be a number",
    "finite_number": "be a finite number",
    "bool": "be true or false",
    "date": "be a date such as 2025-01-10",
    "datetime": f"be a date and time such as {_EXAMPLE_MOMENT}",
    "missing": "be given",
    "string_type": "be text (put quotes round a number that is a name)",
    "dict_type": "hold 'key: value' lines",
    "model_type": "hold 'key: value' lines",
    "tuple_type": "be a list such as [a, b]",
    "list_type": "be a list such as [a, b]",
    "too_short": "hold at least {min_length} item(s)",
    "greater_than": "be greater than {gt}",
    "greater_than_equal": "be at least {ge}",
    "less_than": "be less than {lt}",
    "less_than_equal": "be at most {le}",
    "literal_error": "be one of {expected}",
    "string_pattern_mismatch": "look like {pattern}",
    "string_too_short": "not be empty",
}
"""What a value must do, by pydantic's error type or the type's first word."""


class FrozenModel(BaseModel):
    """A model that cannot be changed and refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # a URL may hold a password

    @field_validator("*")
    @classmethod
    def _of_sensible_size(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
        """Refuse `1e300`, which no money is and which later sums could not hold."""
        for name, number in value.items() if isinstance(value, Mapping) else (("", value),):
            if isinstance(number, Decimal) and not (number.is_finite() and abs(number.adjusted()) < _DIGITS):
                raise ValueError(f"{name} must be a number of sensible size, got {number}".strip())
        return value


def validate(
    model: type[_Model],
    data: Mapping[str, Any],
    file: YamlFile,
    error: type[RetroError],
    *,
    context: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    help_: str = "",
) -> _Model:
    """Build a model from parsed YAML.

    Args:
        model: What to build.
        data: The file's data, possibly with overrides put in.
        file: Where the data came from, for lines in messages.
        error: What to raise.
        context: What the model's validators need, such as the time zone.
        given: Where an override came from, by its first key: `{"start": "--set start"}`.
        help_: Where the keys are explained; said where one is missing.

    Raises:
        error: One line for each value that does not fit.
    """
    try:
        return model.model_validate(dict(data), context=dict(context or {}))
    except ValidationError as reason:
        lines = [_explain(model, file, problem, given or {}, help_) for problem in reason.errors()]
    raise error("\n".join(dict.fromkeys(lines)))


def repeated(values: Iterable[str]) -> list[str]:
    """The values that are there more than once, sorted.

    Examples:
        >>> repeated(["sms", "media", "sms"])
        ['sms']
    """
    return sorted(value for value, times in Counter(values).items() if times > 1)


def _explain(
    model: type[BaseModel], file: YamlFile, problem: Mapping[str, Any], given: Mapping[str, str], help_: str
) -> str:
    """One problem as `<where>: <what> must <rule>, got <value>. <what to do>`."""
    location: Location = tuple(problem["loc"])
    name = ".".join(str(part) for part in location if part != "[key]")  # pydantic marks what is wrong with a key itself
    where = given.get(str(location[0])) if location else None
    where = where or file.where(location)
    kind = str(problem["type"])
    if kind == "extra_forbidden":
        return f"{where}: unknown key {name!r}. {did_you_mean(str(location[-1]), _known_keys(model, location))}"
    if kind == "missing":
        return f"{where}: {name!r} must be given. {help_}".strip()
    if kind == "value_error":
        message = str(problem["ctx"]["error"])
        subject = f"{name} " if name and not message.startswith(f"{name} ") else ""
        return f"{where}: {subject}{message}{'' if message.endswith(('.', '?')) else '.'}"
    rule = _RULES.get(kind) or _RULES.get(re.split(r"_", kind)[0])
    words = rule.format(**problem.get("ctx", {})) if rule else str(problem["msg"])
    return f"{where}: {name} must {words}, got {_shown_value(problem['input'])}."


def _shown_value(value: Any) -> str:  # noqa: ANN401 - whatever was given
    text = repr(value.isoformat() if isinstance(value, dt.date) else value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - one line on a terminal


def _known_keys(model: type[BaseModel], location: Location) -> list[str]:
    current: type[BaseModel] = model
    for part in location[:-1]:
        field = current.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field is not None else None
        current = inner or current
    return list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - annotations have no common type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
