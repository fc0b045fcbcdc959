"""Points: roll the ledger forward, and compare the leaderboard with it."""

import ibis
import pandas as pd

from retro.metrics.money import as_count
from retro.metrics.windows import require
from retro.periods import Window

OPENING = "opening"
"""The kind of entry by which points were carried into the ledger when it began; nobody was issued them."""

LINES = ("opening", "issued", "redeemed", "expired", "clawed_back", "reversed", "outstanding")
PERIODS = ("before", "during", "after")

_LOSSES = {"redeem": "redeemed", "expire": "expired", "claw_back": "clawed_back"}
"""What became of points that were taken off, by the kind of the entry; any other kind took back what was issued."""


def points_balance(ledger: ibis.Table, window: Window) -> pd.DataFrame:
    """Roll the ledger forward: opening, issued, spent, outstanding, to the point.

    `outstanding` is the sum of the members' `balance_after` at the end of the period, independent of the other lines;
    `difference` is the gap.

    Args:
        ledger: One row per entry: `entry_id`, `user_id`, `occurred_at` (local),
            `kind`, `points`, `balance_after`.
        window: The campaign; it says until when the ledger was observed; not before the end.

    Returns:
        Three rows: `before` the campaign, since the ledger began; `during`; `after`, until `observed_until`.
        - `period` (str).
        - `opening` (int): Outstanding when the period began, with what was carried into the ledger.
        - `issued` (int): Points earned.
        - `redeemed`, `expired`, `clawed_back`, `reversed` (int): Points that left, not below 0 each.
        - `outstanding` (int): What members hold at the end of the period, by their balances.
        - `difference` (int): `opening` + `issued` - what left - `outstanding`; 0 where the ledger ties out.
    """
    require(ledger, "points_ledger", "entry_id", "user_id", "occurred_at", "kind", "points", "balance_after")
    seen = ledger.filter(ledger.occurred_at < window.observed)
    moment = seen.occurred_at
    period = ibis.cases((moment < window.start, "before"), (moment < window.end, "during"), else_="after")
    kinds = [(seen.kind == kind, line) for kind, line in _LOSSES.items()]
    line = ibis.cases((seen.kind == OPENING, "opening"), (seen.points > 0, "issued"), *kinds, else_="reversed")
    moved = seen.group_by(period=period, line=line).aggregate(points=seen.points.sum()).execute()
    sums = {(row.period, row.line): int(row.points) for row in moved.itertuples()}
    rows, held = [], 0
    for name, until in zip(PERIODS, (window.start, window.end, window.observed), strict=True):
        parts = {line: sums.get((name, line), 0) for line in LINES[:-1]}
        parts["opening"] += held
        held = _outstanding(seen.filter(seen.occurred_at < until))
        left = {line: -parts[line] for line in LINES[2:-1]}
        rest = parts["opening"] + parts["issued"] - sum(left.values()) - held
        row = {"period": name, "opening": parts["opening"], "issued": parts["issued"], **left}
        rows.append({**row, "outstanding": held, "difference": rest})
    return pd.DataFrame(rows)


def latest_balances(ledger: ibis.Table) -> ibis.Table:
    """Each member's `balance_after` of the last entry: `user_id`, `balance_after`.

    Of entries booked at one moment, the last is the one whose balance no other starts from. Where balances do not say
    it, longer ids come later, then ids that sort later: numbers as text, such as 9 and 10, keep their order.
    """
    newest = ledger.mutate(last_at=ledger.occurred_at.max().over(ibis.window(group_by=ledger.user_id)))
    newest = newest.filter(newest.occurred_at == newest.last_at).mutate(entry_id=newest.entry_id.cast("string"))
    place = ibis.row_number().over(
        group_by=newest.user_id, order_by=[newest.entry_id.length().desc(), newest.entry_id.desc()]
    )
    ranked = newest.mutate(place=place)
    by_id = ranked.filter(ranked.place == 0).select("user_id", "balance_after")
    ends = ibis.union(
        newest.select("user_id", balance=newest.balance_after, turn=ibis.literal(1)),
        newest.select("user_id", balance=newest.balance_after - newest.points, turn=ibis.literal(-1)),
    )
    ends = ends.group_by("user_id", "balance").aggregate(turn=ends.turn.sum())
    ends = ends.filter(ends.turn > 0)
    ends = ends.group_by("user_id").aggregate(ends=ends.count(), balance=ends.balance.max())
    ends = ends.rename(ended_id="user_id")
    both = by_id.left_join(ends, by_id.user_id == ends.ended_id)
    return both.select("user_id", balance_after=ibis.ifelse(both.ends == 1, both.balance, both.balance_after))


def _outstanding(ledger: ibis.Table) -> int:
    return as_count(latest_balances(ledger).balance_after.sum().execute())


def leaderboard(board: ibis.Table, ledger: ibis.Table, campaign_id: str) -> pd.DataFrame:
    """Compare the points on the leaderboard with those booked, at each snapshot.

    Args:
        board: One row per snapshot and member: `campaign_id`, `snapshot_at` (local), `user_id`, `points`.
        ledger: One row per entry: `user_id`, `occurred_at` (local), `points`, `campaign_id`.
        campaign_id: Whose board; points booked for it count, spent and lost ones do not.

    Returns:
        One row per snapshot, in order; none where there is no board.
        - `snapshot_at` (datetime).
        - `members` (int): Members on the board or with points booked by then.
        - `shown`, `booked` (int): Points on the board, and in the ledger before the snapshot.
        - `mismatched` (int): Members whose points differ.
        - `off` (int): Absolute differences, added up.
        - `leaderboard_error_rate` (float): `off` over `booked`. NaN where nothing was booked.
    """
    require(board, "leaderboard", "campaign_id", "snapshot_at", "user_id", "points")
    require(ledger, "points_ledger", "user_id", "occurred_at", "points", "campaign_id")
    own = board.filter(board.campaign_id == campaign_id).select("snapshot_at", "user_id", shown="points")
    earned = ledger.filter(ledger.campaign_id == campaign_id, ledger.points > 0)
    moments = own.select(at="snapshot_at").distinct()
    booked = earned.join(moments, earned.occurred_at < moments["at"])
    booked = booked.group_by("at", booked_id=booked.user_id).aggregate(booked=booked.points.sum())
    both = own.outer_join(booked, [own.snapshot_at == booked["at"], own.user_id == booked.booked_id])
    both = both.select(
        snapshot_at=both.snapshot_at.coalesce(both["at"]),
        shown=both.shown.fill_null(0),
        booked=both.booked.fill_null(0),
    )
    off = (both.shown - both.booked).abs()
    frame = (
        both.group_by("snapshot_at")
        .aggregate(
            members=both.count(),
            shown=both.shown.sum(),
            booked=both.booked.sum(),
            mismatched=ibis.ifelse(off > 0, 1, 0).sum(),
            off=off.sum(),
        )
        .order_by("snapshot_at")
        .execute()
    )
    counts = ["members", "shown", "booked", "mismatched", "off"]
    found: pd.DataFrame = frame.astype(dict.fromkeys(counts, "int64"))
    return found.assign(leaderboard_error_rate=found["off"] / found["booked"].where(found["booked"] > 0))
