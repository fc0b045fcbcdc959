"""OpenLineage: what a report was made from, for those who have a catalogue."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from retro.errors import RetroError
from retro.files import canonical_json, code_version, project_root, read_json
from retro.run import Done
from retro.sources import expand

_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_PRODUCER = "urn:retro"
_NAMESPACE = "retro"
_SECONDS = 5


def lineage_of(done: Done, reports: Path) -> dict[str, Any] | None:
    """The event of a run that ended; None where nothing ran."""
    if done.state not in {"published", "restated", "failed"}:
        return None
    now = dt.datetime.now(dt.UTC)
    failed = done.state == "failed"
    return {
        "eventType": "FAIL" if failed else "COMPLETE",
        "eventTime": now.isoformat(),
        "producer": _PRODUCER,
        "schemaURL": _SCHEMA,
        "run": {"runId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{done.report}/{done.run_id or now.isoformat()}"))},
        "job": {"namespace": _NAMESPACE, "name": done.report},
        "inputs": [] if failed else [{"namespace": _NAMESPACE, "name": name} for name in _tables(reports, done)],
        "outputs": [] if failed else [{"namespace": _NAMESPACE, "name": f"reports/{done.report}"}],
    }


def send_lineage(where: str, done: Done, reports: Path) -> list[str]:
    """Append an event to a file, or post it to an address; what went wrong, in words that name no address."""
    event = lineage_of(done, reports) if where else None
    if event is None:
        return []
    try:
        place = expand(where, "params/notify.yaml: lineage")
        line = canonical_json(event)
        if "://" not in place:
            path = project_root() / place
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as stream:
                stream.write(f"{line}\n")
        else:
            _post(place, line.encode())
    except (RetroError, OSError, ValueError) as reason:
        return [f"notify.yaml: lineage: event must arrive, got {type(reason).__name__}"]
    return []


def _post(url: str, body: bytes) -> None:
    if not url.startswith(("http://", "https://")):
        raise ValueError(url)
    headers = {"Content-Type": "application/json", "User-Agent": f"retro/{code_version()}"}
    with urlopen(Request(url, body, headers), timeout=_SECONDS):  # noqa: S310 - http alone, as checked above
        pass


def _tables(reports: Path, done: Done) -> list[str]:
    """The tables that an edition read, as its ledger names them."""
    try:
        entries = read_json(reports / done.report / "runs" / done.run_id / "ledger.json")["entries"]
    except (RetroError, KeyError, TypeError):
        return []
    return sorted({table for entry in entries for table in entry.get("tables", ())})
