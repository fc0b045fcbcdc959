"""Validate a contract file against the standard's own JSON schema, with plain messages."""

from __future__ import annotations

import functools
import importlib.resources
import json
import math
import re
from pathlib import Path
from typing import Any

from retro.errors import ContractError, did_you_mean
from retro.files import Location, YamlFile, read_yaml

_BOOLEANS = frozenset(
    {"required", "unique", "primaryKey", "partitioned", "criticalDataElement", "deprecated", "timezone"}
)
_NUMBERS = frozenset(
    {
        "primaryKeyPosition",
        "minLength",
        "maxLength",
        "mustBe",
        "mustNotBe",
        "mustNotBeBetween",
        "mustBeGreaterThan",
        "mustBeGreaterOrEqualTo",
        "mustBeLessThan",
        "mustBeLessOrEqualTo",
        "mustBeBetween",
    }
)
_LIMITS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_NUMERIC_TYPES = frozenset({"integer", "number"})

_TYPE_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "'key: value' lines",
}


def read_contract(path: Path) -> YamlFile:
    """Read a contract and validate it against the standard.

    Returns:
        The file, with booleans and numbers where the standard wants them; names and dates stay text.

    Raises:
        ContractError: The file is not YAML or not an ODCS contract; the message names file, line and key.
    """
    file = read_yaml(path, ContractError)
    typed = YamlFile(file.path, _typed(file.data), file.lines)
    errors = sorted(_validator().iter_errors(typed.data), key=_rank)
    if errors:
        raise ContractError(_explain(typed, errors[0]))
    return typed


def number(value: Any) -> Any:  # noqa: ANN401 - whatever the file holds; the schema judges it
    """A text that is a finite number as int or float; anything else as it is.

    Examples:
        >>> number("3"), number("0.5"), number("nan"), number(None)
        (3, 0.5, 'nan', None)
    """
    if not isinstance(value, str):
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return found if math.isfinite(found := float(value)) else value
    except ValueError:
        return value


def _typed(data: Any, key: str = "", parent: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - YAML holds whatever it holds
    """Turn text into booleans and numbers by the standard's own types."""
    if isinstance(data, dict):
        within = {"logicalTypeOptions": data}
        return {name: _typed(value, name, within.get(name, parent)) for name, value in data.items()}
    if isinstance(data, list):
        return [_typed(item, key, parent) for item in data]
    if key in _BOOLEANS and data in {"true", "false"}:
        return data == "true"
    numeric = key in _LIMITS and parent is not None and parent.get("logicalType") in _NUMERIC_TYPES
    return number(data) if key in _NUMBERS or numeric else data


@functools.cache
def _validator() -> Any:  # noqa: ANN401 - jsonschema is not typed here
    import jsonschema  # noqa: PLC0415 - half a second, and not needed while a verdict is known

    schema = json.loads((importlib.resources.files("open_data_contract_standard") / "schema.json").read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def _rank(error: Any) -> tuple[bool, int]:  # noqa: ANN401 - jsonschema is not typed here
    """The most specific error first: a wrong value makes its whole part "unevaluated"."""
    return error.validator == "unevaluatedProperties", -len(error.absolute_path)


def _explain(file: YamlFile, error: Any) -> str:  # noqa: ANN401 - jsonschema is not typed here
    at: Location = tuple(error.absolute_path)
    name = ".".join(str(part) for part in at) or "contract"
    if error.validator in {"unevaluatedProperties", "additionalProperties"}:
        key = re.findall(r"'([^']*)'", error.message)[-1]
        return f"{file.where((*at, key))}: unknown key {key!r}. {did_you_mean(key, _names(error.schema))}"
    if error.validator == "required":
        key = re.findall(r"'([^']*)'", error.message)[0]
        return f"{file.where(at)}: {name} must give {key!r}."
    if error.validator == "enum":
        hint = did_you_mean(str(error.instance), [str(value) for value in error.validator_value])
        return f"{file.where(at)}: {name} must be a known value, got {error.instance!r}. {hint}"
    if error.validator == "type":
        word = _TYPE_WORDS.get(str(error.validator_value), str(error.validator_value))
        return f"{file.where(at)}: {name} must be {word}, got {error.instance!r}."
    if error.validator == "oneOf" and "quality" in at:
        return f"{file.where(at)}: {name} must give exactly one comparison, such as mustBe or mustBeGreaterThan."
    return f"{file.where(at)}: {name} must fit the Open Data Contract Standard, got {error.message[:160]}."


def _names(schema: Any) -> list[str]:  # noqa: ANN401 - a JSON schema
    """The keys that a part may have; where it is put together from others, every key of the standard."""
    if set(schema) & {"allOf", "$ref"}:
        definitions = _validator().schema["$defs"].values()
        return sorted({name for part in definitions for name in part.get("properties", {})})
    return list(schema.get("properties", {}))
