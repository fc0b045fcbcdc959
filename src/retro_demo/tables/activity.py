"""The tables of activity: events, page_views."""

from __future__ import annotations

import numpy as np

from retro_demo.around.scenes import scene_of_events
from retro_demo.around.traffic import Traffic
from retro_demo.chance import Ints
from retro_demo.life.events import KINDS, ORDER, REDEEM, Events
from retro_demo.life.fates import NONE
from retro_demo.life.people import People
from retro_demo.life.visits import Visits
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Column, Columns, integers, moments, names, words
from retro_demo.tables.keys import device_keys, product_keys, user_keys


def events(setting: Setting, people: People, visits: Visits, devices: Ints, named: tuple[Events, Column]) -> Columns:
    """One row for each event; `detail` names the task, the reward or the order that it is about."""
    happened, order_ids = named
    levels = setting.levels
    tasks, rewards = levels.new_user_week.tasks, list(levels.points.rewards)
    shift = np.select([happened.kind >= ORDER, happened.kind == REDEEM], [len(tasks) + len(rewards), len(tasks)], 0)
    detail = np.where(happened.detail == NONE, NONE, happened.detail + shift)
    person = visits.person[happened.visit]
    known, device = np.unique(devices, return_inverse=True)
    return {
        "user_id": words(person, user_keys(people)),
        "event": words(happened.kind, KINDS),
        "occurred_at": moments(happened.second),
        "channel": words(visits.channel[happened.visit], list(levels.people.channels)),
        "device": words(people.device[person], list(levels.people.devices)),
        "session_id": words(happened.visit, names("s", people.block * 10**7 + np.arange(len(visits)), 10)),
        "device_id": words(device[happened.visit], device_keys(people.block, known)),
        "product_id": words(happened.product, product_keys(len(setting.catalogue))),
        "scene": words(scene_of_events(setting, people.block, happened), list(levels.scenes.names)),
        "detail": words(detail, [*tasks, *rewards, *order_ids.to_pylist()]),
    }


def page_views(traffic: Traffic) -> Columns:
    """One row for each minute and page group, also where nobody came."""
    views = traffic.views()
    groups = len(traffic.groups)
    return {
        "minute_at": moments(traffic.minutes()),
        "page_group": words(np.tile(np.arange(groups), views.size // groups), traffic.groups),
        "views": integers(views),
    }
