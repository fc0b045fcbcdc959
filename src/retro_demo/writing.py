"""Writing: what a block lived through becomes rows of tables, and, once all have lived, what adds up over them."""

from __future__ import annotations

import numpy as np

from retro.files import write_json
from retro_demo.around.ads import ads, ads_truth, show_ads
from retro_demo.around.brand_waves import brand_waves
from retro_demo.around.community import Community, Memberships
from retro_demo.around.content import ContentRoom
from retro_demo.around.costs import book_costs
from retro_demo.around.coupons import issue_coupons
from retro_demo.around.experiments import expose
from retro_demo.around.feedback import ask, write_reviews
from retro_demo.around.invitations import invite
from retro_demo.around.live import LiveRoom
from retro_demo.around.points import Ledger, keep_ledger, redeemed, standings
from retro_demo.around.refunds import pay_back
from retro_demo.around.scenes import product_scenes
from retro_demo.around.stock import Warehouse
from retro_demo.around.support import open_tickets
from retro_demo.around.tiers import grade_members
from retro_demo.around.traffic import Traffic
from retro_demo.around.wake_ups import send_wake_ups
from retro_demo.blocks import Lived
from retro_demo.campaigns.night_stock import NightStock
from retro_demo.clock import second_of
from retro_demo.life.fates import NONE
from retro_demo.new_goods import FOLDER, open_shop
from retro_demo.recording import devices
from retro_demo.setting import Setting
from retro_demo.tables import activity, campaigns, goods, people, programme, shopping, voices
from retro_demo.tables.arrow import Column, Columns, Folder, words
from retro_demo.tables.keys import order_keys
from retro_demo.truth import Truth


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
        self._live = LiveRoom(setting)
        self._community = Community(setting)
        self._content = ContentRoom(setting)
        self._truth = Truth(setting)
        self._standings: list[programme.Standings] = []
        self._payments = np.zeros((len(setting.levels.incidents), 2), dtype=np.int64)

    def write(self, lived: Lived) -> None:
        """Append what a block did to the tables, and keep what adds up over blocks."""
        setting, crowd, contest = self.setting, lived.people, lived.campaigns.contest
        order_ids = order_keys(lived.placed, self._written("orders"))
        ledger = keep_ledger(setting, contest, crowd, lived.recorded, (lived.events, lived.placed))
        events = redeemed(lived.events, ledger)
        seen = expose(setting, lived.campaigns.week, contest, crowd)
        called = send_wake_ups(setting, crowd, lived.recorded, lived.placed)
        invited = invite(setting, crowd, lived.placed)
        members = self._community.gather(crowd, lived.placed)
        device = devices(lived.campaigns, crowd, lived.recorded)
        tables = {
            "users": people.users(setting.levels, crowd),
            "member_tiers": people.member_tiers(
                setting.levels, crowd, grade_members(setting, crowd, lived.placed, ledger)
            ),
            "exposures": people.exposures(crowd, seen + called.exposures),
            "contacts": people.contacts(setting.levels, crowd, called, self._written("contacts")),
            "invitations": people.invitations(crowd, invited, self._written("invitations")),
            "community_members": people.community_members(crowd, self._community, members),
            "community_messages": people.community_messages(
                crowd, self._community, self._community.speak(crowd, members)
            ),
            "events": activity.events(setting, crowd, lived.recorded, device, (events, order_ids)),
            "points_ledger": programme.points_ledger(setting, crowd, ledger, order_ids, self._written("points_ledger")),
            **self._shopping(lived, ledger, order_ids, members),
            **self._voices(lived, order_ids),
        }
        for name, columns in tables.items():
            self.folder.write(name, columns)
        self._traffic.add(events)
        self._traffic.wait(lived.campaigns.night.guests)
        self._warehouse.ship(lived.placed, lived.lines)
        self._live.add(lived.placed, lived.lines)
        self._content.add(lived.placed, crowd.block)
        self._truth.add(lived, order_ids, ledger, seen)
        self._truth.add_wake_ups(called)
        self._truth.add_invitations(invited)
        self._truth.add_memberships(members)
        who, points = standings(contest, ledger)
        self._standings.append(programme.Standings(crowd.first_number + who, points))
        self._count_payments(lived)

    @property
    def warehouse(self) -> Warehouse:
        """What lies in it once all is written."""
        return self._warehouse

    def finish(self, night: NightStock) -> None:
        """Write what adds up over all blocks, and the truth."""
        setting, folder = self.setting, self.folder
        board, mismatch = programme.leaderboard(setting, self._standings)
        costs = book_costs(setting, setting.levels.campaigns)
        shown = show_ads(setting, costs)
        tables = {
            "leaderboard": board,
            "page_views": activity.page_views(self._traffic),
            "products": goods.products(setting),
            "product_scenes": product_scenes(setting),
            "stock": goods.stock(setting, self._warehouse.books(night)),
            "campaign_costs": campaigns.campaign_costs(setting, costs),
            "ads": ads(setting, shown),
            "incidents": campaigns.incidents(setting.levels, self._payments),
            "competitor_offers": campaigns.competitor_offers(setting.levels),
            "brand_waves": brand_waves(setting.levels.brand_waves, setting.chance),
            **self._live.tables(),
            **self._community.tables(),
            **self._content.tables(),
        }
        for name, columns in tables.items():
            folder.write(name, columns)
        levels = setting.levels
        launched = open_shop(folder.path / FOLDER, levels.new_goods, setting.chance, levels.seasons.weekday_orders)
        planted: dict[str, object] = {"live_programme": self._live.truth(), "content": self._content.truth()}
        planted |= {"new_goods": launched, "ads": ads_truth(setting, shown)}
        write_json(folder.path / "truth.json", self._truth.as_json(night, mismatch) | planted)

    def _shopping(self, lived: Lived, ledger: Ledger, order_ids: Column, members: Memberships) -> dict[str, Columns]:
        """The tables around orders."""
        setting, crowd, placed = self.setting, lived.people, lived.placed
        coupons = issue_coupons(setting, lived.campaigns, crowd, lived.recorded, (placed, ledger))
        coupon_ids = shopping.coupon_ids(placed, coupons, self._written("coupons"))
        back = pay_back(setting, crowd, placed, lived.lines)
        return {
            "orders": {
                **shopping.orders(setting, crowd, placed, lived.lines, order_ids, coupon_ids),
                "live_session_id": words(self._live.show_of(placed), self._live.keys),
                "content_id": words(self._content.content_of(placed, crowd.block), self._content.keys),
                "group_id": words(self._community.link_of(crowd, placed, members), self._community.keys),
            },
            "order_items": shopping.order_items(setting, crowd.block, lived.lines, order_ids),
            "refunds": shopping.refunds(setting, back, order_ids, self._written("refunds")),
            "coupons": shopping.coupons(setting, crowd, coupons, order_ids, self._written("coupons")),
        }

    def _voices(self, lived: Lived, order_ids: Column) -> dict[str, Columns]:
        """The tables of what customers say."""
        setting, crowd, placed = self.setting, lived.people, lived.placed
        reviews = write_reviews(setting, crowd, placed, lived.lines)
        answers = ask(setting, crowd, lived.campaigns, placed)
        tickets = open_tickets(setting, crowd, lived.recorded, placed)
        return {
            "reviews": voices.reviews(setting, crowd, reviews, (placed, order_ids), self._written("reviews")),
            "surveys": voices.surveys(setting, crowd, answers, self._written("surveys")),
            "support_tickets": voices.support_tickets(setting, crowd, tickets, self._written("support_tickets")),
        }

    def _written(self, table: str) -> int:
        """Rows of a table so far."""
        return self.folder.rows.get(table, 0)

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
