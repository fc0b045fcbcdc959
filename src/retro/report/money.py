"""Money: effect, cost and contribution of a campaign; the same for every kind, computed once."""

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pandas as pd

from retro.campaigns import CampaignParams
from retro.campaigns.budgeted import BudgetLines
from retro.campaigns.roi import HoldOut
from retro.campaigns.roi import Neighbour as Told
from retro.errors import RetroError, did_you_mean
from retro.i18n import Text
from retro.metrics.baseline import Neighbour
from retro.metrics.cost import RECORDED, with_recorded
from retro.periods import Window
from retro.sources import NotCovered, Tables

_TABLES = ("order_items", "products", "refunds", "coupons", "campaign_costs", "points_ledger", "exposures")


class Asking(Protocol):
    """The part of `Report` that money uses; importing `Report` here would be circular."""

    params: CampaignParams
    text: Text
    tables: Tables
    metrics: Any

    @property
    def window(self) -> Window: ...  # noqa: D102 - `Report` documents it

    @property
    def figures(self) -> pd.DataFrame: ...  # noqa: D102 - same

    @property
    def memo(self) -> Path: ...  # noqa: D102 - same

    def shop(self, *names: str) -> dict[str, Any]: ...  # noqa: D102 - same

    def show(self, section: str, *frames: Any) -> None: ...  # noqa: ANN401, D102 - same


