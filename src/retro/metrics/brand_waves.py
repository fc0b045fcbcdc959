"""Brand research: awareness, consideration, satisfaction and mentions of a survey's wave beside the one before it.

Respondents count by their weights. Weights that differ make a sample say less than its size: Kish's effective size
(the square of the sum of weights over the sum of their squares) takes the size's place in every interval.
"""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from retro.metrics.intervals import CONFIDENCE, difference_ends, wilson
from retro.metrics.money import as_count
from retro.metrics.windows import require
from retro.periods import Window

MEASURES = ("aided", "unaided", "considers", "csat", "nps")
"""What is asked of the own brand, in the order in which it is told."""

SHARES = MEASURES[:3]
_CLEAR = 1 - (1 - CONFIDENCE) / len(MEASURES)
"""How sure a change must be: five are tried at once, and by chance one of five intervals in twenty would miss 0."""

_ENDS = ("value", "low", "high")


def brand_wave(brand_waves: ibis.Table, window: Window, *, brand: str) -> pd.DataFrame:
    """Tell the own brand's measures in the wave of a window, and their change from the wave before.

    The wave of a window is the last that begins in it; the one before is the last that begins earlier. The two are
    taken as samples of their own: of a panel, whose respondents come again, the intervals of changes are too wide.

    Args:
        brand_waves: One row per wave, respondent and brand: `wave`, `respondent`, `brand`, `surveyed_on`, perhaps
            `weight` (missing or 0: does not count), `unaided`, `aided`, `considers`, `csat` (1 to 5), `nps` (0 to 10);
            a null was not asked.
        window: The campaign.
        brand: The own brand.

    Returns:
        One row per measure that somebody of the wave answered; none where no wave begins in the window.
        - `measure` (str): `aided` (named without help, or known when shown), `unaided`, `considers`, `csat` (weighted
          mean), `nps` (100 times the weighted share of 9-10 less that of 0-6).
        - `wave`, `earlier` (str): Names of the two waves; `earlier` None where there is none.
        - `answers`, `earlier_answers` (Int64): Respondents who were asked, by head. `yes`, `earlier_yes` (Int64): Of
          these, those who said yes; missing for scores.
        - `effective` (float): Kish's effective size. `design_effect` (float): `answers` over it.
        - `value`, `low`, `high` (float): Weighted, with Wilson's interval for shares, normal for NPS, Student's t for
          means, each of the effective size; the same with `earlier_`. NaN for a score that fewer than two answered.
        - `change`, `change_low`, `change_high` (float): Difference of the two (Newcombe, MOVER).
        - `clear` (bool): Whether the change's interval leaves out 0 at 99 %, so that of five measures of which none
          changed one in twenty reports at most says otherwise.
        - `rivals_change` (float): Of a share, the change of the mean over rivals; NaN without. `beyond` (bool): Whether
          the change clearly exceeds it, at 99 %: what moves the survey or the market moves rivals too. True of a change
          upwards that is `clear` where there are no rivals.

    References:
        Kish (1965), Survey Sampling, 8.2 and 11.7; Kish (1992), Journal of Official Statistics 8, 183-200; Wilson's
        interval of an effective size: Korn and Graubard (1998), Survey Methodology 24, 193-201.
    """
    waves = _waves(brand_waves, window)
    sums = _sums(brand_waves)
    found = [*(sums.get((wave, brand), {}) for wave in waves[:2]), {}, {}][:2]
    columns = ["measure", "wave", "earlier", "answers", "yes", "effective", "design_effect", *_ENDS]
    columns += [f"earlier_{name}" for name in ("answers", "yes", *_ENDS)]
    columns += [f"change{end}" for end in ("", "_low", "_high")] + ["clear", "rivals_change", "beyond"]
    rows = []
    for measure in MEASURES if waves else ():
        now, before = (_estimate(one, measure) for one in found)
        if not now["answers"]:
            continue
        row = {"measure": measure, "wave": waves[0], "earlier": waves[1] if len(waves) > 1 else None} | now
        row |= {f"earlier_{name}": before[name] for name in ("answers", "yes", *_ENDS)}
        ends = difference_ends(*(tuple(one[end] for end in _ENDS) for one in (now, before)))
        row |= dict(zip(("change", "change_low", "change_high"), (now["value"] - before["value"], *ends), strict=True))
        sure = [_estimate(one, measure, _CLEAR) for one in found]
        change = (row["change"], *difference_ends(*(tuple(one[end] for end in _ENDS) for one in sure)))
        rivals, least = _beside_rivals(brand_waves, waves, brand, measure)
        least = change[1] if np.isnan(least) else least
        row |= {"clear": change[1] > 0 or change[2] < 0, "rivals_change": rivals, "beyond": least > 0}
        rows.append(row)
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(("answers", "yes", "earlier_answers", "earlier_yes"), "Int64"))


