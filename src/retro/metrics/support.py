"""Support: enquiries, answer times and topics, beside the weeks before."""

import ibis
import numpy as np
import pandas as pd

from retro.clocks import seconds_between
from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.feedback import OTHER
from retro.metrics.history import missing_days
from retro.metrics.intervals import add_rate
from retro.metrics.registrations import registration_lift, registrations
from retro.metrics.spread import weighted_quantile
from retro.metrics.windows import DAY, WEEK, check_at_least, require
from retro.periods import Window
from retro.privacy import LEAST


def support(tickets: ibis.Table, window: Window) -> pd.DataFrame:
    """Count enquiries by local day, beside the baseline of the same weekday.

    Args:
        tickets: One row per enquiry: `ticket_id`, `opened_at` (local).
        window: The campaign or period; the weeks of its baseline make the baseline.

    Returns:
        One row per local day that the window touches, in order.
        - `on` (date): Day.
        - `tickets` (Int64): Enquiries of the day inside the window; 0 where there was none. Missing on a lost day.
        - `baseline`, `baseline_low`, `baseline_high` (float): As `registrations`.
    """
    daily = registrations(_as_arrivals(tickets), window)
    return daily.rename(columns={"registrations": "tickets"})


def support_lift(tickets: ibis.Table, window: Window) -> pd.DataFrame:
    """Enquiries of the whole window, beside those of equally long windows before it.

    The arguments are those of `support`.

    Returns:
        One row: `tickets` (int), and the columns of `registration_lift` from `baseline` on.
    """
    lift = registration_lift(_as_arrivals(tickets), window)
    return lift.rename(columns={"registrations": "tickets"})


def _as_arrivals(tickets: ibis.Table) -> ibis.Table:
    require(tickets, "support_tickets", "ticket_id", "opened_at")
    return tickets.select(user_id=tickets.ticket_id, registered_at=tickets.opened_at)


def support_answers(tickets: ibis.Table, window: Window, *, within_seconds: int = 30) -> pd.DataFrame:
    """How long enquiries waited for their first answer, beside those of the weeks before.

    Args:
        tickets: One row per enquiry: `opened_at`, `first_answered_at` (local, null while it is not answered).
        window: The campaign or period, with its baseline.
        within_seconds: Seconds within which an answer counts as in time.

    Returns:
        Two rows, the campaign first.
        - `cohort` (str): `campaign` or `baseline`, by when they were opened.
        - `tickets`, `answered` (int): Enquiries, and those answered so far.
        - `median_seconds`, `p90_seconds` (float): By when half and nine in ten of those answered were. NaN without any.
        - `within` (int): Answered after at most `within_seconds`.
        - `rate`, `low`, `high` (float): `within` over `tickets`, and its 95 % Wilson interval; one not yet answered is
          not within. NaN without tickets.
    """
    check_at_least("within_seconds", within_seconds, 1)
    table = _cohorts(tickets, window, "first_answered_at")
    seconds = seconds_between(table.opened_at, table.first_answered_at)
    found = table.group_by("cohort", seconds=seconds).aggregate(tickets=lambda row: row.count()).execute()
    rows = []
    for cohort in (CAMPAIGN, BASELINE):
        own = found[found["cohort"] == cohort]
        known = own[own["seconds"].notna()]
        waits, counts = known["seconds"].astype(float), known["tickets"].astype("int64")
        quantiles = [weighted_quantile(waits, counts, share) for share in (0.5, 0.9)]
        soon = int(counts[waits <= within_seconds].sum())
        rows.append((cohort, int(own["tickets"].sum()), int(counts.sum()), *quantiles, soon))
    frame = pd.DataFrame(rows, columns=["cohort", "tickets", "answered", "median_seconds", "p90_seconds", "within"])
    return add_rate(frame, "within", "tickets")


def support_topics(tickets: ibis.Table, window: Window, *, least: int = LEAST) -> pd.DataFrame:
    """Count enquiries by topic, beside the baseline of as many days.

    Args:
        tickets: One row per enquiry: `opened_at` (local), `topic`.
        window: The campaign or period, with its baseline.
        least: Topics of fewer enquiries are merged as `other`.

    Returns:
        One row per topic, the most frequent first.
        - `topic` (str): Topic.
        - `tickets` (int): Enquiries in the window.
        - `share` (float): Of all enquiries in the window. NaN without any.
        - `baseline` (float): Mean enquiries of as many days in the weeks before, of those that are not lost. NaN where
          none is known.
        - `change` (float): `tickets` over `baseline`, less 1. NaN where `baseline` is 0 or missing.
    """
    check_at_least("least", least, 1)
    table = _cohorts(tickets, window, "topic")
    found = table.group_by("cohort", "topic").aggregate(tickets=table.count()).execute()
    wide = found.pivot_table(index="topic", columns="cohort", values="tickets", aggfunc="sum", fill_value=0)
    wide = wide.reindex(columns=[CAMPAIGN, BASELINE], fill_value=0)
    wide = wide.groupby(lambda topic: topic if wide.loc[topic, CAMPAIGN] >= least else OTHER).sum()
    before = Window(window.baseline_start, window.start)
    known = window.baseline_weeks * WEEK - missing_days(tickets, "opened_at", before) * DAY
    baseline = wide[BASELINE] * (window.length / known if known >= DAY else np.nan)
    total = wide[CAMPAIGN].sum()
    frame = pd.DataFrame(
        {
            "topic": wide.index.astype(str),
            "tickets": wide[CAMPAIGN].astype("int64").to_numpy(),
            "share": (wide[CAMPAIGN] / (total or np.nan)).to_numpy(),
            "baseline": baseline.to_numpy(dtype=float),
            "change": (wide[CAMPAIGN] / baseline.where(baseline > 0) - 1).to_numpy(dtype=float),
        }
    )
    return frame.sort_values(["tickets", "topic"], ascending=[False, True], ignore_index=True)


def _cohorts(tickets: ibis.Table, window: Window, needed: str) -> ibis.Table:
    require(tickets, "support_tickets", "opened_at", needed)
    table = tickets.filter(tickets.opened_at >= window.baseline_start, tickets.opened_at < window.end)
    return table.mutate(cohort=ibis.ifelse(table.opened_at >= window.start, CAMPAIGN, BASELINE))
