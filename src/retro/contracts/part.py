"""A part of a contract file with its place, so that errors name file and line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from retro.errors import ContractError, did_you_mean
from retro.files import Location, YamlFile


@dataclass(frozen=True)
class Part:
    """A part of a contract file.

    Attributes:
        file: The file.
        at: Where the part lies.
        data: What it holds.
    """

    file: YamlFile
    at: Location
    data: dict[str, Any]

    def get(self, key: str) -> Any:  # noqa: ANN401 - YAML holds whatever it holds
        """The value of a key, or None."""
        return self.data.get(key)

    def parts(self, key: str) -> list[Part]:
        """The items of a list of mappings; empty where the key is not given."""
        return [Part(self.file, (*self.at, key, index), item) for index, item in enumerate(self.data.get(key) or [])]

    def part(self, key: str) -> Part:
        """A mapping below this one; empty where the key is not given."""
        return Part(self.file, (*self.at, key), self.data.get(key) or {})

    def refuse(self, message: str, *keys: str | int) -> ContractError:
        """The error that names this part, or a key of it."""
        return ContractError(f"{self.file.where((*self.at, *keys))}: {message}")

    def only(self, keys: Collection[str], what: str) -> None:
        """Refuse keys of the standard that retro does not act on.

        Raises:
            ContractError: There is one.
        """
        for key in self.data:
            if key not in keys:
                raise self.refuse(f"{what} {key!r} cannot be checked. Remove it, or write it as a quality rule.", key)

    def custom(self, known: Collection[str]) -> dict[str, Any]:
        """The custom properties by name.

        Raises:
            ContractError: A name is not known: a typing error would silently change what a rule means.
        """
        found: dict[str, Any] = {}
        for item in self.parts("customProperties"):
            name = str(item.get("property"))
            if name not in known:
                raise item.refuse(f"unknown custom property {name!r}. {did_you_mean(name, known)}")
            found[name] = item.get("value")
        return found
