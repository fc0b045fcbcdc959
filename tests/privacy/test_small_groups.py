"""No report of a shop of few tells, or lets one work out, a number of people or orders between 1 and 4."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from few import Shown, make_few, shown
from retro.blocks import dump_blocks
from retro.privacy import FEW, LEAST, MORE, hidden
from retro.privacy.marks import Hidden
from retro.privacy.suppression import Told, suppress
from retro.sections import SECTIONS

PEOPLE = frozenset({
    "above", "active", "after", "all_answers", "all_buyers", "all_came", "all_claimed", "all_first_buyers",
    "all_issued", "all_orders", "all_redemptions", "all_registrations", "all_tickets", "all_used", "answered",
    "answers", "asked", "at_risk", "attempts", "back", "baseline_buyers", "before", "booked", "booked_came", "both",
    "buyers", "came", "campaign_buyers", "claimed", "clawed_back", "clickers", "completed", "confirmed", "converted",
    "coupon_buyers", "criticised", "dau", "discounted", "eligible", "first_buyers", "flagged", "held", "held_above",
    "held_buyers", "held_members", "hoarders", "hunters", "immature", "invitations", "inviters", "issued", "joined",
    "kept", "left_out", "matched", "members", "mismatched", "missed", "month_active", "negative", "neutral",
    "new_buyers", "new_users", "of", "opened", "orders", "others", "others_above", "own", "paid", "participants",
    "passed", "people", "positive", "praised", "reached", "reactivated", "received", "redemptions", "registered",
    "registrations", "repurchased", "repurchasers", "rest_attempts", "rest_paid", "retained", "returned", "reviews",
    "rings", "soon", "started", "stopped", "then_participants", "tickets", "total", "uninvited", "unlinked",
    "unviewed", "used", "users", "viewed", "viewed_first", "viewers", "visitors", "within",
    "baseline_guests", "baseline_joined", "baseline_visitors", "guests",
    # of communities
    "all_new_buyers", "known_buyers",
    "accepted", "again", "all_members", "declined", "invited", "once", "speakers",
    # of bundles, price protection and live sources
    "bundled", "claims", "new_followers", "paid_viewers", "source_viewers",
    # of products
    "bought", "voters", "votes",
    # of refunds, shipping and enquiries
    "baseline_asked", "baseline_ordered", "baseline_refunded", "due", "in_time", "open", "ordered", "orders_before",
    "refunded", "shipped", "waiting",
    # of brand surveys
    "aided_yes", "considers_yes", "earlier_answers", "earlier_yes", "mentioners", "rival_mentioners", "unaided_yes",
    "yes",
    # of scenes
    "bounced", "landings", "others_bounced", "others_converted", "sets", "visitors_bought",
})  # fmt: skip
"""Columns that count people, or orders, coupons and answers, each of which is somebody's."""

OTHERS = frozenset({
    "active_items", "base", "baseline_windows", "comments", "day", "days", "difference", "elapsed", "events",
    "expired", "generation", "hoarded", "hour", "hours", "incidents", "interactions", "items", "lasted", "left",
    "left_months", "likes", "lines", "lost_days", "lost_units", "major", "minute", "minutes", "month", "months_after",
    "off", "opening", "operators", "outstanding", "paid_units", "peak_orders", "peak_views", "points", "points_kept",
    "rating", "redeemed", "returned_units", "reversed", "sessions", "shares", "shown", "shows", "sold", "sold_out",
    "stars", "stocked", "strata", "units", "views", "visits", "week", "weekday", "weekend_days", "weeks",
    # of communities
    "end", "groups", "messages", "net", "start",
    # of products
    "approved", "closing", "early_items", "empty", "ended", "every_week", "fifth", "fifth_units", "for_60", "for_80",
    "from_start", "idle_items", "late", "late_units", "later", "less", "measured", "more", "observed_days", "on_time",
    "open_items", "past_items", "period_days", "reordered", "same", "samples", "seen_0", "seen_1", "seen_2", "seen_3",
    "seen_4", "slow_items", "slow_units", "third", "top", "top_units", "triggers", "units_0", "units_1", "units_2",
    "units_3", "units_4", "units_after", "units_before",
    # of prices, places and shows
    "all_shows", "baseline_rank", "baseline_units", "rank",
    # of content
    "clicks", "contents", "creators", "engaged", "fan_engaged", "fan_impressions", "hits", "impressions", "lag",
    "searches", "silent", "top_interactions",
    # of scenes
    "scene_units",
})  # fmt: skip
"""Whole numbers that count neither: times, places, pieces, views, points, public reviews by stars and likes."""

