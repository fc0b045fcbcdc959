"""Channels: who is told of what, from `params/notify.yaml`, and where lineage goes."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import Field, field_validator

from retro.errors import RetroError
from retro.files import project_root, read_yaml
from retro.i18n import Lang
from retro.validation import FrozenModel, validate

Event = Literal["published", "restated", "failed", "late", "recovered"]


class Channel(FrozenModel):
    """Somebody who is told.

    Attributes:
        url: An Apprise URL, whose secrets come from the environment: `${RETRO_MAIL}`.
        events: Of what.
        reports: Of which reports, by address; `*` stands for anything.
        lang: In which language.
        attach: Whether the brief's picture and the PDF go with it; by default where the URL is one of e-mail.
    """

    url: str = Field(min_length=1)
    events: tuple[Event, ...] = get_args(Event)
    reports: tuple[str, ...] = ("*",)
    lang: Lang = "zh"
    attach: bool | None = None

    @field_validator("url")
    @classmethod
    def _from_the_environment(cls, value: str) -> str:
        if "${" not in value:
            raise ValueError("must come from the environment, such as ${RETRO_MAIL}, as it may hold a token")
        return value

    def follows(self, report: str, events: tuple[Event, ...]) -> Event | None:
        """The first of some events of a report that this channel is told of; None where it is told of none."""
        if not any(fnmatch.fnmatchcase(report, pattern) for pattern in self.reports):
            return None
        return next((event for event in events if event in self.events), None)


class Notify(FrozenModel):
    """What `params/notify.yaml` says.

    Attributes:
        channels: Who is told, by a name of one's own.
        base: Where the reports folder is served, for links such as `https://host/reports`; empty for none.
        lineage: A file, or an address, to which OpenLineage events go; empty for none.
    """

    channels: Mapping[str, Channel] = Field(default_factory=dict)
    base: str = ""
    lineage: str = ""


def read_notify() -> Notify:
    """Read `params/notify.yaml`; nobody is told where there is none.

    Raises:
        RetroError: It does not fit.
    """
    path = project_root() / "params" / "notify.yaml"
    if not path.is_file():
        return Notify()
    file = read_yaml(path, RetroError)
    return validate(Notify, file.data, file, RetroError)
