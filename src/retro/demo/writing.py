"""Writing: what a block lived through becomes rows of tables, and, once all have lived, what adds up over them."""

from __future__ import annotations

import numpy as np

from retro.demo.around.costs import book_costs
from retro.demo.around.coupons import issue_coupons
from retro.demo.around.experiments import expose
from retro.demo.around.feedback import ask, write_reviews
from retro.demo.around.points import keep_ledger, redeemed, standings
from retro.demo.around.refunds import pay_back
from retro.demo.around.stock import Warehouse
from retro.demo.around.support import open_tickets
from retro.demo.around.tiers import grade_members
from retro.demo.around.traffic import Traffic
from retro.demo.blocks import Lived
from retro.demo.campaigns.night_stock import NightStock
from retro.demo.clock import second_of
from retro.demo.life.fates import NONE
from retro.demo.recording import devices
from retro.demo.setting import Setting
from retro.demo.tables import activity, campaigns, goods, people, programme, shopping, voices
from retro.demo.tables.arrow import Folder
from retro.demo.tables.keys import order_keys
from retro.demo.truth import Truth
from retro.files import write_json


class Writing:
    """Writes the tables of a shop block by block.

    Attributes:
        setting: What all people share.
        folder: Where the tables go.
    """

    def __init__(self, setting: Setting, folder: Folder) -> None:
        self.setting = setting
        self.folder = folder
        self._traffic = Traffic(setting)
        self._warehouse = Warehouse(setting)
        self._truth = Truth(setting)
        self._standings: list[programme.Standings] = []
        self._payments = np.zeros((len(setting.levels.incidents), 2), dtype=np.int64)

    def write(self, lived: Lived) -> None:
        """Append what a block did to the tables, and keep what adds up over blocks."""
        setting, crowd, rows = self.setting, lived.people, self.folder.rows
        week, contest, night = lived.campaigns.week, lived.campaigns.contest, lived.campaigns.night
        placed, lines, visits = lived.placed, lived.lines, lived.recorded
        order_ids = order_keys(placed, rows.get("orders", 0))
        ledger = keep_ledger(setting, contest, crowd, visits, (lived.events, placed))
        events = redeemed(lived.events, ledger)
        seen = expose(setting, week, contest, crowd)
        coupons = issue_coupons(setting, night, crowd, visits, (placed, ledger))
        coupon_ids = shopping.coupon_ids(placed, coupons, rows.get("coupons", 0))
        tables = {
            "users": people.users(setting.levels, crowd),
            "orders": shopping.orders(setting, crowd, placed, order_ids, coupon_ids),
            "order_items": shopping.order_items(setting, lines, order_ids),
            "refunds": shopping.refunds(
                setting, pay_back(setting, crowd, placed, lines), order_ids, rows.get("refunds", 0)
            ),
            "coupons": shopping.coupons(setting, crowd, coupons, order_ids, rows.get("coupons", 0)),
            "events": activity.events(
                setting, crowd, visits, devices(lived.campaigns, crowd, visits), (events, order_ids)
            ),
            "points_ledger": programme.points_ledger(setting, crowd, ledger, order_ids, rows.get("points_ledger", 0)),
            "member_tiers": people.member_tiers(setting.levels, crowd, grade_members(setting, crowd, placed, ledger)),
            "exposures": people.exposures(crowd, seen),
            "reviews": voices.reviews(
                setting,
                crowd,
                write_reviews(setting, crowd, placed, lines),
                (placed, order_ids),
                rows.get("reviews", 0),
            ),
            "surveys": voices.surveys(crowd, ask(setting, crowd, lived.campaigns, placed), rows.get("surveys", 0)),
            "support_tickets": voices.support_tickets(
                crowd, open_tickets(setting, crowd, visits, placed), rows.get("support_tickets", 0)
            ),
        }
        for name, columns in tables.items():
            self.folder.write(name, columns)
        self._traffic.add(events, night.guests)
        self._warehouse.ship(placed, lines)
        self._truth.add(lived, order_ids, ledger, seen)
        who, points = standings(contest, ledger)
        self._standings.append(programme.Standings(crowd.first_number + who, points))
        self._count_payments(lived)

    def finish(self, night: NightStock) -> None:
        """Write what adds up over all blocks, and the truth."""
        setting, folder = self.setting, self.folder
        board, mismatch = programme.leaderboard(setting, self._standings)
        tables = {
            "leaderboard": board,
            "page_views": activity.page_views(self._traffic),
            "products": goods.products(setting),
            "stock": goods.stock(setting, self._warehouse.books(night)),
            "campaign_costs": campaigns.campaign_costs(setting.levels, book_costs(setting)),
            "incidents": campaigns.incidents(setting.levels, [(int(a), int(b)) for a, b in self._payments]),
            "competitor_offers": campaigns.competitor_offers(setting.levels),
        }
        for name, columns in tables.items():
            folder.write(name, columns)
        write_json(folder.path / "truth.json", self._truth.as_json(night, mismatch))

    def _count_payments(self, lived: Lived) -> None:
        """Payments tried while each incident of the payment system lasted, and how many failed."""
        orders, channels = lived.placed, list(self.setting.levels.people.channels)
        for row, incident in enumerate(self.setting.levels.incidents):
            if incident.channel is None or not incident.fail_rate:
                self._payments[row] = NONE
                continue
            during = (orders.ordered >= second_of(incident.start)) & (orders.ordered < second_of(incident.end))
            during &= orders.channel == channels.index(incident.channel)
            self._payments[row] += (during.sum(), (during & orders.failed).sum())
