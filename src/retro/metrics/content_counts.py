"""Content counts: comments, likes, shares and clicking people of content, by type, within creators, and over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from retro.metrics.shop import Shop
from retro.periods import Window

MEASURES = ("comments", "reactions", "likes", "loves", "wows", "hahas", "sads", "angrys", "shares", "clickers")
"""What platforms count apart of each piece; of these, and of all interactions, best shares are told."""

_TENTH, _FIFTH = 0.1, 0.2
_MOST_MONTHS = 24
"""Of more months, years are told."""


def content_counts(pieces: pd.DataFrame, shop: Shop, window: Window) -> pd.DataFrame:
    """Add to each piece what its platform counts apart.

    Args:
        pieces: As `content_pieces` returns it.
        shop: What the shop has of `content_daily`, with any of `MEASURES`.
        window: As `content_pieces`.

    Returns:
        The pieces with those of `MEASURES` that are counted (Int64; missing where nobody counted one of a piece); no
        rows where none is.
    """
    daily = shop.get("content_daily")
    names = [] if daily is None else [name for name in MEASURES if name in daily.columns]
    if daily is None or not names:
        return pieces.iloc[:0]
    daily = daily.filter(daily.on < window.observed.date())
    sums = daily.group_by("content_id").aggregate(**{name: daily[name].sum() for name in names}).execute()
    counted = sums.astype({"content_id": str, **dict.fromkeys(names, "Int64")})
    return pieces.merge(counted, on="content_id", how="left")


def content_reactions(counts: pd.DataFrame) -> pd.DataFrame:
    """Sum each count over all pieces and by type, with what the best tenth and fifth bring.

    Args:
        counts: As `content_counts` returns it.

    Returns:
        One row per type, the largest first, after one for all, and per count: `value` (str; `all`), `measure` (str; of
        `MEASURES`, or `interactions`), `contents`, `known` (int): Pieces, and those that were counted; `total` (int),
        `mean`, `median` (float), `silent`, `most` (int): Pieces with none, and the most of one; `tenth`, `fifth`
        (int): The best tenth and fifth of pieces, rounded up; `tenth_total`, `fifth_total` (int), `tenth_rate`,
        `fifth_rate` (float): What they bring, and over all.
    """
    names = [name for name in (*MEASURES, "interactions") if name in counts.columns]
    types: Any = counts["content_type"].dropna().value_counts(sort=True).index if len(counts) else []
    groups = [("all", counts), *((str(one), counts[counts["content_type"] == one]) for one in types)]
    rows = [_summed(value, name, own) for value, own in groups for name in names if own[name].notna().any()]
    return pd.DataFrame(rows, columns=["value", "measure", "contents", "known", "total", "mean", "median", "silent",
                                       "most", *_BEST])  # fmt: skip


def content_inside(counts: pd.DataFrame) -> pd.DataFrame:
    """Compare the two commonest types within each creator, who chose what to make.

    Args:
        counts: As `content_counts` returns it.

    Returns:
        One row per creator, by name: `creator_id`, `measure` (str; the first that is counted), `one`, `other` (str;
        the commonest types), `contents`, `one_contents`, `other_contents` (int), `one_mean`, `other_mean` (float; NaN
        without a piece). None where fewer than two creators or types are known.
    """
    columns = ["creator_id", "measure", "one", "other", "contents"]
    columns += ["one_contents", "other_contents", "one_mean", "other_mean"]
    names = [name for name in (*MEASURES, "interactions") if name in counts.columns]
    known = counts.dropna(subset=["creator_id", "content_type"])
    types = list(known["content_type"].value_counts().index[:2])
    if len(types) < 2 or known["creator_id"].nunique() < 2:  # noqa: PLR2004 - two of each
        return pd.DataFrame(columns=columns)
    rows = []
    for creator, own in known.groupby("creator_id", sort=True):
        row = {"creator_id": str(creator), "measure": names[0], "one": types[0], "other": types[1]}
        parts: dict[str, Any] = {"contents": len(own)}
        for side, kind in zip(("one", "other"), types, strict=True):
            values = own.loc[own["content_type"] == kind, names[0]].astype("Float64").dropna()
            parts |= {f"{side}_contents": len(values), f"{side}_mean": float(values.mean()) if len(values) else np.nan}
        rows.append(row | parts)
    return pd.DataFrame(rows, columns=columns)


def content_periods(counts: pd.DataFrame) -> pd.DataFrame:
    """Count pieces by the month of publication, or by the year where these are more than two years.

    Args:
        counts: As `content_counts` returns it.

    Returns:
        One row per period that has a piece and type, after one for all of it: `period` (str, `2014-01` or `2014`),
        `value` (str; `all`), `contents` (int), `interactions_median` (float).
    """
    columns = ["period", "value", "contents", "interactions_median"]
    if counts.empty:
        return pd.DataFrame(columns=columns)
    months = counts["published_at"].dt.strftime("%Y-%m")
    periods = months if months.nunique() <= _MOST_MONTHS else counts["published_at"].dt.strftime("%Y")
    rows = []
    for period, own in counts.groupby(periods, sort=True):
        types = own["content_type"].dropna().value_counts().index
        parts = [("all", own), *((str(one), own[own["content_type"] == one]) for one in types)]
        rows += [(period, name, len(part), part["interactions"].astype("Float64").median()) for name, part in parts]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(interactions_median=pd.to_numeric(frame["interactions_median"], errors="coerce"))


_BEST = ("tenth", "tenth_total", "tenth_rate", "fifth", "fifth_total", "fifth_rate")


def _summed(value: str, measure: str, own: pd.DataFrame) -> dict[str, Any]:
    known = own[measure].dropna().astype("int64")
    ranked = np.sort(known.to_numpy())[::-1]
    total = int(ranked.sum())
    row: dict[str, Any] = {"value": value, "measure": measure, "contents": len(own), "known": len(known)}
    row |= {"total": total, "mean": float(ranked.mean()), "median": float(np.median(ranked))}
    row |= {"silent": int((ranked == 0).sum()), "most": int(ranked[0])}
    for name, part in (("tenth", _TENTH), ("fifth", _FIFTH)):
        best = int(np.ceil(len(ranked) * part))
        own_total = int(ranked[:best].sum())
        row |= {name: best, f"{name}_total": own_total, f"{name}_rate": own_total / total if total else np.nan}
    return row
