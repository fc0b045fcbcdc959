"""Brand waves: a survey of people outside the shop's tables, a few times a year.

Its sample is not like the population: some people are asked more than their share, and know the brand better, so that
only weighted answers tell the truth. The wave after the campaign finds what was planted; the others find no change.
"""

from __future__ import annotations

import numpy as np

from retro_demo.campaign_levels import BrandWaveLevels, WaveLevels
from retro_demo.chance import Chance, Flags, Ints, pick
from retro_demo.clock import day_of
from retro_demo.tables.arrow import Column, Columns, days, floats, integers, names, words

_NOBODY = -1


def brand_waves(levels: BrandWaveLevels, chance: Chance) -> Columns:
    """The answers of all waves, one row per respondent and brand."""
    parts = [_wave(levels, chance, place) for place in range(len(levels.waves))]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    asked = joined["aided"].astype(np.bool_)
    brands = (levels.brand, *(rival.name for rival in levels.rivals))
    return {
        "wave": words(joined["wave"], [wave.name for wave in levels.waves]),
        "respondent": names("R", joined["respondent"], 6),
        "brand": words(joined["brand"], brands),
        "surveyed_on": days(joined["day"]),
        "weight": floats(joined["weight"]),
        "unaided": _yes(joined["unaided"]),
        "aided": _yes(joined["aided"]),
        "considers": _yes(joined["considers"], asked),
        "mentions": integers(joined["mentions"]),
        "csat": integers(joined["csat"], _NOBODY),
        "nps": integers(joined["nps"], _NOBODY),
    }


def _yes(values: Ints, known: Flags | None = None) -> Column:
    """Yes and no; null where nobody asked."""
    codes = values if known is None else np.where(known, values, _NOBODY)
    return words(codes, ["false", "true"]).cast("string").cast("bool")


def _wave(levels: BrandWaveLevels, chance: Chance, place: int) -> dict[str, Ints]:
    wave, rng = levels.waves[place], chance.of("brand-waves", place)
    size = levels.respondents
    cell = pick(rng, list(levels.sampled), size)
    weight = np.array(levels.population)[cell] / np.array(levels.sampled)[cell]
    day = day_of(wave.start) + rng.integers(0, wave.days, size)
    people = 1 + place * size + np.arange(size)
    shared = {"wave": np.full(size, place), "respondent": people, "day": day, "weight": np.round(weight, 4)}
    rows = []
    for brand in range(1 + len(levels.rivals)):
        answers = _answers(levels, wave, brand, rng, np.array(levels.leaning)[cell])
        rows.append({**shared, "brand": np.full(size, brand), **answers})
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def _answers(
    levels: BrandWaveLevels, wave: WaveLevels, brand: int, rng: np.random.Generator, leaning: np.ndarray
) -> dict[str, Ints]:
    """What the respondents say of a brand; the own one is the first."""
    own, size = brand == 0, leaning.size
    known = wave if own else levels.rivals[brand - 1]
    draw = rng.random(size)
    aided = draw < known.aided + leaning
    unaided = draw < known.unaided + leaning / 2
    considers = aided & (rng.random(size) < known.considers)
    scores = {"csat": np.full(size, _NOBODY), "nps": np.full(size, _NOBODY)}
    if own:
        shares = (wave.detractors, 1 - wave.detractors - wave.promoters, wave.promoters)
        scores = {
            "csat": 1 + rng.binomial(4, (wave.csat - 1) / 4, size),
            "nps": np.array((5, 8, 10))[pick(rng, shares, size)],
        }
    return {
        "aided": aided.astype(np.int64),
        "unaided": unaided.astype(np.int64),
        "considers": considers.astype(np.int64),
        "mentions": rng.poisson(known.mentions, size),
        **{name: np.where(aided, value, _NOBODY) for name, value in scores.items()},
    }
