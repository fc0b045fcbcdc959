"""What was assumed of each table, in both languages: for source.yaml, the terminal and the page under Method."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from retro.files import read_yaml
from retro.privacy import without_people

LANGS = ("zh", "en")


@dataclass
class Notes:
    """Notes on one table; each is said once.

    Attributes:
        said: The notes so far, as they read in each language.
    """

    said: dict[tuple[str, str], None] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> None:
        """Say something by its key in words.yaml; values may hold a text for each language."""
        self.said[(_fill(key, "zh", values), _fill(key, "en", values))] = None

    @property
    def lines(self) -> list[str]:
        """The notes in English."""
        return [english for _, english in self.said]

    @property
    def both(self) -> dict[str, str]:
        """The notes as one text for each language; empty without any."""
        if not self.said:
            return {}
        return {
            lang: word("and", lang).join(pair[place] for pair in self.said) + word("stop", lang)
            for place, lang in enumerate(LANGS)
        }


def word(key: str, lang: str) -> str:
    """A text of words.yaml."""
    return str(_words()[key][lang])


def _fill(key: str, lang: str, values: Mapping[str, object]) -> str:
    chosen = {name: value[lang] if isinstance(value, Mapping) else value for name, value in values.items()}
    # values of a file, such as states that nobody knows, go to source.yaml and onto the page
    chosen = {name: without_people(value) if isinstance(value, str) else value for name, value in chosen.items()}
    return word(key, lang).format(**chosen)


@functools.cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return read_yaml(Path(__file__).with_name("words.yaml")).data
