"""Fill an empty house."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from app.accounts import queries as accounts
from app.config import settings
from app.demo.appointments import open_hours
from app.demo.archive import write_archive
from app.demo.cast import ADMIN, cast
from app.demo.history import play_history
from app.demo.offers import Known, publish_ahead
from app.demo.payouts import play_withdrawal
from app.demo.people import add_people, save_method_of_learner
from app.demo.present import play_present
from app.demo.quiet import quietly
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.kernel.transaction import transaction
from app.notifications.models import Notice

READ_AFTER = timedelta(days=1)
"""Older notices have been read."""


class DemoRefused(Conflict):
    """This is no place for a demo."""

    code = "demo_refused"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was added; all zero when the demo was there already."""

    mentors: int = 0
    learners: int = 0
    lessons: int = 0
    taught: int = 0
    bookings: int = 0


def load() -> Loaded:
    """Add what is missing of the demo; a second time that is nothing. DemoRefused in production and with real money."""
    refuse_in_production()
    if is_loaded():
        return Loaded()
    everybody, moment = cast(), now()
    with quietly():
        known = Known()
        people = add_people([teacher.person for teacher in everybody.teachers] + list(everybody.learners))
        save_method_of_learner(people)
        told = play_history(everybody, people, moment, known)
        play_withdrawal(people, moment, settings().currency)
        archived = write_archive(everybody, people, moment, known)
        ahead = publish_ahead(everybody, people, moment, known)
        open_hours(everybody, people)
        under_way = play_present(everybody, people, ahead, moment)
        _mark_old_notices_read()
        add_people([everybody.admin])  # last: their account says that the rest is there
    return Loaded(len(everybody.teachers), len(everybody.learners), len(ahead), told + archived, under_way)


def is_loaded() -> bool:
    """Whether the demo was loaded to its end."""
    return accounts.by_email(ADMIN) is not None


def refuse_in_production() -> None:
    """DemoRefused where real people and real money are."""
    if settings().is_production:
        raise DemoRefused("The demo is not for production: its password is known to everybody.")
    if not settings().is_rehearsal:
        raise DemoRefused("The demo plays with rehearsal money: set PAYMENT_PROVIDER=rehearsal.")


def _mark_old_notices_read() -> None:
    with transaction():
        old = Notice.created_at < now() - READ_AFTER
        db.session.execute(update(Notice).where(old, Notice.read_at.is_(None)).values(read_at=Notice.created_at))
