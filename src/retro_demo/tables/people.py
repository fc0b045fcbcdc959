"""The tables of people: users, member_tiers, exposures, contacts, invitations, community members and messages."""

from __future__ import annotations

import numpy as np

from retro_demo.around.community import ROLES, Community, Memberships, Messages
from retro_demo.around.experiments import ARMS, EXPERIMENTS, Exposures
from retro_demo.around.invitations import Invitations
from retro_demo.around.tiers import ALWAYS, LOWEST, Tiers
from retro_demo.around.wake_ups import CHANNELS, WakeUps
from retro_demo.levels import Levels
from retro_demo.life.fates import NONE
from retro_demo.life.people import People
from retro_demo.tables.arrow import Columns, at, days, integers, moments, money, words
from retro_demo.tables.keys import numbered, user_keys
from retro_demo.worlds import happens


def users(levels: Levels, people: People) -> Columns:
    """One row for each person who registered in the actual world."""
    here = np.flatnonzero(happens(people.worlds))
    return {
        "user_id": at(user_keys(people), here),
        "registered_at": moments(people.registered[here]),
        "channel": words(people.channel[here], list(levels.people.channels)),
        "device": words(people.device[here], list(levels.people.devices)),
        "city_tier": words(people.city[here], list(levels.people.city_tiers)),
    }


def member_tiers(levels: Levels, people: People, tiers: Tiers) -> Columns:
    """One row for each stretch of time that a member spent at a tier; `valid_to` is null while it lasts."""
    return {
        "user_id": at(user_keys(people), tiers.person),
        "tier": words(tiers.tier, [LOWEST, *levels.points.tiers]),
        "valid_from": moments(tiers.since),
        "valid_to": moments(tiers.until, missing=ALWAYS),
    }


def exposures(people: People, seen: Exposures) -> Columns:
    """One row for each exposure of a unit to an arm."""
    return {
        "experiment_id": words(seen.experiment, EXPERIMENTS),
        "unit_id": at(user_keys(people), seen.person),
        "arm": words(seen.arm, ARMS),
        "exposed_at": moments(seen.second),
    }


def contacts(levels: Levels, people: People, sent: WakeUps, first: int) -> Columns:
    """One row for each message that reached a person; `opened_at` is null while it was not opened."""
    return {
        "contact_id": numbered("m", first, sent.person.size),
        "user_id": at(user_keys(people), sent.person),
        "campaign_id": words(sent.campaign, [some.campaign_id for some in levels.wake_ups]),
        "contacted_at": moments(sent.sent),
        "channel": words(sent.channel, CHANNELS),
        "opened_at": moments(sent.opened, missing=NONE),
        "cost_amount": money(sent.cost),
    }


def invitations(people: People, sent: Invitations, first: int) -> Columns:
    """One row per invitation; `invitee_id` is null where nobody registered by it, a reward where none was due."""
    keys = user_keys(people)
    return {
        "invitation_id": numbered("v", first, sent.inviter.size),
        "inviter_id": at(keys, sent.inviter),
        "invitee_id": words(sent.invitee, keys),
        "invited_at": moments(sent.sent),
        "reward_amount": money(sent.reward, missing=NONE),
    }


def community_members(people: People, groups: Community, told: Memberships) -> Columns:
    """One row for each person who was asked into a group; `joined_at` is null where they did not join."""
    return {
        "group_id": words(told.group, groups.keys),
        "user_id": at(user_keys(people), told.person),
        "role": words(told.role, ROLES),
        "invited_at": moments(told.invited),
        "joined_at": moments(told.joined, missing=NONE),
        "left_at": moments(told.left, missing=NONE),
    }


def community_messages(people: People, groups: Community, spoken: Messages) -> Columns:
    """One row for each member and day on which they wrote."""
    return {
        "group_id": words(spoken.group, groups.keys),
        "user_id": at(user_keys(people), spoken.person),
        "on": days(spoken.day),
        "messages": integers(spoken.messages),
    }
