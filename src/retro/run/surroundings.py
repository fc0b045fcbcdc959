"""Surroundings of a report: what its pages lead to, and where their figures come from."""

from __future__ import annotations

from retro.contracts import read_verdict
from retro.ledger import Ledger, read_ledger
from retro.publish import Around, Related
from retro.report import read_campaigns
from retro.run.job import Job


def surroundings(job: Job) -> Around:
    """What surrounds a report; without figures before they are recorded, without results before the data is checked."""
    recorded, checked = job.folder / "ledger.json", job.folder / "verdict.json"
    reports = read_campaigns(job.params, job.request.reports)
    return Around(
        address=job.address.relative_to(job.request.reports).as_posix(),
        langs=job.langs,
        currency=job.source.currency,
        made_from=tuple(Related(one.name, one.title or one.name) for one in reports if one.state == "recorded"),
        part_of=tuple(Related(name, params.short_title or params.title) for name, params in job.periods),
        ledger=read_ledger(recorded) if recorded.is_file() else Ledger(),
        verdict=read_verdict(checked) if checked.is_file() else None,
        input_hash=job.input_hash,
        slides_template=job.slides_template,
    )
