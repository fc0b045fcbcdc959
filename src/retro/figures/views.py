"""Views that the expressions of figures share: canonical tables, cut as reports cut them."""

from collections.abc import Mapping
from types import MappingProxyType

VIEWS: Mapping[str, str] = MappingProxyType(
    {
        "valid_orders": "select * from orders where status = 'paid' and user_id is not null",
        "sold": "select * from valid_orders where ordered_at >= {start} and ordered_at < {end}",
        "first_orders": "select user_id, min(ordered_at) as first_at from valid_orders\n"
        "where ordered_at < {observed_until} group by user_id",
        "activity": "select * from events where event <> 'register' and user_id is not null",
        "active": "select * from activity where occurred_at >= {start} and occurred_at < {end}",
        "new": "select * from users where registered_at >= {start} and registered_at < {end}",
        "baseline": "select * from users where registered_at >= {start} - to_weeks({baseline_weeks})\n"
        "and registered_at < {start}",
        "contributions": "select order_id, user_id, ordered_at, amount - coalesce((select sum(amount) from refunds\n"
        "  where refunds.order_id = one.order_id and refunded_at < {observed_until}), 0)\n"
        "  - (select sum(quantity * unit_cost) from order_items join products using (product_id)\n"
        "  where order_items.order_id = one.order_id) as contribution from valid_orders as one",
        "campaign_lines": "select line.*, status, orders.user_id is not null as known\n"
        "from order_items as line join orders using (order_id)\n"
        "where campaign_id = {campaign_id} and ordered_at >= {start} and ordered_at < {end}",
        "campaign_stock": "select product_id, arg_min(opening_units, stocked_on) + sum(received_units) as stocked,\n"
        "  sum(sold_units) as sold, arg_max(closing_units, stocked_on) as left_over\n"
        "from stock where campaign_id = {campaign_id} group by product_id",
        "open_coupons": "select * from coupons where issued_at < {end} and expires_at > {start}\n"
        "and (used_at is null or used_at >= {start})",
        "growing_coupons": "select * from coupons where campaign_id = {campaign_id} and issued_at < {end}\n"
        "and issued_face_amount is not null",
        "booked": "select user_id from users where registered_at < {start} and user_id in (select user_id from events\n"
        "  where event = {booking_event}\n"
        "  and occurred_at >= {start} - to_days({booking_days}) and occurred_at < {start})",
        "redeemed": "select * from points_ledger where kind = 'redeem'\n"
        "and occurred_at >= {start} and occurred_at < {end}",
        "joined": "select user_id from active where event = {join_event}",
        "eligible": "select user_id from users where {invitation} is null and registered_at < {start}\n"
        "union select unit_id from exposures where experiment_id = {invitation} and arm = {invited_arm}",
        "seen": "select user_id from events\n"
        "where occurred_at >= {start} - to_days({seen_days}) and occurred_at < {start}",
        "sent": "select * from offers where received_at >= {start} and received_at < {end}",
        "fates": "select sent.*, (select min(occurred_at) from events\n"
        "    where user_id = sent.user_id and detail = offer_id and event = 'offer_viewed'\n"
        "    and occurred_at between received_at and expires_at) as seen_at,\n"
        "  (select min(occurred_at) from events\n"
        "    where user_id = sent.user_id and detail = offer_id and event = 'offer_completed'\n"
        "    and occurred_at between received_at and expires_at) as done_at from sent",
        "silent": "select user_id from users join eligible using (user_id)\n"
        "where registered_at < {start} - to_days(180)\n"
        "and user_id not in (select user_id from valid_orders\n"
        "  where ordered_at >= {start} - to_days(180) and ordered_at < {start})\n"
        "and user_id not in (select user_id from activity\n"
        "  where event = 'log_in'\n"
        "  and occurred_at >= {start} - to_days(30) and occurred_at < {start})",
        "reactivated": "select user_id from silent\n"
        "where user_id in (select user_id from active where event = 'log_in')",
    }
)
"""DuckDB SQL by name, with the words in braces that expressions have; a view may use those before it."""
