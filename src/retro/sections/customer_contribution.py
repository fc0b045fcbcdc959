"""Customers: sales, margin and subsidy by newness and tier."""

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, floats, row_chart
from retro.i18n import Text
from retro.metrics.customers import NEW
from retro.privacy import Sum
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Sales, margin and subsidy by new and old customers and by the tier they came with."""
    text, rows = context.text, records(frame)
    new = next(row for row in rows if row["cut"] == "newness" and row["group"] == NEW)
    old = next(row for row in rows if row["cut"] == "newness" and row["group"] != NEW)
    if not new["orders"] + old["orders"]:
        return Finding(text("customer_contribution.say.none"), covered=False)
    sentence = text("customer_contribution.say.summary", new, old_order_value=old["order_value"])
    if not pd.isna(new["margin_rate"]) and not pd.isna(old["margin_rate"]):
        sentence += text("customer_contribution.say.margin", new=new["margin_rate"], old=old["margin_rate"])
    tiers = [row for row in rows if row["cut"] == "tier" and row["orders"] and not pd.isna(row["subsidy_rate"])]
    if tiers:
        sentence += text("customer_contribution.say.subsidy", max(tiers, key=lambda row: row["subsidy_rate"]))
    shares = {"numerator": new["gmv"], "denominator": new["gmv"] + old["gmv"]}
    columns = (
        "group.customer", "buyers", "orders", "gmv", "gmv_share", "order_value", "subsidy", "subsidy_rate", "margin",
        "margin_rate",
    )  # fmt: skip
    return Finding(
        sentence,
        (context.entry("new_customer_gmv_rate", new, "gmv_share", **shares),),
        frame_table("customer_contribution", frame, columns, text, folded=False),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """What each tier bought, and the margin that it left; new and old customers where nobody has a tier."""
    sold = frame[floats(frame["gmv"]) > 0]
    tiers = sold[sold["cut"] == "tier"]
    shown = tiers if len(tiers) > 1 else sold[sold["cut"] == "newness"]
    marks = (Bar("gmv", BASELINE, 0.62, "gmv"), Bar("margin", ACCENT, 0.34, "margin"))
    return row_chart(shown.sort_values("gmv", ascending=False), text, "customer_contribution.chart", *marks)


# GMV and margin stay: both cuts add up to all orders, so that leaving a group out would hide nothing.
section = Section(
    "customer_contribution",
    say,
    draw,
    newcomers=True,
    people={"buyers": ("orders", "order_value")},
    totals=(Sum("buyers", "cut", name="cut_buyers"),),
    of_people=True,
)
