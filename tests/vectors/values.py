"""Vectors of the areas `rfm` and `ltv`: summaries of buying, and the models fitted to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.buying_models import BgNbd, fit_bg_nbd, fit_gamma_gamma
from retro.metrics.lifetime import buying_histories, repeat_amounts

from .vector import Skip, Vector

_ORDERS = dict.fromkeys(("order_id", "user_id", "status"), "string") | {"ordered_at": "timestamp", "amount": "float64"}
_PARAMETERS = ("r", "alpha", "a", "b")

_FREQUENT = 7
"""Buyers with so many repeats or more are put together."""

_CALIBRATION = dt.timedelta(weeks=39)
"""How long the papers on CDNOW look before they predict; for files of purchases without an `end`."""


def check_summary(vector: Vector) -> Iterator[str]:
    """Compare the summary of transactions, or the distribution of repeats in a file of summaries."""
    if "rows" in vector.expected:
        yield from vector.compare("rows", _histories(vector))
        return
    summary = _summary_of_file(vector)
    counts = summary.groupby(summary["frequency"].clip(upper=_FREQUENT))["buyers"].sum()
    named = {f"{repeats}{'+' * (repeats == _FREQUENT)}": int(buyers) for repeats, buyers in counts.items()}
    found = {
        "returning": int(counts[counts.index > 0].sum()),
        "total_repeat": int((summary["frequency"] * summary["buyers"]).sum()),
    }
    for key in vector.expected:
        yield from vector.compare(key, named if key.startswith("repeat_purchases") else found[key])


def check_lifetime(vector: Vector) -> Iterator[str]:
    """Compare the parameters and predictions of the model whose parameters are expected."""
    if set(_PARAMETERS) <= set(vector.expected):
        yield from _check_buying(vector)
    elif {"p", "q", "v"} <= set(vector.expected):
        yield from _check_spending(vector)
    else:
        raise Skip(f"none of the expected keys {sorted(vector.expected)} is known")


def _check_buying(vector: Vector) -> Iterator[str]:
    """Compare the fit and what it expects; likelihoods and chances of a number of purchases are not retro's."""
    fitted = fit_bg_nbd(_summary_of_file(vector))
    parameters = {name: getattr(fitted, name) for name in _PARAMETERS}
    printed = BgNbd(*(vector.expected[name] for name in _PARAMETERS))
    errors = np.sqrt(np.diag(fitted.covariance)) * list(parameters.values())
    found: dict[str, object] = {
        **parameters,
        "precise": parameters,
        "se": dict(zip(parameters, errors.tolist(), strict=True)),
    }
    for key, wanted in vector.expected.items():
        if key in found:
            yield from vector.compare(key, found[key])
        elif key.startswith("E"):
            # Sources predict with the fit itself or with the parameters as they print them.
            guesses = [_predicted(model, key, wanted) for model in (fitted, printed)]
            agreed = next((guess for guess in guesses if not list(vector.compare(key, guess))), guesses[0])
            yield from vector.compare(key, agreed)


def _predicted(model: BgNbd, key: str, wanted: Any) -> object:
    if key == "E_X(t)":  # a new buyer has no history
        return {time: float(model.expected_future(0, 0, 0, float(time))) for time in wanted}
    duration, given = key.removeprefix("E[Y(").removesuffix("]").split(")|")
    x, t_x, age = (float(part.partition("=")[2]) for part in given.split(","))
    return float(model.expected_future(x, t_x, age, float(duration)))


def _check_spending(vector: Vector) -> Iterator[str]:
    orders, until = _orders_of_file(vector)
    amounts = repeat_amounts(buying_histories(orders, observed_until=until))
    model = fit_gamma_gamma(amounts)
    for key, wanted in vector.expected.items():
        if key in {"p", "q", "v"}:
            yield from vector.compare(key, getattr(model, key))
        elif key == "n_returning":
            yield from vector.compare(key, int(amounts["buyers"].sum()))
        elif key.startswith("corr"):
            yield from vector.compare(key, model.correlation)
        elif key.startswith("E[M|x,m] first"):
            yield from vector.compare(key, _first_amounts(orders, until, model, len(wanted)))
        else:
            raise Skip(f"expected key {key!r} is not known")


def _first_amounts(orders: ibis.Table, until: dt.datetime, model: Any, count: int) -> list[float]:
    histories = buying_histories(orders, observed_until=until).execute()
    histories = histories.assign(number=histories["user_id"].astype(int)).sort_values("number").head(count)
    mean = histories["repeat_amount"].astype(float).fillna(0) / histories["frequency"].clip(lower=1)
    return [float(amount) for amount in model.expected_amount(histories["frequency"], mean)]


def _histories(vector: Vector) -> list[list[int]]:
    if not str(vector.config.get("unit", "day")).startswith("day"):
        raise Skip(f"retro has no summary by {vector.config['unit']}")
    rows = [
        {"order_id": str(number), "user_id": str(user), "ordered_at": dt.datetime.fromisoformat(day), "status": "paid"}
        for number, (user, day) in enumerate(vector.data["transactions"])
    ]
    until = dt.datetime.fromisoformat(vector.config["end"]) + dt.timedelta(days=1)
    found = buying_histories(ibis.memtable(rows, schema=_ORDERS), observed_until=until).execute()
    found["id"] = found["user_id"].astype(int)
    names = {"T": "age"}
    columns = [names.get(name, name) for name in vector.expected["columns"]]
    return [[int(cell) for cell in row] for row in found.sort_values("id")[columns].to_numpy()]


def _summary_of_file(vector: Vector) -> pd.DataFrame:
    frame = pd.read_parquet(vector.data_file()).rename(columns={"T": "age"})
    return frame.groupby(["frequency", "recency", "age"], as_index=False).size().rename(columns={"size": "buyers"})


def _orders_of_file(vector: Vector) -> tuple[ibis.Table, dt.datetime]:
    frame = pd.read_parquet(vector.data_file())
    begin = frame["date"].min().to_pydatetime()
    end = vector.config.get("end")
    until = begin + _CALIBRATION if end is None else dt.datetime.fromisoformat(end) + dt.timedelta(days=1)
    amount = next(name for name in ("usd", "amount", "value") if name in frame)
    orders = pd.DataFrame(
        {
            "order_id": frame.index.astype(str),
            "user_id": frame["customer_id"].astype(str),
            "ordered_at": frame["date"],
            "status": "paid",
            "amount": frame[amount],
        }
    )
    table = ibis.memtable(orders)
    return table.mutate(amount=table.amount.cast("decimal(18, 2)")), until
