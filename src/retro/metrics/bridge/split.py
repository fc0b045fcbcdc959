"""The log-mean split: decompose a change of a product into its factors, without a rest."""

import itertools
import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

import pandas as pd

from retro.errors import MetricError

FACTORS: Mapping[tuple[str, str], str] = {
    ("visits", "orders"): "conversion",
    ("visits", "placed"): "order_rate",
    ("placed", "settled"): "payment_rate",
    ("settled", "orders"): "keep_rate",
    ("orders", "pieces"): "pieces_per_order",
    ("orders", "gmv"): "order_value",
    ("pieces", "gmv"): "price",
}
"""What one measure over another is called."""

VOLUMES: Mapping[str, str] = {"visits": "traffic", "orders": "order_count"}
"""What the first measure of a chain is called."""

_CENT = Decimal("0.01")


def split(base: pd.DataFrame, now: pd.DataFrame, steps: Sequence[str], *, apart: str | None = None) -> pd.DataFrame:
    """Decompose the change of the last step into volume, mix of the segments, and each rate inside them.

    The change of a product is split by logarithmic means (additive LMDI-I): exact, the same in both directions, and
    without a rest. Where a level changes its sign, its mean contribution over all orders of change takes the place of
    logarithms. In a segment that appears or vanishes, everything belongs to the first factor that is 0 on the empty
    side, which is the limit of the split as that side goes to 0. Where a segment sold without having a measure in
    between, such as orders of a channel without visits, the two factors round it are one and have the later one's name.

    Args:
        base: One row per segment: `segment`, and a column per step.
        now: The same of the period that is explained; segments need not be the same.
        steps: The chain of measures, such as `visits`, `orders`, `pieces`, `gmv`; each must have a value throughout.
        apart: The first step in which segments differ: of those before it, every row holds the whole. By default, the
            first step.

    Returns:
        One row per segment and factor, segments in order of name, factors in the order of the chain; for a single
        segment there is no `mix`.
        - `segment` (str), `factor` (str).
        - `before`, `after` (float): The factor in both periods. NaN where what it divides by is 0.
        - `amount` (Decimal): What the factor contributed, to the cent; all rows add up to the change.

    Raises:
        MetricError: `steps` is no chain.
    """
    names = _names(steps, apart or steps[0])
    segments = sorted({*base["segment"], *now["segment"]})
    sides = [_levels(frame, segments, steps, apart or steps[0]) for frame in (base, now)]
    change = sum((_total(frame, steps[-1]) * sign for frame, sign in ((base, -1), (now, 1))), Decimal(0))
    rows = []
    for segment in segments:
        before, after = (side[segment] for side in sides)
        parts = _parts(before, after)
        rows += [(segment, *row) for row in zip(names, before, after, parts, strict=True)]
    found = pd.DataFrame(rows, columns=["segment", "factor", "before", "after", "amount"])
    if len(segments) == 1:
        found = found[found["factor"] != "mix"].reset_index(drop=True)
    found["amount"] = pd.Series(to_the_cent(list(found["amount"]), change), dtype=object)
    return found


def to_the_cent(parts: Sequence[float], total: Decimal) -> list[Decimal]:
    """Round parts to cents so that they add up to a total: the largest remainders are rounded up.

    Examples:
        >>> [str(part) for part in to_the_cent([1 / 3, 1 / 3, 1 / 3], Decimal("1.00"))]
        ['0.34', '0.33', '0.33']
    """
    exact = [Decimal(repr(part)) for part in parts]
    floors = [part.quantize(_CENT, ROUND_FLOOR) for part in exact]
    left = int((total - sum(floors, Decimal(0))) / _CENT)
    order = sorted(range(len(exact)), key=lambda place: (floors[place] - exact[place], place))
    each, rest = divmod(left, len(exact)) if exact else (0, 0)
    raised = set(order[:rest])
    return [floor + _CENT * (each + (place in raised)) for place, floor in enumerate(floors)]


def _names(steps: Sequence[str], apart: str) -> list[str]:
    pairs = list(itertools.pairwise(steps))
    wrong = [pair for pair in pairs if pair not in FACTORS]
    if not pairs or wrong or steps[0] not in VOLUMES or apart not in steps:
        raise MetricError(
            f"bridge: steps must lead from one of {', '.join(VOLUMES)} to gmv by known factors, got {list(steps)!r}."
        )
    names = [VOLUMES[steps[0]], *(FACTORS[pair] for pair in pairs)]
    place = list(steps).index(apart)
    return [*names[: place + 1], "mix", *names[place + 1 :]]


