"""Params of a budget in units and prices: what is needed to split what it was missed by."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from retro.campaigns.fields import KnownFigure
from retro.validation import FrozenModel


class BudgetedSales(FrozenModel):
    """Budgeted sales of one category or pool, or of all goods.

    Attributes:
        units: Pieces.
        each: Price of a piece after discounts, in the source's currency.
    """

    units: Decimal = Field(gt=0)
    each: Decimal = Field(gt=0)


class BudgetedCost(BudgetedSales):
    """The budgeted cost of one category.

    Attributes:
        units: How many of what drives it.
        each: Cost of one, in the source's currency.
        of: The figure of this report that counts them, such as new_users.
    """

    of: KnownFigure


class BudgetLines(FrozenModel):
    """A budget in units and prices.

    Attributes:
        by: The column of `products` that the lines of sales are named by; left out, there is one line, `all`.
        sales: Pieces and price, by category or pool.
        costs: Units and cost of one, by category of `campaign_costs`.
    """

    by: Literal["category", "pool"] | None = None
    sales: Mapping[str, BudgetedSales] = Field(default_factory=dict)
    costs: Mapping[str, BudgetedCost] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _named_as_said(self) -> Self:
        if self.sales and self.by is None and set(self.sales) != {"all"}:
            raise ValueError(
                f"by must say which column the lines are of, or sales be one line `all`, got {[*self.sales]}"
            )
        if not self.sales and not self.costs:
            raise ValueError("sales or costs must hold a line, got none")
        return self