def brand_course(brand_waves: ibis.Table, window: Window, *, brand: str) -> pd.DataFrame:
    """Tell the own brand's measures wave by wave.

    Args:
        brand_waves: As `brand_wave`.
        window: As `brand_wave`.
        brand: As `brand_wave`.

    Returns:
        One row per wave until that of the window, in order.
        - `wave` (str), `answers` (int): Respondents asked about the brand.
        - `aided`, `unaided`, `considers`, `csat`, `nps` (float): As `value` of `brand_wave`. NaN where not asked.
        - `aided_yes`, `unaided_yes`, `considers_yes` (Int64): Who said yes, by head.
    """
    rows, sums = [], _sums(brand_waves)
    for wave in reversed(_waves(brand_waves, window)):
        told = {measure: _estimate(sums.get((wave, brand), {}), measure) for measure in MEASURES}
        answers = max(one["answers"] for one in told.values())
        if answers:
            row = {"wave": wave, "answers": answers} | {measure: one["value"] for measure, one in told.items()}
            rows.append(row | {f"{measure}_yes": told[measure]["yes"] for measure in SHARES})
    columns = ["wave", "answers", *MEASURES, *(f"{measure}_yes" for measure in SHARES)]
    return pd.DataFrame(rows, columns=columns).astype({f"{measure}_yes": "Int64" for measure in SHARES})


def brand_rivals(brand_waves: ibis.Table, window: Window, *, brand: str) -> pd.DataFrame:
    """Tell all brands of the wave of a window, those that were mentioned most first.

    Args:
        brand_waves: As `brand_wave`; `mentions` where open answers were counted (null: none).
        window: As `brand_wave`.
        brand: As `brand_wave`.

    Returns:
        One row per brand.
        - `brand` (str), `own` (bool).
        - `answers` (int): Respondents asked about it. `mentioners` (Int64): Who named it in open answers, by head.
        - `mention_share` (float): Its weighted mentions over those of all brands. NaN where not counted.
        - `aided`, `unaided`, `considers` (float) with `_yes` (Int64), as `brand_course`.
    """
    rows, waves = [], _waves(brand_waves, window)[:1]
    for wave in waves:
        mentioned = _mentioned(_weighted(brand_waves).filter(brand_waves.wave == wave))
        whole = sum(one["weighted"] for one in mentioned.values())
        for name, sums in ((name, one) for (at, name), one in _sums(brand_waves).items() if at == wave):
            told = {measure: _estimate(sums, measure) for measure in SHARES}
            mentions = mentioned.get(name, {"weighted": np.nan, "people": pd.NA})
            row = {"brand": name, "own": name == brand, "answers": max(one["answers"] for one in told.values())}
            row |= {
                "mentioners": mentions["people"],
                "mention_share": mentions["weighted"] / whole if whole else np.nan,
            }
            row |= {measure: one["value"] for measure, one in told.items()}
            rows.append(row | {f"{measure}_yes": one["yes"] for measure, one in told.items()})
    columns = ["brand", "own", "answers", "mentioners", "mention_share"]
    columns += [*SHARES, *(f"{measure}_yes" for measure in SHARES)]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["mention_share", "brand"], ascending=[False, True])
    return frame.reset_index(drop=True).astype(dict.fromkeys(("mentioners", *columns[-3:]), "Int64"))


def brand_gap(brand_waves: ibis.Table, window: Window, *, brand: str) -> pd.DataFrame:
    """Compare the mentions of the own brand with those of its best rival, in the wave of a window and the one before.

    Args:
        brand_waves: As `brand_rivals`.
        window: As `brand_wave`.
        brand: As `brand_wave`.

    Returns:
        One row per wave, that of the window first; none where mentions were not counted or only one brand has any.
        - `wave`, `rival` (str): The rival that was mentioned most in that wave.
        - `mentioners`, `rival_mentioners` (int): Who named the own brand, and who the rival, by head.
        - `gap` (float): Weighted mentions of the own brand over those of the rival, less 1. `low`, `high`: By the delta
          method on the logarithm over respondents, who may name both.
        - `change`, `change_low`, `change_high` (float): In the first row, the difference of the gaps (MOVER).
    """
    rows = [row for wave in _waves(brand_waves, window)[:2] if (row := _gap(brand_waves, wave, brand)) is not None]
    frame = pd.DataFrame(rows, columns=["wave", "rival", "mentioners", "rival_mentioners", "gap", "low", "high"])
    for name in ("change", "change_low", "change_high"):
        frame[name] = np.nan
    if len(frame) > 1:
        now, before = (tuple(row) for row in frame[["gap", "low", "high"]].to_numpy(dtype=float))
        frame.loc[0, ["change", "change_low", "change_high"]] = [now[0] - before[0], *difference_ends(now, before)]
    return frame


