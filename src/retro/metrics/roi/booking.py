"""Booking: the incremental result of a promotion worked from a few totals, in the two ways that finance knows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Promotion:
    """What is known of a promotion. Amounts at list price, before discount.

    Attributes:
        actual_gmv: Sold while it ran.
        usual_gmv: What would have been sold without it.
        after_effect: Change of sales before and after it: negative where purchases were pulled forward.
        halo: Change of sales of things that were not on offer.
        refund_rate: Share of sales that comes back.
        margin_rate: Goods margin at list price.
        fulfilment_rate: Fulfilment as a share of sales.
        discounts: All discount given, on sales that would have happened anyway too.
        points_cost: What the points given out cost.
        media: Paid media.
        fixed: Everything else that it cost.
    """

    actual_gmv: Decimal
    usual_gmv: Decimal
    after_effect: Decimal
    halo: Decimal
    refund_rate: Decimal
    margin_rate: Decimal
    fulfilment_rate: Decimal
    discounts: Decimal
    points_cost: Decimal
    media: Decimal
    fixed: Decimal

    @property
    def gross_lift(self) -> Decimal:
        """What was sold more while it ran."""
        return self.actual_gmv - self.usual_gmv

    @property
    def net_lift(self) -> Decimal:
        """The gross lift with what was pulled forward and with the halo."""
        return self.gross_lift + self.after_effect + self.halo

    @property
    def net_lift_after_refunds(self) -> Decimal:
        """The net lift that stays sold."""
        return self.net_lift * (1 - self.refund_rate)

    @property
    def contribution_before_cost(self) -> Decimal:
        """What the net lift leaves at list price."""
        return self.net_lift_after_refunds * self._unit_contribution

    @property
    def cost(self) -> Decimal:
        """Everything spent, discounts among it."""
        return self.discounts + self.points_cost + self.media + self.fixed

    @property
    def net_contribution(self) -> Decimal:
        """Booking A: list-price margin on the net lift, less all cost with all discount."""
        return self.contribution_before_cost - self.cost

    @property
    def difference_of_statements(self) -> Decimal:
        """Booking B: the P&L with the promotion, less the P&L without it, less what is not discount.

        The discount lowers the revenue of the P&L with the promotion, so it enters once here too.
        """
        with_it = self._contribution(self.usual_gmv + self.net_lift) - self.discounts
        without_it = self._contribution(self.usual_gmv)
        return with_it - without_it - (self.cost - self.discounts)

    @property
    def incremental_roi(self) -> Decimal:
        """Net contribution over cost."""
        return self.net_contribution / self.cost

    @property
    def naive_roas(self) -> Decimal:
        """Everything sold while it ran over media: what platforms report."""
        return self.actual_gmv / self.media

    @property
    def incremental_roas(self) -> Decimal:
        """Lift that stays sold over media."""
        return self.net_lift_after_refunds / self.media

    @property
    def pull_forward_share(self) -> Decimal:
        """Share of the gross lift that was only moved in time."""
        return -self.after_effect / self.gross_lift

    @property
    def break_even_net_lift(self) -> Decimal:
        """The net lift that would have paid for it."""
        return self.cost / ((1 - self.refund_rate) * self._unit_contribution)

    @property
    def _unit_contribution(self) -> Decimal:
        return self.margin_rate - self.fulfilment_rate

    def _contribution(self, gmv: Decimal) -> Decimal:
        return gmv * (1 - self.refund_rate) * self._unit_contribution
