"""Saved goods: who put goods in the cart or among favourites in the pre-heat, and bought in the burst."""

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd

from retro.metrics.activity import active_users
from retro.metrics.history import history
from retro.metrics.intervals import add_rate
from retro.metrics.money import as_count
from retro.metrics.orders import orders_of_people
from retro.metrics.windows import DAY, check_at_least
from retro.periods import Window


def saved_goods(
    events: ibis.Table, orders: ibis.Table, window: Window, *, preheat_days: int, saving_events: Sequence[str]
) -> pd.DataFrame:
    """Count people who saved goods in the pre-heat, and of these the buyers of the burst.

    Whoever saves goods means to buy: the difference to those who only looked describes, it is no effect of saving.

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        window: The burst.
        preheat_days: Days before it in which goods were saved.
        saving_events: Names of the events by which goods are saved, such as `add_to_cart` and `favourite`.

    Returns:
        One row for each of `saving_events` that the log has, then `any` of them, then `none`: who came in the pre-heat
        and saved nothing. No row where nobody came.
        - `what` (str): Which.
        - `since` (datetime): From when on the log knows the pre-heat, local; later than its begin where it starts late.
        - `users`, `buyers` (int): People, and those of them with a valid order in the burst.
        - `rate`, `low`, `high` (float): `buyers` over `users`, with its 95 % Wilson interval. NaN without users.
        - `buyer_share` (float): `buyers` over all buyers of the burst whom orders name. NaN where there are none.
    """
    check_at_least("preheat_days", preheat_days, 1)
    preheat = window.before(preheat_days * DAY)
    seen = active_users(events, preheat)
    flags = {f"event_{place}": (seen.event == name).max() for place, name in enumerate(saving_events)}
    people = seen.group_by("user_id").aggregate(**flags)
    bought = orders_of_people(orders, window).select("user_id").distinct().mutate(bought=True)
    joined = people.outer_join(bought, "user_id")
    came, buys = joined.user_id.notnull(), joined.bought.notnull()
    saved = {name: came & joined[f"event_{place}"] for place, name in enumerate(saving_events)}
    any_of = ibis.or_(*saved.values())
    groups = saved | {"any": any_of, "none": came & ~any_of}
    asked = {"buyers": buys.sum()}
    for place, chosen in enumerate(groups.values()):
        asked |= {f"users_{place}": chosen.sum(), f"buyers_{place}": (chosen & buys).sum()}
    (row,) = joined.aggregate(**asked).execute().to_dict("records")
    rows = [
        (name, as_count(row[f"users_{place}"]), as_count(row[f"buyers_{place}"])) for place, name in enumerate(groups)
    ]
    told = [one for one in rows if one[1] or one[0] == "none"] if any(users for _, users, _ in rows) else []
    buyers = as_count(row["buyers"])
    first = history(events, "occurred_at", until=window.observed).since if told else None
    frame = pd.DataFrame(told, columns=["what", "users", "buyers"])
    frame.insert(1, "since", [max(preheat.start, first or preheat.start)] * len(frame))
    share = frame["buyers"] / buyers if buyers else np.nan
    return add_rate(frame, "buyers", "users").assign(buyer_share=share)
