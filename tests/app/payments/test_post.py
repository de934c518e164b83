"""The rehearsal's post over real HTTP to the real door: in order or not, doubled, held back, lost, and a door that is shut."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.payments import jobs
from app.payments.models import PaymentState
from app.payments.provider_models import ProviderEvent
from app.payments.providers.rehearsal_books import Books, events
from app.payments.providers.rehearsal_post import deliver
from tests import factories

pytestmark = pytest.mark.database

MINUTE = timedelta(minutes=1)


@pytest.fixture
def door(app, monkeypatch) -> Iterator[None]:
    """Our own server on a free port, and the rehearsal told where it is."""
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    switched(app, monkeypatch, rehearsal_webhook_url=f"http://127.0.0.1:{server.port}/webhooks/rehearsal")
    yield
    server.shutdown()
    thread.join(10)


def switched(app, monkeypatch, **changes) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], **changes))


def outcomes() -> list[tuple[str, int]]:
    with Books() as books:
        rows = books.execute(select(events.c.outcome, events.c.tries).order_by(events.c.id)).all()
    return [tuple(row) for row in rows]


def heard() -> int:
    db.session.rollback()
    return db.session.scalar(select(db.func.count()).select_from(ProviderEvent))


@pytest.mark.parametrize("words", [(), ("duplicate",), ("reorder",), ("duplicate", "reorder")])
def test_what_is_posted_arrives(app, door, learner, lesson, monkeypatch, words) -> None:
    switched(app, monkeypatch, rehearsal_events=words)
    booking = factories.request(learner, lesson, factories.BANK)
    with clock.stopped(now() + MINUTE):
        deliver()
        deliver()
    assert outcomes() == [("told", 1), ("told", 1)]
    assert heard() == 2
    assert booking.payment.state is PaymentState.CAPTURED


def test_post_that_is_held_back_comes_later(app, door, learner, lesson, monkeypatch) -> None:
    switched(app, monkeypatch, rehearsal_events=("delay=60",))
    factories.request(learner, lesson)
    deliver()
    assert heard() == 0
    with clock.stopped(now() + MINUTE):
        deliver()
    assert heard() == 1


def test_what_the_post_loses_is_asked_for(app, door, learner, lesson, monkeypatch) -> None:
    switched(app, monkeypatch, rehearsal_events=("drop=1",))
    booking = factories.request(learner, lesson, factories.BANK)
    with clock.stopped(now() + MINUTE):
        deliver()
        assert heard() == 0
        assert booking.payment.state is PaymentState.PROCESSING
        jobs.reconcile_payments()
    assert booking.payment.state is PaymentState.CAPTURED
    assert {outcome for outcome, _ in outcomes()} == {"lost"}


def test_a_door_that_is_shut_is_tried_again_later_and_later(app, learner, lesson, monkeypatch) -> None:
    switched(app, monkeypatch, rehearsal_webhook_url="http://127.0.0.1:9/webhooks/rehearsal")
    factories.request(learner, lesson)
    began = now()
    for seconds, tries in ((0, 1), (3, 1), (6, 2), (20, 2), (40, 3), (100, 3), (170, 4)):
        with clock.stopped(began + timedelta(seconds=seconds)):
            deliver()
        assert outcomes() == [("", tries)], f"after {seconds} s"
    with clock.stopped(began + timedelta(days=3, hours=1)):
        deliver()
    assert outcomes() == [("given up", 5)]


def test_a_door_that_answers_with_an_error_is_tried_again(app, door, learner, lesson, monkeypatch) -> None:
    wrong = app.extensions["settings"].rehearsal_webhook_url.replace("rehearsal", "nobody")
    switched(app, monkeypatch, rehearsal_webhook_url=wrong)
    factories.request(learner, lesson)
    deliver()
    assert outcomes() == [("", 1)]


def test_the_operator_sees_what_became_of_each(app, learner, lesson) -> None:
    factories.request(learner, lesson)
    shown = app.test_cli_runner().invoke(args=["rehearsal", "events"]).output
    assert "payment.succeeded" in shown
    assert "0 tries" in shown
