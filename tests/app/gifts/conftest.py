"""A session that was taught, and settings that differ for one test."""

import dataclasses
from datetime import timedelta

import pytest

from app.accounts.models import User
from app.bookings.models import Booking
from app.kernel import clock
from app.kernel.clock import now
from tests import factories


@pytest.fixture
def taught(mentor: User, learner: User) -> Booking:
    """A session of Mira's that Lev was in, over for two hours."""
    with clock.stopped(now() - timedelta(hours=4)):
        return factories.completed(learner, factories.lesson(mentor, starts_in=timedelta(hours=1), title="Knots"))


@pytest.fixture
def settings_with(app, monkeypatch):
    """Change settings until the test is over: settings_with(currency="JPY")."""

    def change(**changes) -> None:
        monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(app.extensions["settings"], **changes))

    return change