PUBLIC = frozenset({("located", "after"), ("reviews", "reviews"), ("reviews", "negative"), ("feedback", "negative"),
                    ("items", "orders"), ("matched_participants", "others"),
                    ("minute_traffic", "orders"), ("minute_traffic", "peak_orders"), ("payments", "attempts"),
                    ("payments", "paid"), ("items", "active"), ("feedback", "answers"), ("points_balance", "issued"),
                    ("points_balance", "clawed_back"), ("portfolio", "shipped")})  # fmt: skip
"""By section: reviews are public, a level after a change, an amount a head and a flag count nobody; of minutes,
payments and items, a section masks what it shows of them itself."""

COUNTED = re.compile(
    r"(?<![\d.,/–-])[1-4] (?:new |support |first |still )?"
    r"(?:users?|people|buyers?|members?|orders?|registrations?|participants?|customers?|visitors?|enquir\w+|coupons?)\b"
)
ESTIMATED = "orders more than"
"""A number that a model estimated counts nobody."""


@pytest.fixture(scope="module")
def few(once: Callable[..., Path], tiny_demo: Path) -> list[Shown]:
    project = once("few", lambda folder: make_few(folder, tiny_demo))
    with pytest.MonkeyPatch.context() as patch:
        return list(shown(project, patch))


def told(section: Shown) -> Iterator[tuple[str, pd.Series[Any]]]:
    """The columns of the frames that a section is made of, once masked, which count people."""
    for frame in SECTIONS[section.section].masked(section.frames):
        if isinstance(frame, pd.DataFrame):
            for column in PEOPLE & set(frame.columns):
                if (section.section, column) not in PUBLIC and frame[column].dtype != bool:
                    yield column, frame[column]


def small(value: Any) -> bool:
    return not hidden(value) and not isinstance(value, str) and pd.notna(value) and 0 < value < LEAST


def tables(blocks: Any) -> Iterator[dict[str, Any]]:
    if isinstance(blocks, dict):
        if blocks.get("kind") == "table":
            yield blocks
        blocks = list(blocks.values())
    if isinstance(blocks, list | tuple):
        for block in blocks:
            yield from tables(block)


def words(blocks: Any) -> Iterator[str]:
    """What a page says in sentences and in the words of charts; definitions count nobody."""
    if isinstance(blocks, dict):
        if blocks.get("kind") == "note":
            return
        if "spans" in blocks:
            yield "".join(span["text"] for span in blocks["spans"])
        yield from (blocks[name] for name in ("alt", "caption") if blocks.get(name))
        blocks = list(blocks.values())
    if isinstance(blocks, list | tuple):
        for block in blocks:
            yield from words(block)


_NOT_IN_THE_DEMO = {"presales", "order_impact", "price_protection"}
"""Its orders have amounts and no deposits, and no price is protected; `tests/sections` hold what these say of few."""


@pytest.mark.slow
def test_every_section_of_the_demo_is_walked(few: list[Shown]) -> None:
    assert {one.section for one in few} == set(SECTIONS) - _NOT_IN_THE_DEMO
    assert {one.report for one in few} >= {
        "new_user_week",
        "points_contest",
        "flash_sale_night",
        "member_day",
        "quarter",
    }


@pytest.mark.slow
def test_no_frame_that_a_section_is_made_of_tells_a_few(few: list[Shown]) -> None:
    found = {(one.section, column) for one in few for column, counts in told(one) if any(map(small, counts))}

    assert found == set()


@pytest.mark.slow
def test_every_whole_number_of_a_frame_is_known_to_count_people_or_not(few: list[Shown]) -> None:
    unknown = {
        (one.section, str(column))
        for one in few
        for frame in one.frames
        if isinstance(frame, pd.DataFrame)
        for column in frame.columns
        if frame[column].dtype.kind in "iu" and column not in PEOPLE | OTHERS and (one.section, column) not in PUBLIC
    }
    assert unknown == set()


