"""Units of figures and columns: the one list for ledger, targets, tables, charts and docs."""

from typing import Literal

Unit = Literal[
    # whole counts
    "users", "buyers", "orders", "pieces", "coupons", "points", "events", "views", "visits", "count",
    "exact",  # a count that tables write out in full
    # time
    "days", "hours", "minutes", "seconds",
    # measures: rates run from 0 to 1, a change is relative, a multiple is a return, which never reads in percent,
    # money is in the source's currency, a difference is a plain number that stands with its sign
    "rate", "probability", "percentage_points", "change", "multiple", "ratio", "money", "score", "stars", "difference",
    "number",
    # columns that hold no figure
    "day", "month", "moment", "short_moment", "state", "name",
]  # fmt: skip