def _waves(brand_waves: ibis.Table, window: Window) -> list[str]:
    """The wave of a window and those before it, the last first; none where none begins in the window."""
    require(brand_waves, "brand_waves", "wave", "respondent", "brand", "surveyed_on")
    known = brand_waves.filter(brand_waves.wave.notnull(), brand_waves.surveyed_on.notnull())
    begun = known.group_by("wave").aggregate(first=known.surveyed_on.cast("date").min()).execute()
    begun["first"] = pd.to_datetime(begun["first"])
    begun = begun[begun["first"] <= pd.Timestamp(window.last_day)].sort_values(["first", "wave"], ascending=False)
    if begun.empty or begun["first"].iloc[0] < pd.Timestamp(window.start.date()):
        return []
    return [str(name) for name in begun["wave"]]


def _weighted(brand_waves: ibis.Table) -> ibis.Table:
    """The rows that count, with `weight` as a float."""
    weight = brand_waves.weight.cast("float64") if "weight" in brand_waves.columns else ibis.literal(1.0)
    table = brand_waves.mutate(weight=weight)
    return table.filter(table.weight > 0)


def _sums(brand_waves: ibis.Table) -> dict[tuple[str, str], dict[str, Any]]:
    """By wave and brand, the sums that each measure is made of."""
    rows = _weighted(brand_waves)
    have, sums = set(rows.columns), dict[str, Any]()
    for measure in (one for one in MEASURES if one in have):
        value = _value(rows, measure, have)
        asked, own = value.notnull(), value.fill_null(0.0)
        sums |= {
            f"{measure}_answers": asked.sum(),
            f"{measure}_yes": (own > 0).sum(),
            f"{measure}_w": rows.weight.sum(where=asked),
            f"{measure}_ww": (rows.weight * rows.weight).sum(where=asked),
            f"{measure}_wy": (rows.weight * own).sum(where=asked),
            f"{measure}_wyy": (rows.weight * own * own).sum(where=asked),
        }
    found = rows.group_by("wave", "brand").aggregate(**sums).execute()
    return {(str(row["wave"]), str(row["brand"])): row for row in found.to_dict("records")}


def _beside_rivals(brand_waves: ibis.Table, waves: list[str], brand: str, measure: str) -> tuple[float, float]:
    """The change of all rivals of two waves in a share, and the least by which the own brand's exceeds it, at 99 %.

    Each respondent's answer on the own brand less the mean of those on rivals is one value, so that it does not matter
    how answers of one respondent hang together. NaN without rivals or an earlier wave.
    """
    rows = _weighted(brand_waves)
    if measure not in SHARES or measure not in rows.columns or len(waves) < 2:  # noqa: PLR2004 - a change needs two
        return np.nan, np.nan
    value, own = _value(rows, measure, set(rows.columns)), rows.brand == brand
    people = rows.filter(rows.wave.isin(waves[:2])).group_by("wave", "respondent")
    each = people.aggregate(weight=rows.weight.max(), own=value.max(where=own), rivals=value.mean(where=~own))
    each = each.filter(each.own.notnull(), each.rivals.notnull())
    lead, weight = each.own - each.rivals, each.weight
    sums = each.group_by("wave").aggregate(
        w=weight.sum(), ww=(weight * weight).sum(), rivals=(weight * each.rivals).sum(), wy=(weight * lead).sum(),
        wyy=(weight * lead * lead).sum(),
    )  # fmt: skip
    found = sums.execute().set_index("wave").reindex(waves[:2]).astype("float64")
    mean, size = found["wy"] / found["w"], found["w"] ** 2 / found["ww"]
    half = ndtri((1 + _CLEAR) / 2) * (((found["wyy"] / found["w"] - mean**2) / size).sum(skipna=False)) ** 0.5
    rivals = found["rivals"] / found["w"]
    return float(rivals.iloc[0] - rivals.iloc[1]), float(mean.iloc[0] - mean.iloc[1] - half)


