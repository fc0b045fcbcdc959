"""Vectors of the areas `rfm` and `ltv`: summaries of buying, and the models fitted to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis
import pandas as pd

from retro import metrics

from .vector import Skip, Vector

_ORDERS = {"order_id": "string", "user_id": "string", "ordered_at": "timestamp", "status": "string"}
_PARAMETERS = ("r", "alpha", "a", "b")

_CALIBRATION = dt.timedelta(weeks=39)
"""How long the papers on CDNOW look before they predict; for files of purchases without an `end`."""


def check_summary(vector: Vector) -> Iterator[str]:
    """Compare the summary of transactions, or the distribution of repeats in a file of summaries."""
    if "rows" in vector.expected:
        yield from vector.compare("rows", _histories(vector))
        return
    summary = _summary_of_file(vector)
    repeats = metrics.repeat_buyers(summary)
    counts = {str(row.repeats): int(row.buyers) for row in repeats.itertuples()}
    most = str(repeats["repeats"].max())
    for key in vector.expected:
        if key.startswith("repeat_purchases"):
            yield from vector.compare(key, counts | {f"{most}+": counts[most]})
        elif key == "returning":
            yield from vector.compare(key, sum(counts.values()) - counts["0"])
        elif key == "total_repeat":
            yield from vector.compare(key, int((summary["frequency"] * summary["buyers"]).sum()))
        else:
            raise Skip(f"expected key {key!r} is not known")


def check_lifetime(vector: Vector) -> Iterator[str]:
    """Compare the parameters and predictions of the model whose parameters are expected."""
    if set(_PARAMETERS) <= set(vector.expected):
        yield from _check_buying(vector)
    elif {"p", "q", "v"} <= set(vector.expected):
        yield from _check_spending(vector)
    else:
        raise Skip(f"none of the expected keys {sorted(vector.expected)} is known")


def _check_buying(vector: Vector) -> Iterator[str]:
    fitted = metrics.fit_bg_nbd(_summary_of_file(vector))
    parameters = {name: getattr(fitted, name) for name in _PARAMETERS}
    printed = metrics.BgNbd(*(vector.expected[name] for name in _PARAMETERS))
    found: dict[str, object] = {
        **parameters,
        "precise": parameters,
        "se": dict(zip(parameters, fitted.standard_errors, strict=True)),
        "log_likelihood": fitted.log_likelihood,
    }
    for key, wanted in vector.expected.items():
        if key in found:
            yield from vector.compare(key, found[key])
            continue
        # Sources predict with the fit itself or with the parameters as they print them.
        guesses = [_predicted(model, key, wanted) for model in (fitted, printed)]
        agreed = next((guess for guess in guesses if not list(vector.compare(key, guess))), guesses[0])
        yield from vector.compare(key, agreed)


def _predicted(model: metrics.BgNbd, key: str, wanted: Any) -> object:
    if key == "E_X(t)":
        return {time: float(model.expected_purchases(float(time))) for time in wanted}
    if key.startswith("P(X("):
        duration, repeats = key.removeprefix("P(X(").removesuffix(")").split(")=")
        return model.probability(int(repeats), float(duration))
    if key.startswith("E[Y("):
        duration, given = key.removeprefix("E[Y(").removesuffix("]").split(")|")
        x, t_x, age = (float(part.partition("=")[2]) for part in given.split(","))
        return float(model.expected_future(x, t_x, age, float(duration)))
    raise Skip(f"expected key {key!r} is not known")


def _check_spending(vector: Vector) -> Iterator[str]:
    orders, until = _orders_of_file(vector)
    amounts = metrics.repeat_amounts(orders, observed_until=until)
    model = metrics.fit_gamma_gamma(amounts)
    for key, wanted in vector.expected.items():
        if key in {"p", "q", "v"}:
            yield from vector.compare(key, getattr(model, key))
        elif key == "n_returning":
            yield from vector.compare(key, model.buyers)
        elif key.startswith("corr"):
            yield from vector.compare(key, model.correlation)
        elif key.startswith("E[M|x,m] first"):
            yield from vector.compare(key, _first_amounts(orders, until, model, len(wanted)))
        else:
            raise Skip(f"expected key {key!r} is not known")


def _first_amounts(orders: ibis.Table, until: dt.datetime, model: Any, count: int) -> list[float]:
    histories = metrics.buying_histories(orders, observed_until=until).execute()
    histories = histories.assign(number=histories["user_id"].astype(int)).sort_values("number").head(count)
    mean = histories["repeat_amount"].astype(float).fillna(0) / histories["frequency"].clip(lower=1)
    return [float(amount) for amount in model.expected_amount(histories["frequency"], mean)]


def _histories(vector: Vector) -> list[list[int]]:
    unit = str(vector.config.get("unit", "day")).split()[0]
    if unit not in {"day", "week", "month"}:
        raise Skip(f"retro has no summary by {unit}")
    rows = [
        {"order_id": str(number), "user_id": str(user), "ordered_at": dt.datetime.fromisoformat(day), "status": "paid"}
        for number, (user, day) in enumerate(vector.data["transactions"])
    ]
    until = dt.datetime.fromisoformat(vector.config["end"]) + dt.timedelta(days=1)
    found = metrics.buying_histories(ibis.memtable(rows, schema=_ORDERS), observed_until=until, every=unit).execute()
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
