"""Points balance: whether the ledger ties out, and where the points went."""

import pandas as pd

from retro.blocks import Table
from retro.charts import Chart, checked, waterfall
from retro.i18n import Text
from retro.metrics.points_balance import LINES
from retro.sections.section import Context, Finding, Section, frame_table, records

_LINES = (*LINES, "difference")
_TOTALS = {"opening", "outstanding", "difference"}


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether the ledger ties out to the point, and what became of the points."""
    text, rows = context.text, {row["period"]: row for row in records(frame)}
    during, after = rows["during"], rows["after"]
    points = {
        "points_issued": during["issued"],
        "points_redeemed": during["redeemed"],
        "points_clawed_back": during["clawed_back"] + after["clawed_back"],
        "points_outstanding": after["outstanding"],
        "points_difference": sum(abs(row["difference"]) for row in rows.values()),
    }
    entries = [context.entry(name, points) for name in points]
    if during["issued"] and frame["redeemed"].any():
        share = points | {"points_redemption_rate": during["redeemed"] / during["issued"]}
        entries.append(context.entry("points_redemption_rate", share, of=("points_redeemed", "points_issued")))
    sentence = text(f"points_balance.say.{'off' if points['points_difference'] else 'tied'}", points)
    sentence += text(f"points_balance.say.{'contest' if points['points_redeemed'] else 'none_redeemed'}", points)
    if points["points_clawed_back"]:
        sentence += text("points_balance.say.clawed_back", points)
    return Finding(sentence, tuple(entries), _roll_forward(frame, text))


def _roll_forward(frame: pd.DataFrame, text: Text) -> Table:
    turned = frame.set_index("period")[list(_LINES)].T.rename_axis("line").reset_index()
    table = frame_table("points_balance", turned, ("line.points", *frame["period"]), text)
    rows = tuple(
        tuple(cell.model_copy(update={"strong": line in _TOTALS}) for cell in cells)
        for line, cells in zip(_LINES, table.rows, strict=True)
    )
    return table.model_copy(update={"rows": rows})


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """From what was outstanding at the start to what is outstanding now; lines without points are left out."""
    frame = checked(frame, "points_balance", ("period", "opening", *_GAINS, *_LOSSES, "outstanding", "difference"))
    since = frame[frame["period"] != "before"]
    opening = int(since["opening"].iloc[0])
    steps = [("opening", opening, "total")] if opening else []
    moved = {line: int(since[line].sum()) for line in (*_GAINS, *_LOSSES)}
    steps += [(line, moved[line], "change") for line in _GAINS]
    steps += [(line, -moved[line], "change") for line in _LOSSES if moved[line]]
    if off := int(since["difference"].sum()):
        steps.append(("difference", -off, "change"))
    steps.append(("outstanding", int(since["outstanding"].iloc[-1]), "total"))
    drawn = pd.DataFrame(steps, columns=["line", "amount", "kind"])
    drawn["label"] = [text(f"points.{line}") for line in drawn["line"]]
    return waterfall(drawn, text, text("points_balance.chart.value"), unit="count")


_GAINS = ("issued",)


_LOSSES = ("redeemed", "expired", "clawed_back", "reversed")


section = Section("points_balance", say, draw)