def _value(rows: ibis.Table, measure: str, have: set[str]) -> Any:  # noqa: ANN401 - a column of ibis
    """What a respondent adds to a measure; null where nothing was asked."""
    column = rows[measure]
    if measure == "aided" and "unaided" in have:
        column = ibis.ifelse(rows.unaided.fill_null(ibis.literal(value=False)), ibis.literal(value=True), column)
    if measure in SHARES:
        return column.cast("int32").cast("float64")
    score = column.cast("float64")
    return score if measure == "csat" else ibis.ifelse(score >= 9, 1.0, ibis.ifelse(score <= 6, -1.0, score * 0.0))  # noqa: PLR2004 - promoters and detractors, as everywhere


def _estimate(sums: dict[str, Any], measure: str, confidence: float = CONFIDENCE) -> dict[str, Any]:
    """A measure with its interval, from its sums; NaN where nobody was asked."""
    answers = as_count(sums.get(f"{measure}_answers"))
    empty = {"answers": answers, "yes": pd.NA, "effective": np.nan, "design_effect": np.nan}
    if not answers:
        return empty | dict.fromkeys(_ENDS, np.nan)
    whole, squares, added, added_squares = (float(sums[f"{measure}_{name}"]) for name in ("w", "ww", "wy", "wyy"))
    effective, value = whole**2 / squares, added / whole
    found = empty | {"effective": effective, "design_effect": answers / effective, "value": value}
    if measure in SHARES:
        low, high = (float(end[0]) for end in wilson([value * effective], [effective], confidence))
        return found | {"yes": as_count(sums[f"{measure}_yes"]), "low": low, "high": high}
    spread, tail = max(added_squares / whole - value**2, 0.0), (1 + confidence) / 2
    if effective <= 1 + 1e-9:  # one respondent, or one who outweighs all others
        half = np.nan
    elif measure == "nps":
        half = float(ndtri(tail)) * (spread / effective) ** 0.5
    else:
        half = float(stdtrit(effective - 1, tail)) * (spread / (effective - 1)) ** 0.5
    scale, least, most = (100, -100.0, 100.0) if measure == "nps" else (1, 1.0, 5.0)
    ends = {"low": max(least, (value - half) * scale), "high": min(most, (value + half) * scale)}
    return found | {"value": value * scale} | (ends if not np.isnan(half) else dict.fromkeys(ends, np.nan))


def _mentioned(rows: ibis.Table) -> dict[str, dict[str, Any]]:
    """By brand, its weighted mentions and who made them; empty where mentions were not counted."""
    if "mentions" not in rows.columns:
        return {}
    count = rows.mentions.fill_null(0).cast("float64")
    found = rows.group_by("brand").aggregate(weighted=(rows.weight * count).sum(), people=(count > 0).sum()).execute()
    return {
        str(row["brand"]): {"weighted": float(row["weighted"]), "people": as_count(row["people"])}
        for row in found.to_dict("records")
    }


def _gap(brand_waves: ibis.Table, wave: str, brand: str) -> dict[str, Any] | None:
    """The own brand's mentions beside the best rival's in one wave; None where either has none."""
    rows = _weighted(brand_waves)
    rows = rows.filter(rows.wave == wave)
    mentioned = _mentioned(rows)
    rivals = {name: one for name, one in mentioned.items() if name != brand and one["weighted"] > 0}
    if not rivals or not mentioned.get(brand, {}).get("weighted"):
        return None
    rival = min(rivals, key=lambda name: (-rivals[name]["weighted"], name))
    count = rows.mentions.fill_null(0).cast("float64")
    people = rows.group_by("respondent").aggregate(
        weight=rows.weight.max(), own=count.sum(where=rows.brand == brand), other=count.sum(where=rows.brand == rival)
    )
    own, other = people.own.fill_null(0.0), people.other.fill_null(0.0)
    squared = people.weight * people.weight
    sums = people.aggregate(
        own=(people.weight * own).sum(), other=(people.weight * other).sum(), people=people.count(),
        both=(squared * own * other).sum(), own_squares=(squared * own * own).sum(),
        other_squares=(squared * other * other).sum(),
    ).execute().iloc[0]  # fmt: skip
    first, second, size = float(sums["own"]), float(sums["other"]), int(sums["people"])
    variance = sums["own_squares"] / first**2 + sums["other_squares"] / second**2 - 2 * sums["both"] / (first * second)
    half = float(ndtri((1 + CONFIDENCE) / 2)) * max(variance * size / max(size - 1, 1), 0.0) ** 0.5
    return {
        "wave": wave, "rival": rival, "mentioners": mentioned[brand]["people"],
        "rival_mentioners": rivals[rival]["people"], "gap": first / second - 1,
        "low": first / second * np.exp(-half) - 1, "high": first / second * np.exp(half) - 1,
    }  # fmt: skip
