"""Campaign types: the params model of each kind."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from retro.campaigns.ads import Ads
from retro.campaigns.base import CampaignParams, Goal
from retro.campaigns.brand_wave import BrandWave
from retro.campaigns.community import Community
from retro.campaigns.content import Content
from retro.campaigns.experiment import Experiment
from retro.campaigns.extra import Extras
from retro.campaigns.flash_sale_night import FlashSaleNight
from retro.campaigns.live_programme import LiveProgramme
from retro.campaigns.member_day import MemberDay
from retro.campaigns.month import Month
from retro.campaigns.new_user_week import NewUserWeek
from retro.campaigns.points_contest import PointsContest
from retro.campaigns.product_launch import ProductLaunch
from retro.campaigns.promotion_node import PromotionNode
from retro.campaigns.quarter import Quarter
from retro.campaigns.reactivation import Reactivation
from retro.campaigns.referral import Referral
from retro.campaigns.scene import Scene
from retro.campaigns.schema import ParamRow, describe_params
from retro.campaigns.year import Year
from retro.errors import ParamsError, did_you_mean
from retro.files import YamlFile, find_above, parse_yaml_value, read_yaml
from retro.validation import validate
from retro.words import Bilingual

__all__ = ["CAMPAIGN_TYPES", "Bilingual", "CampaignParams", "Goal", "ParamRow", "describe_params"]
__all__ += ["load_params", "parse_settings"]

CAMPAIGN_TYPES: Mapping[str, type[CampaignParams]] = MappingProxyType(
    {
        "new_user_week": NewUserWeek,
        "points_contest": PointsContest,
        "flash_sale_night": FlashSaleNight,
        "member_day": MemberDay,
        "promotion_node": PromotionNode,
        "reactivation": Reactivation,
        "live_programme": LiveProgramme,
        "referral": Referral,
        "community": Community,
        "product_launch": ProductLaunch,
        "content": Content,
        "scene": Scene,
        "brand_wave": BrandWave,
        "ads": Ads,
        "experiment": Experiment,
        "month": Month,
        "quarter": Quarter,
        "year": Year,
    }
)
"""The params model of each kind. A kind's notebook is `notebooks/<kind>.ipynb`."""


def load_params(path: Path, *, zone: ZoneInfo, overrides: Mapping[str, Any] | None = None) -> CampaignParams:
    """Read a params file and validate it by its `kind`; cuts of the nearest `extra.yaml` are its own too.

    Args:
        path: The params file.
        zone: The source's time zone, in which times without a zone are meant.
        overrides: Keys to replace, validated like the file; a dotted key such as `targets.new_users` replaces
            one entry of a mapping.

    Raises:
        ParamsError: The file is missing or does not fit: one line for each problem, with file, line and key.
    """
    file = read_yaml(path, ParamsError)
    data = _overridden(_with_shared(file), overrides or {})
    given = {key.split(".")[0]: f"override {key!r}" for key in overrides or {}}
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in CAMPAIGN_TYPES:
        where, hint = given.get("kind") or file.where(("kind",)), did_you_mean(str(kind), CAMPAIGN_TYPES)
        raise ParamsError(f"{where}: kind must be a campaign type, got {kind!r}. {hint}")
    help_ = f"`retro params {kind}` lists what each key means."
    return validate(CAMPAIGN_TYPES[kind], data, file, ParamsError, context={"zone": zone}, given=given, help_=help_)


def parse_settings(settings: Sequence[str]) -> dict[str, Any]:
    """Turn `key=value` texts of the command line into overrides.

    Raises:
        ParamsError: A text has no `=`.

    Examples:
        >>> parse_settings(["campaign_id=00123", "segment={channel: [app]}"])
        {'campaign_id': '00123', 'segment': {'channel': ['app']}}
    """
    overrides: dict[str, Any] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key:
            raise ParamsError(f"--set: setting must look like key=value, got {setting!r}.")
        overrides[key.strip()] = parse_yaml_value(value)
    return overrides


def _with_shared(file: YamlFile) -> dict[str, Any]:
    """What a params file holds, with the cuts that its folder shares; of one name its own counts, none leaves it out.

    Raises:
        ParamsError: `extra.yaml` does not fit.
    """
    place = find_above(file.path, "extra.yaml")
    own = file.data.get("extra") or {}
    if place is None or not isinstance(own, Mapping):
        return file.data
    found = read_yaml(place, ParamsError)
    validate(Extras, found.data, found, ParamsError, help_="docs/analyst.md shows one.")
    shared = found.data["extra"]
    cuts = {name: value for name, value in {**shared, **own}.items() if value is not None or name not in shared}
    return {**file.data, "extra": cuts}


def _overridden(data: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The data with overrides put in; mappings on the way are copied, never changed."""
    result = dict(data)
    for dotted, value in overrides.items():
        *parents, last = dotted.split(".")
        place = result
        for parent in parents:
            inner = place.get(parent)
            if not isinstance(inner, Mapping | None):
                raise ParamsError(f"override {dotted!r}: {parent!r} must hold 'key: value' lines, got {inner!r}.")
            place[parent] = dict(inner or {})
            place = place[parent]
        place[last] = value
    return result