def _levels(
    frame: pd.DataFrame, segments: Sequence[str], steps: Sequence[str], apart: str
) -> dict[str, tuple[float, ...]]:
    """Each segment's factors: the whole's up to the step in which segments differ, its share, its own rates."""
    if missing := [name for name in ("segment", *steps) if name not in frame.columns]:
        raise MetricError(f"bridge: frame must have the column {missing[0]!r}, got {list(frame.columns)}.")
    place = list(steps).index(apart)
    own = {str(row["segment"]): row for row in frame.to_dict("records")}
    whole = [float(frame[name].max()) if len(frame) else 0.0 for name in steps[:place]]
    whole.append(float(sum(float(value) for value in frame[apart])))
    shared = (whole[0], *(_over(after, before) for before, after in itertools.pairwise(whole)))
    found = {}
    for segment in segments:
        row = own.get(segment)
        values = [float(row[name]) if row is not None else 0.0 for name in steps[place:]]
        rates = [_over(after, before) for before, after in itertools.pairwise(values)]
        found[segment] = (*shared, _over(values[0], whole[-1]), *_bridged(values, rates, whole[-1]))
    return found


def _over(value: float, by: float) -> float:
    return value / by if by else math.nan


def _bridged(values: Sequence[float], rates: Sequence[float], whole: float) -> list[float]:
    """Rates, where those of a segment that sold without a measure in between are taken over the one before it.

    Not a number stands for "the same as before": the next rate that is known carries the factors that are not.
    """
    if not values[-1] or all(values):
        return list(rates)
    known, last = [], whole if not values[0] else values[0]
    for value in values[1:]:
        known.append(value / (last or 1) if value else math.nan)
        last = value or last
    return known


def _parts(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """What each factor contributed to the change of the product."""
    old, new = _product(before), _product(after)
    if not old and not new:
        return [0.0] * len(before)
    if not old or not new:
        side = before if not old else after
        place = next((place for place, level in enumerate(side) if not level or math.isnan(level)), 0)
        return [new - old if number == place else 0.0 for number in range(len(before))]
    if any(_gap(level) for level in (*before, *after)):
        return _joined(before, after)
    return _explained(before, after)


def _explained(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The change of a product of known levels by level.

    Logarithms do not exist where a level changes its sign, such as the price of corrections: there each level gets the
    mean of what it adds over all orders in which the levels may change (Shapley), which has no rest either.
    """
    if all(now / then > 0 for then, now in zip(before, after, strict=True)):
        mean = _log_mean(math.prod(before), math.prod(after))
        return [mean * math.log(now / then) for then, now in zip(before, after, strict=True)]
    places = range(len(before))
    parts = [0.0] * len(before)
    for turned in itertools.product((False, True), repeat=len(before)):
        weight = 1 / (len(before) * math.comb(len(before) - 1, sum(turned))) if not all(turned) else 0.0
        for place in (place for place in places if not turned[place]):
            others = math.prod((after if turned[other] else before)[other] for other in places if other != place)
            parts[place] += weight * others * (after[place] - before[place])
    return parts


def _joined(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """As `_parts` where one side lacks a measure: factors up to the next that both know are one."""
    groups, then, now = [], 1.0, 1.0
    for place, (first, second) in enumerate(zip(before, after, strict=True)):
        then, now = then * (1 if _gap(first) else first), now * (1 if _gap(second) else second)
        if place + 1 == len(before) or not (_gap(first) or _gap(second)):
            groups.append((place, then, now))
            then, now = 1.0, 1.0
    explained = _explained([group[1] for group in groups], [group[2] for group in groups])
    by_place = {place: part for (place, *_), part in zip(groups, explained, strict=True)}
    return [by_place.get(place, 0.0) for place in range(len(before))]


def _gap(level: float) -> bool:
    return math.isnan(level) or not level


def _product(levels: Sequence[float]) -> float:
    """The total that the factors make; a measure that is missing on the way takes nothing from it."""
    if not levels or _gap(levels[-1]):
        return 0.0
    return math.prod(level for level in levels if not _gap(level))


def _log_mean(one: float, other: float) -> float:
    """The logarithmic mean of two numbers of one sign."""
    ratio = math.log(other / one)
    return one if ratio == 0 else one * math.expm1(ratio) / ratio


def _total(frame: pd.DataFrame, name: str) -> Decimal:
    return sum((Decimal(str(value)) for value in frame[name]), Decimal(0)).quantize(_CENT)