class Money:
    """The money of a campaign, as `report.money()` gives it.

    Nothing is computed before it is asked for, and then once. Each attribute is what a metric of `report.metrics`
    returned; `frames("roi")` is what the section of that name shows, and `show("roi")` shows it.

    Attributes:
        sections: The sections that it can show, in the order in which a report has them.
    """

    def __init__(self, report: Asking, covariates: Any = None) -> None:  # noqa: ANN401 - a frame or `NotCovered`
        self._report, self._covariates = report, covariates
        self._metrics, self._params, self._tables = report.metrics, report.params, report.tables
        self._window, self._shop = report.window, report.shop(*_TABLES)
        if recorded := [name for name in RECORDED if name in report.params.tables]:
            known = {**self._shop, **report.shop(*recorded)}
            costs = with_recorded(known, self._window, report.params.campaign_id)
            self._shop |= {} if costs is None else {"campaign_costs": costs}
        self._economics = report.params.roi.economics
        self.sections = tuple(section for section in _SECTIONS if section != "order_impact")

    def show(self, *sections: str) -> None:
        """Show these sections, or all of them.

        Raises:
            RetroError: One of them is none of money.
        """
        for section in sections or self.sections:
            self._report.show(self._as_known(section), *self.frames(section))

    def frames(self, section: str) -> tuple[Any, ...]:
        """What a section shows: frames, or `NotCovered` where the shop lacks its tables.

        Raises:
            RetroError: It is none of money.
        """
        if section not in _SECTIONS:
            hint = did_you_mean(section, _SECTIONS)
            raise RetroError(f"money: section must be one of {', '.join(_SECTIONS)}, got {section!r}. {hint}")
        return _SECTIONS[self._as_known(section)](self)

    def _as_known(self, section: str) -> str:
        """The section itself, but the effect in orders where these have no amounts."""
        orders = self._tables.orders
        in_orders = not isinstance(orders, NotCovered) and "amount" not in orders.columns
        return "order_impact" if section == "impact" and in_orders else section

    @property
    def _costs(self) -> Any:  # noqa: ANN401 - a table, or `NotCovered`
        return self._shop.get("campaign_costs", self._tables.campaign_costs)

    @functools.cached_property
    def _untold(self) -> NotCovered | None:
        """Why no order is the campaign's: it works by telling people, and nobody is known to have been told."""
        named = self._params.told_by
        if not named or (self._params.hold_out is not None and "exposures" in self._tables):
            return None
        told = self._metrics.told(getattr(self._tables, named), self._window, campaign_id=self._params.campaign_id)
        return None if told is True else NotCovered(named, empty=told is False, untold=True)

    @functools.cached_property
    def impacts(self) -> Any:  # noqa: ANN401 - what the metric returns, or `NotCovered`
        """Effects on GMV, contribution and first-time buyers: `metrics.impacts`."""
        roi = self._params.roi
        return self._metrics.impacts(
            self._tables.orders,
            self._shop,
            self._phases,
            economics=self._economics,
            observed_until=self._window.observed_until,
            since=self._params.history_start,
            holidays=roi.holidays,
            covariates=self._beside(),
            groups=self._held_out(self._params.hold_out, self._window),
            beside={
                name: self._held_out(span.hold_out, replace(self._window, start=span.start, end=span.end))
                for name, span in roi.campaigns.items()
                if span.hold_out is not None and "exposures" in self._shop and self._has_begun(span.start)
            },
            memo=self._report.memo,
        )

    @functools.cached_property
    def _phases(self) -> Any:  # noqa: ANN401 - as above
        """The campaign's days: `metrics.phases_of`."""
        if self._untold is not None:
            return self._untold
        roi = self._params.roi
        return self._metrics.phases_of(
            self._window,
            anticipation_days=roi.anticipation_days,
            settling_days=roi.settling_days,
            others=tuple(span.window for span in roi.unusual),
            name=self._params.campaign_id,
            campaigns=neighbours(roi.campaigns),
        )

    @property
    def days(self) -> Any:  # noqa: ANN401 - a frame, or `NotCovered`
        """The days of the effect on GMV, with the other campaigns that ran `beside` it on each, in words."""
        found = self.impacts
        if isinstance(found, NotCovered):
            return found
        return self._with_others(found.gmv.days)

    def _with_others(self, days: pd.DataFrame) -> pd.DataFrame:
        text, campaigns = self._report.text, self._params.roi.campaigns
        titled = [(text.pick(one.title), one.window) for one in campaigns.values() if one.title is not None]
        ends = [(start := dt.datetime.combine(day, dt.time()), start + dt.timedelta(days=1)) for day in days["on"]]
        beside = [text.join([title for title, span in titled if span.touches(*day)]) for day in ends]
        return days.assign(beside=beside) if any(beside) else days

    def _order_impact(self) -> tuple[Any, ...]:
        found = self._metrics.order_impact(
            self._tables.orders,
            self._phases,
            observed_until=self._window.observed_until,
            since=self._params.history_start,
            holidays=self._params.roi.holidays,
            memo=self._report.memo,
        )
        return self._with_others(found.days), found

    def _has_begun(self, start: dt.datetime) -> bool:
        """Whether a campaign began while the data was observed; nobody is invited to one that is still to come."""
        until = self._window.observed_until
        return until is None or start < until

    def _beside(self) -> Any:  # noqa: ANN401 - a frame, `NotCovered` or None
        """Series that the campaign does not move: the notebook's, and what was sold where it was not offered."""
        untouched, given = self._params.roi.untouched, self._covariates
        if not untouched or isinstance(given, NotCovered):
            return given
        known = {**self._shop, **self._report.shop("users")}
        sold = self._metrics.untouched_sales(self._tables.orders, known, untouched, end=self._window.observed_until)
        return sold if given is None else given.merge(sold, on="on", how="outer").sort_values("on", ignore_index=True)

    def _held_out(self, held: HoldOut | None, window: Window) -> Any:  # noqa: ANN401 - as above
        """Those invited and those held out of a campaign at random; None where nobody was."""
        if held is None:
            return None
        arms = {"invitation": held.experiment, "arm": held.invited, "held_out_arm": held.held_out}
        return self._metrics.invitation_groups(self._tables.users, self._shop, window, **arms)

    @functools.cached_property
    def claims(self) -> Any:  # noqa: ANN401 - as above
        """The campaigns' claims on orders: `metrics.claims`."""
        return self._untold or self._metrics.claims(self._params.claims)

    @functools.cached_property
    def statement(self) -> Any:  # noqa: ANN401 - as above
        """From list-price sales to contribution: `metrics.pnl`."""
        return self._metrics.pnl(
            self._tables.orders,
            self._shop,
            claims=self.claims,
            campaign_id=self._params.campaign_id,
            economics=self._economics,
            observed_until=self._window.observed_until,
            policy=self._params.roi.attribution,
            cost_per_point=self._params.cost_per_point,
        )

    @functools.cached_property
    def payback(self) -> Any:  # noqa: ANN401 - as above
        """When additional first-time buyers have paid for it, by month: `metrics.payback`."""
        known = {"economics": self._economics, "effects": self.impacts, "statement": self.statement}
        return self._metrics.payback(self._tables.orders, self._shop, self._window, **known)

    @functools.cached_property
    def roi(self) -> Any:  # noqa: ANN401 - as above
        """Stated, net and incremental return: `metrics.roi`."""
        found = self.impacts
        return self._metrics.roi(self.statement, found.gmv, found.contribution, found.newcomers, found.rest)

    def _cost(self) -> tuple[Any, ...]:
        return (self._metrics.campaign_cost(self._costs, self._params.campaign_id),)

    def _variance(self) -> tuple[Any, ...]:
        lines, recorded = self._params.budget_lines, {}
        if lines is None:
            lines = BudgetLines.model_construct()
        elif lines.costs and not self._report.figures.empty:
            figures = self._report.figures
            recorded = dict(zip(figures["name"], figures["value"], strict=True))
        return (
            self._metrics.budget_variance(
                self._tables.orders,
                self._shop,
                self._window,
                campaign_id=self._params.campaign_id,
                sales={name: (line.units, line.each) for name, line in lines.sales.items()},
                costs={name: (line.units, line.each) for name, line in lines.costs.items()},
                counted={name: recorded.get(line.of) for name, line in lines.costs.items()},
                by=lines.by,
            ),
        )

    def _cost_shares(self) -> tuple[Any, ...]:
        tables, groups = self._tables, self._params.roi.cost_groups
        return (
            self._metrics.cost_shares(
                self._costs, tables.orders, groups, self._window, campaign_id=self._params.campaign_id
            ),
        )

    def _attribution(self) -> tuple[Any, ...]:
        policy = self._params.roi.attribution
        return (self._metrics.attribution(self._tables.orders, self.claims, policy=policy),)

    def _channels(self) -> tuple[Any, ...]:
        asked = {"campaign_id": self._params.campaign_id, "economics": self._economics}
        return (self._metrics.channels(self._tables.orders, self._shop, self._window, **asked),)

    def _ads(self) -> tuple[Any, ...]:
        shop = self._report.shop("orders")
        return (self._metrics.ads(self._tables.ads, shop, self._window, campaign_id=self._params.campaign_id),)

    def _coupons(self) -> tuple[Any, ...]:
        metrics, tables, window, campaign = self._metrics, self._tables, self._window, self._params.campaign_id
        holders = metrics.coupon_holders(tables.coupons, window, campaign_id=campaign)
        return (
            metrics.coupons(tables.orders, tables.coupons, window, campaign_id=campaign),
            metrics.coupon_thresholds(tables.orders, tables.coupons, window),
            metrics.coupon_hunters(tables.orders, tables.coupons, window),
            metrics.matched_participants(tables.users, tables.orders, holders, window),
        )

    def _tornado(self) -> tuple[Any, ...]:
        return (self._metrics.tornado(self.statement, self.impacts.gmv, self.impacts.contribution),)


