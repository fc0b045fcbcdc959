"""The periods that a report is compared with, from its params."""

from decimal import Decimal
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from retro.campaigns import CampaignParams, load_params
from retro.errors import ParamsError
from retro.periods import Basis, Period, Window, lunar_year_ago_window, previous_window, year_ago_window
from retro.words import Bilingual

_Words: TypeAlias = tuple[Bilingual | None, Bilingual | None]


def bases_of(params: CampaignParams, folder: Path, zone: ZoneInfo) -> tuple[Period, ...]:
    """The periods behind `compare:`, in its order; the one before a whole year is a year ago, and told once as that.

    Args:
        params: What the report was asked.
        folder: Where the params of all reports lie; an edition is looked up below it.
        zone: The source's time zone.

    Raises:
        ParamsError: A target or an edition is named that does not exist, or a lunar year lies outside 1991 to 2050.
    """
    found = [_period(place, params, folder, zone) for place in range(len(params.compare))]
    a_year_ago = {(one.start, one.end) for one in found if one.basis == "year_ago"}
    return tuple(one for one in found if one.basis != "previous" or (one.start, one.end) not in a_year_ago)


def _period(place: int, params: CampaignParams, folder: Path, zone: ZoneInfo) -> Period:
    base, window = params.compare[place], params.window
    where = f"{params.campaign_id}: compare.{place}"
    words = (base.title, base.offer)
    match base.basis:
        case "target":
            if "gmv" not in params.targets:
                raise ParamsError(f"{where}: target must be one of gmv, got none. Add targets.gmv.")
            return _of("target", previous_window(window), words, amount=params.targets["gmv"])
        case "previous":
            return _of("previous", previous_window(window), words)
        case "year_ago":
            return _of("year_ago", year_ago_window(window), words)
        case "lunar_year_ago":
            found = lunar_year_ago_window(window)
            if found is None:
                raise ParamsError(
                    f"{where}: lunar_year_ago must lie in the years 1991 to 2050, got {window.start:%Y-%m-%d}."
                )
            return _of("lunar_year_ago", found, words)
        case "edition":
            path = folder / f"{base.edition}.yaml"
            if not path.is_file():
                raise ParamsError(f"{where}: edition must be a params file, got {base.edition!r}. Add {path.name}.")
            edition = load_params(path, zone=zone)
            title, offer = base.title or edition.short_title or edition.title, base.offer or edition.offer
            return _of("edition", edition.window, (title, offer))
        case _:
            return Period("dates", base.start or window.start, base.end or window.end, *words)


def _of(basis: Basis, window: Window, words: _Words, amount: Decimal | None = None) -> Period:
    return Period(basis, window.start, window.end, *words, amount=amount)
