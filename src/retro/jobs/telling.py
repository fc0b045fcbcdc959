"""Tell people what became of their reports; whatever goes wrong here never fails a run."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

from retro.errors import RetroError
from retro.files import read_json, text_hash, unplaced, write_json
from retro.i18n import Lang, load_text
from retro.jobs.channels import Channel, Event, Notify
from retro.places import own_folder
from retro.privacy import without_people
from retro.run import Done
from retro.sources import SURELY_SECRET, expand, hidden, secrets_around
from retro.sources.environment import secrets_in

Send = Callable[[str, str, str, list[Path]], bool]
"""Sends to a URL a title, a text and files, and answers whether it arrived."""

_INSTALL = "notifications need Apprise: pip install 'retro[notify]'"


@dataclass
class Teller:
    """Whoever tells.

    Attributes:
        notify: Who is told of what.
        reports: The reports folder.
        send: How; Apprise by default.
    """

    notify: Notify
    reports: Path
    send: Send | None = None

    def tell(self, done: Done) -> list[str]:
        """Tell everybody who follows what became of a task; what was told already is not told again.

        Returns:
            What could not be sent, one line for each channel, without secrets.
        """
        events = self._news(done)
        problems = []
        for name, channel in self.notify.channels.items():
            event = channel.follows(done.report, events)
            if event is None:
                continue
            try:
                problem = self._send(channel, event, done)
            except Exception as reason:  # noqa: BLE001 - a notification that fails never fails a run
                problem = f"{type(reason).__name__}: {reason}"
            if problem:
                problems.append(masked(f"notify.yaml: channels.{name}: {problem}", channel.url))
        return problems

    def _news(self, done: Done) -> tuple[Event, ...]:
        """What is new about a report: the same failure is told once, and its end as `recovered`."""
        path = own_folder("jobs") / "told.json"
        told = _read(path)
        before, now = told.get(done.report, ""), ""
        if done.state in {"failed", "late"}:
            now = f"{done.state} {text_hash(f'{done.at} {done.message}')[:12]}"
        elif done.state not in {"published", "restated", "unchanged"}:
            return ()
        if now != before:
            write_json(path, {**told, done.report: now})
        if now == before != "":
            return ()
        recovered: tuple[Event, ...] = ("recovered",) if before and not now else ()
        own = tuple(event for event in get_args(Event) if event == done.state)
        return recovered + own

    def _send(self, channel: Channel, event: Event, done: Done) -> str:
        url = expand(channel.url, "params/notify.yaml: url")
        latest = self.reports / done.report / "latest"
        manifest = _read(latest / "manifest.json")
        title, body = message(event, done, channel.lang, manifest, self.notify.base)
        mail = url.startswith(("mailto:", "mailtos:"))
        with_files = (mail if channel.attach is None else channel.attach) and event not in {"failed", "late"}
        files = list(_files(latest, manifest, channel.lang)) if with_files else []
        send = self.send or by_apprise
        return "" if send(url, title, body, files) else "message must arrive, but did not"


def message(event: Event, done: Done, lang: Lang, manifest: dict[str, Any], base: str) -> tuple[str, str]:
    """Title and text of a message in the reader's language, without secrets and people."""
    text = load_text(lang)
    titles, headlines = manifest.get("title") or {}, manifest.get("headline") or {}
    name = titles.get(lang) or next(iter(titles.values()), done.report)
    lines = []
    if event in {"failed", "late"}:
        lines += [*masked(done.message).splitlines()]
        lines += [text("job.last_good")] if manifest else []
        lines.append(text("job.log", report=done.report))
    else:
        if headline := headlines.get(lang) or next(iter(headlines.values()), ""):
            lines.append(text("job.verdict", headline=headline))
        lines += [text("job.until", day=text.day(done.at.date()))] if done.at else []
        place = f"{base.rstrip('/')}/{quote(done.report)}/latest/{lang}.html" if base else done.message
        lines.append(text("job.place", place=place))
    return text(f"job.title.{event}", name=name), "\n".join(lines)


def _files(latest: Path, manifest: dict[str, Any], lang: Lang) -> Iterator[Path]:
    """The brief's picture and the PDF in a language, or in the one that there is."""
    for form in ("picture", "pdf"):
        found = [file for file in manifest.get("files", ()) if file.get("format") == form]
        file = next((file for file in found if file.get("lang") == lang), next(iter(found), None))
        if file is not None and (latest / file["path"]).is_file():
            yield latest / file["path"]


def masked(text: str, url: str = "") -> str:
    """A text without people, paths of this machine, and secrets: those around, and those of an address."""
    secrets = secrets_around()
    for _, secret in secrets_in(expand(url, "params/notify.yaml: url") if url else "", SURELY_SECRET):
        secrets[f"secret {len(secrets)}"] = secret
    return without_people(unplaced(hidden(text, secrets)))


def by_apprise(url: str, title: str, body: str, files: list[Path]) -> bool:
    """Send by Apprise.

    Raises:
        RetroError: It is not installed, or knows no such URL.
    """
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        raise RetroError(_INSTALL) from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its log repeats the address
    sender = apprise.Apprise()
    if not sender.add(url):
        raise RetroError("url must be one that Apprise knows, such as mailtos://, wecombot://, dingtalk://, feishu://")
    return bool(sender.notify(title=title, body=body, attach=[str(file) for file in files] or None))


def _read(path: Path) -> dict[str, Any]:
    try:
        data = read_json(path)
    except (RetroError, OSError):
        return {}
    return data if isinstance(data, dict) else {}
