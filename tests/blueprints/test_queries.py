"""No page asks the database more often because there is more to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.accounts.models import User
from app.community.service import review
from app.extensions import db
from app.kernel import clock
from app.payments.refunds import carry_out, wanted
from tests import factories

MENTORS_PAGES = {
    "/dashboard/mentor/": 18,
    "/dashboard/mentor/requests": 10,
    "/dashboard/mentor/upcoming": 12,
    "/dashboard/mentor/sessions": 20,
    "/dashboard/mentor/earnings": 13,
    "/profile/": 10,
}
LEARNERS_PAGES = {
    "/dashboard/learner/": 15,
    "/dashboard/learner/booked": 10,
    "/dashboard/learner/booked?tab=past": 12,
    "/dashboard/learner/payments": 10,
    "/notices": 10,
}
VISITORS_PAGES = {"/": 9, "/explore": 10, "/explore?q=knots": 10, "/mentors/1": 15}
"""Pages, and the most statements each may need."""


@pytest.fixture
def people(app: Flask) -> tuple[int, int]:
    """The ids of somebody who teaches and somebody who learns."""
    return factories.mentor().id, factories.learner().id


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement sent to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("who", "pages"), [("mentor", MENTORS_PAGES), ("learner", LEARNERS_PAGES), ("", VISITORS_PAGES)], ids=("mentor", "learner", "visitor")
)
def test_a_page_with_much_on_it_asks_no_more_often(
    app: Flask, client: FlaskClient, people: tuple[int, int], who: str, pages: dict[str, int]
) -> None:
    mentor, learner = people
    if who:
        factories.signed_in(client, db.session.get_one(User, mentor if who == "mentor" else learner))
    _one_of_everything(mentor, learner, 0)
    little = _statements(client, pages)
    for number in range(1, 5):
        _one_of_everything(mentor, factories.learner().id if number % 2 else learner, number)
    much = _statements(client, pages)
    assert much == little
    assert {page: count for page, count in much.items() if count > pages[page]} == {}


def _statements(client: FlaskClient, pages: dict[str, int]) -> dict[str, int]:
    counts = {}
    for page in pages:
        assert client.get(page).status_code == 200, page  # a first time: what is cached is cached
        db.session.remove()
        with counted() as statements:
            client.get(page)
        counts[page] = len(statements)
        db.session.remove()
    return counts


def _one_of_everything(mentor_id: int, learner_id: int, number: int) -> None:
    """A session that is free, one asked for, one confirmed, one taught and rated, one declined."""
    mentor, learner = db.session.get_one(User, mentor_id), db.session.get_one(User, learner_id)
    day = timedelta(days=1 + number)
    factories.lesson(mentor, starts_in=day)
    factories.request(learner, factories.lesson(mentor, starts_in=day + timedelta(hours=2)))
    factories.confirmed(learner, factories.lesson(mentor, starts_in=day + timedelta(hours=4), capacity=2))
    with clock.stopped(clock.now() - timedelta(days=10 - number)):
        offered = factories.lesson(mentor, starts_in=timedelta(hours=6))
        booking = factories.completed(learner, offered)
        factories.rejected(learner, factories.lesson(mentor, starts_in=timedelta(hours=9)))
    with clock.stopped(clock.now() - timedelta(days=9 - number)):
        for refund_id in wanted():
            carry_out(refund_id)
    with clock.stopped(booking.lesson.ends_at):
        review(learner, booking.id, 5, "Good knots.")
        review(mentor, booking.id, 5, "Quick hands.")
