"""The history of a report: its editions, and whether all their files are as they were published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retro.errors import RetroError, did_you_mean
from retro.files import read_json, shown
from retro.jobs.due import manifests, observed_of


@dataclass(frozen=True)
class Edition:
    """An edition of a report.

    Attributes:
        run_id: Its own folder below `runs/`.
        created_at: When it was published, UTC.
        observed_until: Local moment until which its data was observed; empty where the data holds no times.
        badge: What the contracts said of the data.
        place: `latest` where it stands at the report's address, `restated` where it stands beside a signed one.
        signed: Who stands for it, in which role.
        headline: The verdict's first sentence, in the first language that it has.
    """

    run_id: str
    created_at: str
    observed_until: str
    badge: str
    place: str
    signed: str
    headline: str

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON has them."""
        return asdict(self)


def report_folder(reports: Path, report: str) -> Path:
    """The folder of a report by its address, such as 2025Q1/member_day.

    Raises:
        RetroError: There is no such report; the message names the closest.
    """
    address = reports / report.removesuffix(".yaml").strip("/")
    if report.strip("/") and (address / "runs").is_dir():
        return address
    known = sorted({run.parent.relative_to(reports).as_posix() for run in reports.glob("**/runs")})
    raise RetroError(f"{report}: must be a report of {shown(reports)}. {did_you_mean(report, known)}")


def editions_of(address: Path) -> Iterator[Edition]:
    """The editions of a report that are kept, oldest first."""
    standing = {name: (address / name).resolve().name for name in ("latest", "restated") if (address / name).exists()}
    for manifest in manifests(address):
        run_id = str(manifest.get("run_id", ""))
        until = observed_of(manifest)
        headline = manifest.get("headline") or {}
        yield Edition(
            run_id=run_id,
            created_at=str(manifest.get("created_at", ""))[:16].replace("T", " "),
            observed_until=f"{until:%Y-%m-%dT%H:%M}" if until else "",
            badge=str(manifest.get("badge", "")),
            place=" ".join(name for name, run in standing.items() if run == run_id),
            signed=_signers(address / "runs" / run_id),
            headline=str(next(iter(headline.values()), "")),
        )


def _signers(run: Path) -> str:
    try:
        signatures = read_json(run / "params.json").get("signed_off") or ()
        return ", ".join(f"{_name(one['name'])} {one['on']}" for one in signatures)
    except (RetroError, AttributeError, KeyError, TypeError):
        return ""


def _name(given: str | Mapping[str, str]) -> str:
    """A name in its one form, or in its Latin one."""
    return given if isinstance(given, str) else given["en"]


def damage(reports: Path) -> Iterator[str]:
    """What is not as it was published: one line for each file, manifest or address, below a reports folder."""
    for path in sorted(reports.glob("**/runs/*/manifest.json")):
        yield from damage_of(path)
    for link in (runs.with_name(name) for runs in sorted(reports.glob("**/runs")) for name in ("latest", "restated")):
        if link.is_symlink() and not (link / "manifest.json").is_file():
            yield f"{shown(link)}: address must lead to a whole edition, got {link.readlink()}. Run its report again."


def damage_of(path: Path) -> Iterator[str]:
    """What of one edition is not as it was published, by its manifest."""
    again = "Run its report with --force."
    try:
        files = [(path.parent / file["path"], file["sha256"]) for file in read_json(path)["files"]]
    except (RetroError, KeyError, TypeError) as reason:
        yield f"{shown(path)}: manifest must be whole, got {type(reason).__name__}. {again}"
        return
    for file, digest in files:
        if not file.is_file():
            yield f"{shown(file)}: file must exist as it was published. {again}"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            yield f"{shown(file)}: file must be as it was published, but was changed. {again}"
