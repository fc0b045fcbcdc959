"""Store weeks: a chain's weeks and shops around a node, of chains that know what their shops took and no orders."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from retro.metrics.history import history
from retro.metrics.money import as_money
from retro.metrics.shop import Shop
from retro.metrics.windows import WEEK, day_number, day_of, number_of, require
from retro.periods import Window

_LEAST_WEEKS = 10
"""Of fewer weeks nobody knows what an ordinary one brings."""

_DAYS = 7
_YEAR = 52

_NAMED = 5
"""So many shops are named; of more their number says enough."""

_WEEKS = (
    *("week", "since", "until", "phase", "gmv", "median", "rate", "year_ago", "change"),
    *("pair", "pair_year_ago", "pair_change", "shops", "above", "others", "marked"),
)


def store_weeks(shop: Shop, window: Window, *, preheat_days: int = 45, after_days: int = 7) -> pd.DataFrame:
    """Follow what all shops of a chain took by week, beside the median week and the same week of the year before.

    Weeks count from the first day of the burst, so that it begins with one; a row of the table that stands for a week
    is counted where its first day lies.

    Args:
        shop: `shop_sales`; a shop without it has no rows here.
        window: The burst.
        preheat_days: Days before it that are its pre-heat.
        after_days: Days after it that are its return.

    Returns:
        One row per whole week that is known, in order; none for fewer than ten of them.
        - `week` (int; 0 is the first of the burst), `since`, `until` (date): Its first and last day.
        - `phase` (str): `preheat`, `burst`, `return`, or None for other weeks.
        - `gmv` (Decimal): What all shops took.
        - `median` (Decimal): Of all these weeks, the same in each row; `rate` (float): `gmv` beside it.
        - `year_ago` (Decimal): 52 weeks earlier; None where that is not known. `change` (float): Beside it.
        - `pair`, `pair_year_ago` (Decimal), `pair_change` (float): The week and the next one beside the same two a year
          before: a feast that falls on another weekday moves sales from one week to the next. Missing where a week is.
        - `shops`, `above` (int): Shops that are known, and those of them above their own median week.
        - `others` (list of str): The shops that are not above it, where they are at most five; else None.
        - `marked` (bool): Whether the chain marks it as a holiday; None where it keeps no marks.
    """
    frame = _by_shop(shop, window)
    weeks = sorted(int(week) for week in frame["week"].unique())
    if len(weeks) < _LEAST_WEEKS:
        return pd.DataFrame(columns=list(_WEEKS))
    sums = _sums(frame, "week")
    middle = as_money(median(sums.values()))
    above = _above(frame)
    marks: Any = frame.groupby("week")["marked"].max() if frame["marked"].notna().all() else {}
    return pd.DataFrame(
        [
            {
                "week": week,
                **_days(week, window),
                "phase": _phase(week, window, preheat_days, after_days),
                "gmv": sums[week],
                "median": middle,
                "rate": _change(sums[week], middle),
                "year_ago": sums.get(week - _YEAR),
                "change": _change(sums[week], sums.get(week - _YEAR)),
                "pair": _together(sums, week),
                "pair_year_ago": _together(sums, week - _YEAR),
                "pair_change": _change(_together(sums, week), _together(sums, week - _YEAR)),
                "shops": len(above),
                "above": int(above[week].sum()),
                "others": _named([str(name) for name in above.index[~above[week]]]),
                "marked": bool(marks[week]) if len(marks) else None,
            }
            for week in weeks
        ],
        columns=list(_WEEKS),
    )


def store_node(weeks: pd.DataFrame, *, baseline_weeks: int = 8) -> pd.DataFrame:
    """Sum the weeks of a node, beside median weeks, the year before and what the chain's own marks say.

    Args:
        weeks: As `store_weeks` returns it.
        baseline_weeks: Weeks before the burst whose median is told.

    Returns:
        One row, or none where no week of the burst is known.
        - `shops`, `weeks` (int), `gmv`, `median` (Decimal): All of them; `before_weeks` (int), `before_median`: Of the
          weeks before the burst; None where fewer are known.
        - `low_until`, `high_until` (date), `low_gmv`, `high_gmv`: The lowest of all weeks, and the highest of the node.
        - For `burst` and `return`: `<phase>_weeks` (int), `<phase>_gmv`, `<phase>_medians` (Decimal): As many median
          weeks; `<phase>_rate` (float); `<phase>_year_ago` (Decimal) and `<phase>_change`: 52 weeks before. None and
          NaN where a week is not known.
        - `marked`, `unmarked` (int), `marked_mean`, `unmarked_mean`, `marked_median`, `unmarked_median` (Decimal):
          Weeks by the chain's mark; `mark_rate` (float): The one mean beside the other; `marked_below` (int): Marked
          ones below the median week; `top_marked` (int): Of the two highest weeks. None without marks.
    """
    if weeks.empty or not (weeks["phase"] == "burst").any():
        return pd.DataFrame(columns=["shops"])
    before = weeks[(weeks["week"] < 0) & (weeks["week"] >= -baseline_weeks)]
    low = weeks.iloc[int(_floats(weeks["gmv"]).argmin())]
    burst = weeks[weeks["phase"] == "burst"]
    high = burst.iloc[int(_floats(burst["gmv"]).argmax())]
    row: dict[str, Any] = {
        "shops": weeks["shops"].iloc[0],
        "weeks": len(weeks),
        "gmv": _sum(weeks["gmv"]),
        "median": weeks["median"].iloc[0],
        "before_weeks": len(before),
        "before_median": as_money(median(before["gmv"])) if len(before) == baseline_weeks else None,
        **{f"low_{name}": low[name] for name in ("until", "gmv")},
        **{f"high_{name}": high[name] for name in ("until", "gmv", "rate", "above", "others")},
    }
    for phase in ("burst", "return"):
        own = weeks[weeks["phase"] == phase]
        middle = row["median"] * len(own)
        ago = _sum(own["year_ago"]) if len(own) and own["year_ago"].notna().all() else None
        sold = _sum(own["gmv"]) if len(own) else None
        row |= {f"{phase}_weeks": len(own), f"{phase}_gmv": sold, f"{phase}_medians": middle}
        row |= {f"{phase}_rate": _change(sold, middle), f"{phase}_year_ago": ago, f"{phase}_change": _change(sold, ago)}
    return pd.DataFrame([row | _marked(weeks)])


def store_years(weeks: pd.DataFrame) -> pd.DataFrame:
    """Sum a chain's weeks by the calendar year of their last day, beside the same weeks of the year before.

    Args:
        weeks: As `store_weeks` returns it.

    Returns:
        One row per year: `year` (str), `weeks` (int), `gmv` (Decimal); `year_ago` (Decimal), `change` (float): The same
        weeks 52 weeks earlier; None and NaN where one of them is not known.
    """
    rows = []
    for year, own in weeks.groupby([day.year for day in weeks["until"]]):
        sold, ago = _sum(own["gmv"]), _sum(own["year_ago"]) if own["year_ago"].notna().all() else None
        change = _change(sold, ago)
        rows.append({"year": str(year), "weeks": len(own), "gmv": sold, "year_ago": ago, "change": change})
    return pd.DataFrame(rows, columns=["year", "weeks", "gmv", "year_ago", "change"])


def store_ranks(shop: Shop, window: Window) -> pd.DataFrame:
    """Rank the shops of a chain by what they took in all whole weeks that are known.

    Args:
        shop: As `store_weeks`.
        window: As `store_weeks`.

    Returns:
        One row per shop, the largest first: `shop` (str), `weeks` (int), `gmv` (Decimal), `share` (float), `best_until`
        (date), `best_gmv` (Decimal): Its best week.
    """
    frame = _by_shop(shop, window)
    columns = ["shop", "weeks", "gmv", "share", "best_until", "best_gmv"]
    if frame["week"].nunique() < _LEAST_WEEKS:
        return pd.DataFrame(columns=columns)
    whole = _sum(frame["gmv"])
    rows = []
    for name, own in frame.groupby("shop"):
        best = own.iloc[int(_floats(own["gmv"]).argmax())]
        sold = _sum(own["gmv"])
        share = float(sold / whole) if whole else np.nan
        last = _days(int(best["week"]), window)["until"]
        told = {"share": share, "best_until": last, "best_gmv": as_money(best["gmv"])}
        rows.append({"shop": str(name), "weeks": len(own), "gmv": sold, **told})
    ranked = pd.DataFrame(rows, columns=columns)
    return ranked.sort_values("gmv", ascending=False, kind="stable", ignore_index=True)


def _by_shop(shop: Shop, window: Window) -> pd.DataFrame:
    """What each shop took in each whole week that is known: `shop`, `week`, `gmv`, `marked`."""
    columns = ["shop", "week", "gmv", "marked"]
    if "shop_sales" not in shop:
        return pd.DataFrame(columns=columns)
    sales = shop["shop_sales"]
    require(sales, "shop_sales", "shop", "sold_on", "amount")
    until, start = window.observed, number_of(window.start.date())
    at = sales.sold_on.cast("timestamp")
    marks = sales.is_holiday.cast("int32") if "is_holiday" in sales.columns else None
    own = sales.mutate(at=at, paid=sales.amount.cast("decimal(38, 2)"), mark=marks).filter(at < until)
    # Days are counted from one that is 0 or later, as engines differ in how they divide what is below it.
    week = (day_number(own["at"]) - start % _DAYS) // _DAYS - start // _DAYS
    grouped = own.mutate(week=week).group_by("shop", "week")
    sums = grouped.aggregate(gmv=lambda rows: rows.paid.sum(), marked=lambda rows: rows.mark.max()).execute()
    past = history(sales, "sold_on", until=until)
    whole = [week for week in sums["week"].unique() if _is_known(int(week), window, past)]
    known: pd.DataFrame = sums[sums["week"].isin(whole)].sort_values(["shop", "week"], ignore_index=True)
    return known[columns]


def _is_known(week: int, window: Window, past: Any) -> bool:  # noqa: ANN401 - a `History`
    begin = dt.datetime.combine(window.start.date(), dt.time()) + week * WEEK
    return begin + WEEK <= window.observed and bool(past.knows(Window(begin, begin + WEEK)))


def _days(week: int, window: Window) -> dict[str, dt.date]:
    since = day_of(number_of(window.start.date()) + week * _DAYS)
    return {"since": since, "until": since + dt.timedelta(days=_DAYS - 1)}


def _phase(week: int, window: Window, preheat_days: int, after_days: int) -> str | None:
    """The phase that holds a week as a whole."""
    begin, burst = week * _DAYS, window.length / dt.timedelta(days=1)
    spans = {"preheat": (-preheat_days, 0), "burst": (0, burst), "return": (burst, burst + after_days)}
    inside = (name for name, (low, high) in spans.items() if low <= begin and begin + _DAYS <= high)
    return next(inside, None)


def _above(frame: pd.DataFrame) -> pd.DataFrame:
    """By shop and week, whether it took more than in its own median week."""
    grid = frame.assign(gmv=_floats(frame["gmv"])).pivot_table(index="shop", columns="week", values="gmv")
    return grid.gt(grid.median(axis=1), axis=0)


def _named(shops: Sequence[str]) -> list[str] | None:
    return list(shops) if len(shops) <= _NAMED else None


def _together(sums: dict[int, Decimal], week: int) -> Decimal | None:
    """A week and the next one; None where one is not known."""
    pair = [sums[one] for one in (week, week + 1) if one in sums]
    return sum(pair, Decimal(0)) if len(pair) == 2 else None  # noqa: PLR2004 - a pair


def _marked(weeks: pd.DataFrame) -> dict[str, Any]:
    """Weeks that the chain marks beside the others; all None where it marks none, or all."""
    names = ("mean", "median")
    row: dict[str, Any] = dict.fromkeys(["marked", "unmarked", "mark_rate", "marked_below", "top_marked"])
    row |= {f"{side}_{name}": None for side in ("marked", "unmarked") for name in names}
    if weeks["marked"].isna().any() or weeks["marked"].nunique() == 1:
        return row
    is_marked = weeks["marked"].astype(bool)
    for side, own in (("marked", weeks[is_marked]), ("unmarked", weeks[~is_marked])):
        mean = as_money(_sum(own["gmv"]) / len(own))
        row |= {side: len(own), f"{side}_mean": mean, f"{side}_median": as_money(median(own["gmv"]))}
    highest = _floats(weeks["gmv"]).nlargest(2).index
    return row | {
        "mark_rate": _change(row["marked_mean"], row["unmarked_mean"]),
        "marked_below": int((is_marked & (weeks["rate"] < 0)).sum()),
        "top_marked": int(is_marked[highest].sum()),
    }


def _sums(frame: pd.DataFrame, by: str) -> dict[int, Decimal]:
    return {int(str(name)): _sum(own) for name, own in frame.groupby(by)["gmv"]}


def _sum(amounts: pd.Series) -> Decimal:
    return as_money(sum(amounts, Decimal(0)))


def _floats(amounts: pd.Series) -> pd.Series:
    return amounts.astype("float64")


def _change(value: Decimal | None, beside: Decimal | None) -> float:
    return np.nan if value is None or not beside else float(value / beside - 1)
