"""The tables of what customers say: reviews, surveys, support_tickets."""

from __future__ import annotations

from retro_demo.around.feedback import Answers, Reviews
from retro_demo.around.support import TOPICS, Tickets
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Column, Columns, at, integers, moments, texts, words
from retro_demo.tables.keys import numbered, product_keys, user_keys


def reviews(setting: Setting, people: People, written: Reviews, of: tuple[Orders, Column], first: int) -> Columns:
    """One row for each review of a line of an order."""
    orders, order_ids = of
    return {
        "review_id": numbered("v", first, written.order.size),
        "order_id": at(order_ids, written.order),
        "user_id": at(user_keys(people), orders.person[written.order]),
        "product_id": words(written.product, product_keys(len(setting.catalogue))),
        "campaign_id": words(orders.campaign[written.order], setting.campaigns),
        "rating": integers(written.rating),
        "body": texts(written.body),
        "reviewed_at": moments(written.second),
    }


def surveys(setting: Setting, people: People, answers: Answers, first: int) -> Columns:
    """One row for each answered question; `score` is null where the answer is no number."""
    return {
        "answer_id": numbered("a", first, answers.person.size),
        "survey_id": texts(answers.survey),
        "campaign_id": words(answers.campaign, setting.campaigns),
        "user_id": at(user_keys(people), answers.person),
        "question": texts(answers.question),
        "answer": texts(answers.answer),
        "score": integers(answers.score, missing=NONE),
        "comment": texts(answers.comment, missing=""),
        "answered_at": moments(answers.second),
    }


def support_tickets(setting: Setting, people: People, tickets: Tickets, first: int) -> Columns:
    """One row for each ticket; `closed_at` is null while it is open, `score` where nobody rated it."""
    return {
        "ticket_id": numbered("t", first, tickets.person.size),
        "user_id": at(user_keys(people), tickets.person),
        "topic": words(tickets.topic, TOPICS),
        "campaign_id": words(tickets.campaign, setting.campaigns),
        "opened_at": moments(tickets.opened),
        "first_answered_at": moments(tickets.answered),
        "closed_at": moments(tickets.closed, missing=NONE),
        "score": integers(tickets.score, missing=NONE),
    }