def neighbours(campaigns: Mapping[str, Told]) -> tuple[Neighbour, ...]:
    """The other campaigns of the params, as `metrics.phases_of` takes them."""
    return tuple(
        Neighbour(name, one.window, one.anticipation_days, one.settling_days) for name, one in campaigns.items()
    )


_SECTIONS: Mapping[str, Callable[[Money], tuple[Any, ...]]] = MappingProxyType(
    {
        "impact": lambda money: (money.days, money.impacts),
        "order_impact": Money._order_impact,  # noqa: SLF001 - as below
        "campaign_cost": Money._cost,  # noqa: SLF001 - the list of this class's own sections
        "cost_shares": Money._cost_shares,  # noqa: SLF001 - as above
        "budget_variance": Money._variance,  # noqa: SLF001 - as above
        "pnl": lambda money: (money.statement.lines, money.statement),
        "attribution": Money._attribution,  # noqa: SLF001 - as above
        "channels": Money._channels,  # noqa: SLF001 - as above
        "ads": Money._ads,  # noqa: SLF001 - as above
        "coupons": Money._coupons,  # noqa: SLF001 - as above
        "roi": lambda money: (money.roi, money.statement, money.impacts.gmv),
        "tornado": Money._tornado,  # noqa: SLF001 - as above
        "payback": lambda money: (money.payback, money.impacts.gmv),
    }
)
"""What each section shows, in the order of a report."""
