"""Launch votes: whether products that got more votes before their launch sold more after it."""

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Votes, their correlation with pieces, and how many voters bought what they had voted for."""
    text, rows, days = context.text, records(frame), context.asked("launch_days")
    if not rows:
        return Finding(text("launch_votes.say.none"), covered=False)
    row = rows[0]
    if any(hidden(one["votes"]) for one in rows) or hidden(row["voters"]):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("launch_votes.say.votes", row, votes=sum(one["votes"] for one in rows))
    low, high = row["rank_correlation_low"], row["rank_correlation_high"]
    told = "few" if pd.isna(row["rank_correlation"]) else "more" if low > 0 else "less" if high < 0 else "unclear"
    sentence += text(f"launch_votes.say.{told}", row, most=rows[-1]["each"], least=rows[0]["each"], days=days)
    bought = not hidden(row["bought"]) and not pd.isna(row["bought"])
    if bought:
        sentence += text("launch_votes.say.bought", row, days=days)
    ends = (number(low), number(high))
    entries = [
        context.entry("launch_voters", row, "voters"),
        context.entry("vote_rank_correlation", row, "rank_correlation", method="rank", low=ends[0], high=ends[1]),
    ]
    if bought:
        rate = context.entry("voter_bought_rate", row, "bought_rate", of=("bought", "voters"), method="Wilson")
        entries.append(rate)
    table = frame_table("launch_votes", _named(frame, text), ("label.", "items", "votes", "each"), text)
    return Finding(sentence, tuple(entries), table, shows=text(f"launch_votes.say.shows_{told}"))


def _named(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    return frame.assign(label=[text(f"launch_votes.third_{third}") for third in frame["third"]])


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per third of the products by votes: pieces per product."""
    return row_chart(_named(frame, text), text, "launch_votes.chart", Bar("each"))


_BOUGHT = ("bought_rate", "bought_low", "bought_high")

section = Section(
    "launch_votes",
    say,
    draw,
    level=2,
    people={"votes": ("each",), "voters": _BOUGHT, "bought": _BOUGHT},
    of_people=True,
)