def worked_out(marks: list[Hidden], rest: int) -> bool:
    """Whether the sum of masked cells leaves only one number for a small one."""
    for place, mark in enumerate(marks):
        others = [one for at, one in enumerate(marks) if at != place]
        most = min(mark.most or rest, rest - sum(one.least for one in others))
        least = max(mark.least, rest - sum(one.most or rest for one in others))
        if mark.most is not None and least >= most:
            return True
    return False


@pytest.mark.parametrize(
    ("marks", "rest", "known"),
    [
        ([FEW], 3, True),
        ([FEW, FEW], 2, True),
        ([FEW, FEW], 5, False),
        ([FEW, FEW], 8, True),
        ([FEW, MORE], 6, True),
        ([FEW, MORE], 7, False),
        ([FEW, FEW, MORE], 7, True),
        ([FEW, FEW, FEW], 11, False),
    ],
)
def test_several_masked_cells_are_known_where_their_sum_is_at_an_end(
    marks: list[Hidden], rest: int, known: bool
) -> None:
    assert worked_out(marks, rest) is known


@pytest.mark.slow
def test_no_small_count_is_the_rest_of_a_total_that_a_page_tells(few: list[Shown]) -> None:
    """Of each column with masked cells, a sum of all that the page or the ledger tells leaves each small one open."""
    found = set()
    for one in few:
        page = " ".join(
            [*words(dump_blocks(one.blocks)), *(str(table["rows"]) for table in tables(dump_blocks(one.blocks)))]
        )
        said = {int(number.replace(",", "")) for number in re.findall(r"(?<![\d.,−-])\d[\d,]*(?![\d.%,])", page)}
        for entry in one.finding.entries:
            parts = (entry.value, entry.numerator, entry.denominator)
            said |= {int(part) for part in parts if part is not None and part == int(part)}
        masked = SECTIONS[one.section].masked(one.frames)
        for raw, frame in zip(one.frames, masked, strict=True):
            if not isinstance(raw, pd.DataFrame):
                continue
            for column in PEOPLE & set(raw.columns) & set(frame.columns):
                cells = [place for place, cell in enumerate(frame[column]) if hidden(cell)]
                if len(frame) == len(raw) > 2 and any(small(raw[column].iloc[place]) for place in cells):
                    total = sum(count for count in raw[column] if pd.notna(count))
                    rest = sum(raw[column].iloc[place] for place in cells)
                    if (
                        worked_out([frame[column].iloc[place] for place in cells], int(rest))
                        and total in said
                        and total >= LEAST
                        and (one.section, column) not in PUBLIC
                    ):
                        found.add((one.report, one.section, column, int(total)))
    assert found == set()


@pytest.mark.slow
def test_no_sentence_chart_or_table_counts_a_few(few: list[Shown]) -> None:
    found = {
        (one.report, one.section, match[0])
        for one in few
        for said in words(dump_blocks(one.blocks))
        if (match := COUNTED.search(said)) and ESTIMATED not in said
    }
    assert found == set()


@pytest.mark.slow
def test_no_figure_of_the_ledger_counts_a_few(few: list[Shown]) -> None:
    names = {"claims_contradicted", "claims_confirmed", "claims_not_checkable", "targets_missed", "gmv_rank_of_months",
             "assumptions_that_decide"}  # fmt: skip
    found = {
        (one.section, entry.name)
        for one in few
        for finding in (one.finding, *one.finding.parts)
        for entry in finding.entries
        if entry.name not in names and one.section not in {"reviews", "feedback"}
        for part in (entry.numerator, entry.denominator, entry.value if entry.unit == "count" else None)
        if part is not None and part in range(1, LEAST)
    }
    assert found == set()


def test_of_equals_the_same_one_is_masked_in_whatever_order_the_cells_come() -> None:
    cells = {(0, "buyers"): 9, (1, "buyers"): 4, (2, "buyers"): 9}

    for order in (cells, dict(reversed(cells.items()))):
        assert str(suppress(order, [Told(frozenset(cells), 22)])) == "{(1, 'buyers'): <5, (0, 'buyers'): ≥5}"
