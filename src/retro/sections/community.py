"""Community: who joined the groups and left them, who speaks and buys, and what members and links bring."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.community import RATES
from retro.privacy import Rest, hidden
from retro.sections.section import (
    Context,
    Exhibit,
    Finding,
    Section,
    frame_table,
    is_known,
    records,
    sayings,
    with_ends,
)


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Members and how they changed, who speaks and buys, and GMV by links beside that of members."""
    text = context.text
    (row,) = records(frame)
    if not row["members"]:
        return Finding(text("community.say.none"), covered=False)
    if hidden(row["members"]):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("community.say.members", row)
    if all(is_known(row[name]) for name in ("joined", "left")):
        sentence += text(f"community.say.{'grew' if row['net'] > 0 else 'shrank' if row['net'] < 0 else 'stayed'}", row)
    sentence += sayings(text, "community.say", row, {"accepted": "accepted_rate", "speaker": "speaker_rate"})
    columns = {"buyer": "buyer_rate", "again": "again_rate", "gmv": "gmv", "share": "gmv_rate", "link": "link_rate"}
    result = sayings(text, "community.say", row, columns | {"points": "points_per_gmv"})
    shown = (
        *("groups", "members", "start", "joined", "left", "end", "net", "invited", "accepted", "speakers", "messages"),
        *("buyers", "again", "gmv", "link_gmv", "shop_gmv", "points"),
    )
    table = frame_table("community", frame, shown, text)
    steps = [name for name in ("members", "speakers", "buyers", "again") if is_known(row[name])]
    drawn = pd.DataFrame(
        {"label": [text(f"community.table.{one}") for one in steps], "people": [row[one] for one in steps]}
    )
    headline = (result or sentence,)
    return Finding(
        sentence + result, _entries(row, context), table, exhibits=(Exhibit(draw, drawn),), headline=headline
    )


def _entries(row: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    counts = {"groups": "groups", "members": "members", "net_growth": "net", "speakers": "speakers", "buyers": "buyers"}
    amounts = {"gmv": "gmv", "link_gmv": "link_gmv"}
    return (
        *(context.entry(f"community_{name}", row, column) for name, column in (counts | amounts).items()),
        *(
            context.entry(f"community_{name}_rate", row, f"{name}_rate", of=of, method="Wilson")
            for name, of in RATES.items()
        ),
        context.entry("community_points_per_gmv", row, "points_per_gmv", of=("points", "gmv")),
        context.entry("community_gmv_rate", row, "gmv_rate", of=("gmv", "shop_gmv")),
        context.entry("community_link_rate", row, "link_rate", of=("link_gmv", "gmv")),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Members, and of these who spoke, bought, and bought again."""
    return row_chart(frame, text, "community.chart", Bar("people"))


section = Section(
    "community",
    say,
    people={
        "members": (*with_ends("speaker"), *with_ends("buyer")),
        "joined": ("net",),
        "left": ("net",),
        "invited": with_ends("accepted"),
        "accepted": with_ends("accepted"),
        "speakers": (*with_ends("speaker"), "messages"),
        "buyers": (
            *with_ends("buyer"),
            *with_ends("again"),
            "gmv",
            "gmv_rate",
            "link_gmv",
            "link_rate",
            "points_per_gmv",
        ),
        "again": with_ends("again"),
    },
    totals=[Rest("declined", "invited", "accepted"), Rest("once", "buyers", "again")],
    of_people=True,
)
