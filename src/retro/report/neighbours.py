"""Neighbours: the reports of a params folder, as the lint of a period reads them."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from retro.campaigns import CAMPAIGN_TYPES, CampaignParams, load_params
from retro.errors import ParamsError
from retro.files import NOT_PARAMS, project_root, read_yaml, shown
from retro.ledger import Ledger, read_ledger
from retro.ledger.reported import Reported


def reported(file: Path, params: CampaignParams, reports: Path) -> Reported:
    """A report with what its newest edition recorded; without figures where it was not made yet."""
    name = f"{file.parent.name}/{file.stem}"
    recorded = reports / name / "latest" / "ledger.json"
    return Reported(name, shown(file), params, read_ledger(recorded) if recorded.is_file() else Ledger([]))


def read_neighbours(file: Path, params: CampaignParams, reports: Path, zone: ZoneInfo) -> Sequence[Reported]:
    """The other reports of a period's folder, and those of other folders that it is made from; none for a campaign.

    Files that cannot be read are left out.

    Args:
        file: The period's params file.
        params: What it says.
        reports: The reports folder.
        zone: The source's time zone.
    """
    if not params.from_reports:
        return ()
    found = []
    beside = [path for path in sorted(file.parent.glob("*.yaml")) if path.name not in NOT_PARAMS and path != file]
    here = {path.resolve() for path in (file, *beside)}
    named = [project_root() / "params" / f"{name}.yaml" for name in params.reports]
    for other in (*beside, *(path for path in named if path.is_file() and path.resolve() not in here)):
        try:
            found.append(reported(other, load_params(other, zone=zone), reports))
        except ParamsError:  # its own run says what is wrong
            continue
    return tuple(found)


def read_periods(file: Path, zone: ZoneInfo) -> Sequence[tuple[str, CampaignParams]]:
    """The reports of the same folder that are made from a report, such as its quarter: address and params of each.

    Args:
        file: The report's params file.
        zone: The source's time zone.
    """
    found = []
    for other in sorted(file.parent.glob("*.yaml")):
        if other.name in NOT_PARAMS or other == file:
            continue
        try:
            kind = CAMPAIGN_TYPES.get(read_yaml(other, ParamsError).data.get("kind", ""))
            if kind is None or not kind.from_reports:
                continue
            params = load_params(other, zone=zone)
        except ParamsError:  # its own run says what is wrong
            continue
        if f"{file.parent.name}/{file.stem}" in params.reports:
            found.append((f"{file.parent.name}/{other.stem}", params))
    return tuple(found)
