"""Last step of a run: the manifest and the new edition."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path

from retro.contracts import read_verdict
from retro.errors import RetroError
from retro.files import canonical_json, code_version, shown, sync_names, text_hash, write_json
from retro.ledger import Ledger, read_ledger
from retro.memory import peak_memory_mb
from retro.publish import Manifest, Published, PublishedFile, Tile, first_picture, write_manifest
from retro.report.observed import observed
from retro.run.job import Job


def finish(job: Job, pages: Sequence[Published], quality: Sequence[PublishedFile]) -> Manifest:
    """Write the manifest, then swap the new edition in: only now does anyone see it."""
    verdict = read_verdict(job.folder / "verdict.json")
    write_json(job.folder / "params.json", job.params.model_dump(mode="json"))
    start, end = job.params.window.start, job.params.window.end
    manifest = Manifest(
        folder=job.request.folder.as_posix(),
        name=job.address.name,
        kind=job.params.kind,
        title=dict(job.params.title),
        period_start=start,
        period_end=end,
        period=dict(job.params.period or {}),
        run_id=job.run_id,
        created_at=dt.datetime.now(dt.UTC),
        input_hash=job.input_hash,
        code_version=code_version(),
        source_fingerprint=job.data_seen,
        contracts_hash=verdict.contracts_hash,
        params_hash=text_hash(canonical_json(job.params.model_dump(mode="json"))),
        langs=job.langs,
        formats=tuple(dict.fromkeys(file.format for page in pages for file in page.files)),
        overrides=dict(job.request.overrides),
        badge=verdict.badge,
        headline={page.lang: page.headline for page in pages},
        state=pages[0].state,
        tile=_tile(pages, read_ledger(job.folder / "ledger.json")),
        currency=job.source.currency,
        dated_on=pages[0].dated_on,
        observed_until=observed(job.params, job.tables),
        files=(*(file for page in pages for file in page.files), *first_picture(pages, job.folder), *quality),
        warnings=tuple(dict.fromkeys(warning for page in pages for warning in page.warnings)),
        seconds={step: round(seconds, 2) for step, seconds in job.seconds.items()},
        peak_memory_mb=max(job.peak_memory_mb, peak_memory_mb()),
    )
    write_manifest(manifest, job.folder)
    sync_names(job.folder)
    (job.address / "failure.json").unlink(missing_ok=True)  # from here on one that lies there is of a later attempt
    point(job.stands, job.run_id)
    if not job.signed:
        (job.address / "restated").unlink(missing_ok=True)  # of the edition before, which was signed
    return manifest


def _tile(pages: Sequence[Published], ledger: Ledger) -> Tile | None:
    """The headline figure in all languages; None where a page has none."""
    rows = {page.lang: page.tile for page in pages if page.tile is not None}
    first = next(iter(rows.values()), None)
    if first is None:
        return None
    recorded = ledger.get(first.figure)
    return Tile(
        figure=first.figure,
        label={lang: row.label for lang, row in rows.items()},
        value={lang: row.value.partition(" (")[0] for lang, row in rows.items()},
        number=recorded.value if recorded is not None else None,
    )


def point(link: Path, run_id: str) -> None:
    """Let a stable address lead to a run, in one step, so that every reader finds a whole edition.

    Raises:
        RetroError: Something that is not a link stands there, such as a copy made without links.
    """
    if link.exists() and not link.is_symlink():
        raise RetroError(f"{shown(link)}: address must be a link to a run, got a folder. Move it away.")
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path("runs") / run_id, target_is_directory=True)
    temporary.replace(link)
