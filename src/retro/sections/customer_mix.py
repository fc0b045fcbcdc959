"""Customer mix: first-time and returning buyers."""

import datetime as dt

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, drawn, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.history import FULL_LOOK_BACK, NEW_LOOK_BACK
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of new buyers, and of their GMV, and what an order of theirs is worth beside the others'.

    Without amounts it is told in orders.
    """
    text, rows = context.text, {row["group"]: row for row in records(frame)}
    new, old = rows["new"], rows["returning"]
    if FEW in (
        new["buyers"],
        old["buyers"],
        new["orders"],
        old["orders"],
    ):  # what is told of one group gives the other away
        return Finding(text("privacy.few"))
    valued = bool(frame["gmv"].notna().any())
    money = ("gmv", "gmv_share", "order_value", "buyer_value") if valued else ()
    shown = ("group.group", "buyers", "buyer_share", "orders", *money)
    table = frame_table("customer_mix", frame, shown, text)
    buyers = new["buyers"] + old["buyers"]
    if not buyers:
        return Finding(text("customer_mix.say.none"), (), table)
    looked = _looked_back(new.get("since"), context)
    if looked is not None and looked < NEW_LOOK_BACK:
        return Finding(text("customer_mix.say.young", new, days=NEW_LOOK_BACK.days), covered=False)
    placed = new["orders"] / (new["orders"] + old["orders"])
    sentence = text(f"customer_mix.say.{'summary' if valued else 'orders'}", new, all=buyers, order_share=placed)
    if valued and new["orders"] and old["orders"]:
        sentence += text("customer_mix.say.values", new=new["order_value"], old=old["order_value"])
    if looked is not None and looked < FULL_LOOK_BACK:
        sentence += text("customer_mix.say.since", new)
    share = {"low": number(new["low"]), "high": number(new["high"])}
    entries: tuple[Entry, ...] = (
        context.entry(
            "new_buyer_rate", new | {"all": buyers}, "buyer_share", of=("buyers", "all"), method="Wilson", **share
        ),
    )
    if valued:
        whole = new | {"all": new["gmv"] + old["gmv"]}
        entries += (context.entry("new_customer_gmv_rate", whole, "gmv_share", of=("gmv", "all")),)
    return Finding(sentence, entries, table)


def _looked_back(since: dt.date | None, context: Context) -> dt.timedelta | None:
    """How long before the campaign orders are known; None where nothing says so."""
    return None if pd.isna(since) else context.params.window.start.date() - since


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Buyers, orders and GMV, each as a row divided between new and returning customers."""
    drawn(frame, "customer_mix", "buyer_share")
    measures = {"buyers": "count", "orders": "count"} | ({"gmv": "money"} if frame["gmv"].notna().any() else {})
    shown = pd.DataFrame({"label": [text(f"customer_mix.chart.{name}") for name in measures]})
    shown["bold"] = [text.value(sum(frame[name]), unit) for name, unit in measures.items()]
    for group in frame.to_dict("records"):
        shown[str(group["group"])] = [float(group[name]) / (float(sum(frame[name])) or 1.0) for name in measures]
    looks = (("new", ACCENT), ("returning", BASELINE))
    marks = [Bar(name, colour, name=name, stacked=True, words="rate") for name, colour in looks]
    return row_chart(shown, text, "customer_mix.chart", *marks, whole=1)


section = Section("customer_mix", say, draw, people={"buyers": (), "orders": ()}, of_people=True)
