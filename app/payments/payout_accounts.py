"""Mentors' accounts at a provider that asks them itself, on its own page, who they are and where their money goes.

Write order: commit the row with its key, call the provider, write down the account's name. A lost answer is looked up among what
was made since; nobody gets two. What comes back with the mentor's browser is never believed: the provider is asked.
"""

import logging
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.audit.service import record
from app.audit.tags import AuditTag
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import new_public_id
from app.kernel.transaction import Transaction, transaction
from app.payments.events import PayoutAccountChanged, PayoutsStopped
from app.payments.payout_methods import confirm_password, keep_payout_method, lock_money_of, lookup_of
from app.payments.payout_models import PayoutAccount, PayoutMethod
from app.payments.providers.base import AccountRefused, Instrument, Kind, MentorAccount, OnboardsMentors, Readiness
from app.payments.providers.registry import provider, provider_named

log = logging.getLogger(__name__)

RETURN_PATH = "/dashboard/mentor/earnings/payout-account/return"
LOOK_AGAIN = {
    Readiness.UNFINISHED: timedelta(hours=6),
    Readiness.CHECKING: timedelta(minutes=10),
    Readiness.READY: timedelta(hours=24),
    Readiness.REJECTED: timedelta(hours=24),
}
"""How long after an answer the provider is asked again, though it told us nothing."""
AFTER_SILENCE = timedelta(minutes=5)


def onboarding() -> OnboardsMentors | None:
    """The provider in use, where mentors say on its own page where their money goes; None where they say it on ours."""
    door = provider()
    return door if isinstance(door, OnboardsMentors) else None


def account_of(mentor: User) -> PayoutAccount | None:
    """Somebody's account at the provider in use; None before they asked for one."""
    mine = (PayoutAccount.mentor_id == mentor.id, PayoutAccount.provider == provider().name)
    return db.session.scalar(select(PayoutAccount).where(*mine).execution_options(populate_existing=True))


def set_up(mentor: User, password: str) -> str:
    """The address of the provider's page, for the mentor to go on to; their account there is made when there is none.

    Raises Invalid (the password, an address not verified), Conflict when the provider says no, is silent, or has no such page.
    """
    door = onboarding()
    if door is None:
        raise Conflict("Say where your money goes when you withdraw.")
    if not mentor.is_verified:
        raise Invalid("Verify your address first: open the link in the mail we sent you when you signed up.")
    confirm_password(mentor, password)
    account_id = _wanted(mentor)
    try:
        token = _opened(account_id, door)
        account = db.session.get_one(PayoutAccount, account_id)
        is_finished = account.readiness is Readiness.READY
        db.session.commit()
        return door.account_page(token, settings().base_url + RETURN_PATH, is_finished=is_finished)
    except AccountRefused as refusal:
        log.error("account %s was refused: %s", account_id, refusal)
        text = f"{door.title} does not open this account. Your money stays yours and waits here: please write to us."
        raise Conflict(text) from refusal
    except Conflict:
        raise
    except Exception as silence:
        log.exception("the provider did not answer about account %s", account_id)
        text = f"{door.title} did not answer. Nothing is lost and nothing is made twice: try again in a minute."
        raise Conflict(text) from silence


def come_back(mentor: User) -> bool:
    """They are back from the provider's page: ask the provider what is true now. False when it could not be asked."""
    account = account_of(mentor)
    if account is None:
        return True
    try:
        look_at(account.id)
    except Exception:
        db.session.rollback()
        log.exception("the provider did not answer about account %s", account.id)
        return False
    return True


def due() -> list[int]:
    """Ids of accounts to ask about."""
    return list(db.session.scalars(select(PayoutAccount.id).where(PayoutAccount.look_at <= now()).order_by(PayoutAccount.id)))


def look_at(account_id: int) -> None:
    """Ask the provider about one account, and hear the answer. Harmless at any time; whatever goes wrong goes up."""
    with transaction():
        account = db.session.get_one(PayoutAccount, account_id, populate_existing=True, with_for_update={"of": PayoutAccount})
        account.look_at = now() + AFTER_SILENCE
    name, token = account.provider, account.token
    door = provider_named(name)
    db.session.commit()
    if not isinstance(door, OnboardsMentors):
        return
    token = token or _found(account_id, door)
    if token is not None:
        hear(name, door.fetch_account(token))


def hear(name: str, told: MentorAccount) -> bool:
    """What a provider says an account is now; any order, any number of times, same end. False when it is none of ours."""
    with transaction() as tx:
        mine = (PayoutAccount.provider == name, PayoutAccount.lookup == _lookup(told.id))
        mentor = db.session.scalar(select(User).join(PayoutAccount, PayoutAccount.mentor_id == User.id).where(*mine))
        if mentor is None:
            return False
        lock_money_of(mentor)
        account = db.session.scalars(select(PayoutAccount).where(*mine).execution_options(populate_existing=True)).one()
        is_news = (account.readiness, account.missing) != (told.readiness, told.missing)
        account.readiness, account.missing, account.look_at = told.readiness, told.missing, now() + LOOK_AGAIN[told.readiness]
        if is_news:
            record(None, AuditTag.PAYOUT_ACCOUNT_CHANGED, account, readiness=told.readiness.value)
            tx.publish(PayoutAccountChanged(account.id, account.mentor_id))
        _bring_methods_up_to_date(tx, mentor, account, told.instrument if told.readiness is Readiness.READY else None)
    return True


def _bring_methods_up_to_date(tx: Transaction, mentor: User, account: PayoutAccount, instrument: Instrument | None) -> None:
    """Money goes where the account says now, by the rules of every new place; nowhere else, and nowhere while it is not ready."""
    usable = _kept(mentor, account, instrument) if instrument is not None else None
    theirs = (PayoutMethod.mentor_id == mentor.id, PayoutMethod.provider == account.provider, PayoutMethod.removed_at.is_(None))
    stops = [one for one in db.session.scalars(select(PayoutMethod).where(*theirs)) if one is not usable and one.stopped_at is None]
    for method in stops:
        method.stopped_at = now()
    if stops and instrument is None:
        tx.publish(PayoutsStopped(account.id, mentor.id))


def _kept(mentor: User, account: PayoutAccount, instrument: Instrument) -> PayoutMethod | None:
    """What somebody removed comes back only when they asked for it after that."""
    known = select(PayoutMethod).where(PayoutMethod.mentor_id == mentor.id, PayoutMethod.lookup == lookup_of(instrument))
    method = db.session.scalar(known)
    if method is not None and method.removed_at is not None and method.removed_at >= account.wanted_at:
        return None
    method = keep_payout_method(mentor, instrument, account.provider)
    method.stopped_at = None
    return method


def _wanted(mentor: User) -> int:
    """Our row, committed before anybody is called."""
    with transaction():
        lock_money_of(mentor)
        account, moment = account_of(mentor), now()
        if account is None:
            account = PayoutAccount(
                mentor_id=mentor.id,
                provider=provider().name,
                key=new_public_id(),
                keyed_at=moment,
                created_at=moment,
                wanted_at=moment,
                look_at=moment + AFTER_SILENCE,
            )
            db.session.add(account)
        elif account.readiness is Readiness.REJECTED:
            raise Conflict("This account was refused, so no money can go there. Your money stays yours: please write to us.")
        account.wanted_at = moment
        db.session.flush()
    return account.id


def _opened(account_id: int, door: OnboardsMentors) -> str:
    """The account's name: as we know it, as it is found, or of the one that is made now."""
    account = db.session.get_one(PayoutAccount, account_id)
    mentor, known, is_new = str(account.mentor_id), account.token, account.keyed_at == account.wanted_at
    db.session.commit()
    found = known or (None if is_new else _found(account_id, door))
    return found or _remember(account_id, door.open_account(mentor, key=_key(account_id, door)))


def _found(account_id: int, door: OnboardsMentors) -> str | None:
    account = db.session.get_one(PayoutAccount, account_id)
    mentor, since = str(account.mentor_id), account.created_at
    db.session.commit()
    found = door.find_account(mentor, since)
    return _remember(account_id, found) if found else None


def _key(account_id: int, door: OnboardsMentors) -> str:
    """A key that surely made nothing gets a successor: providers repeat its first answer, even where that was a failure."""
    with transaction():
        account = db.session.get_one(PayoutAccount, account_id, populate_existing=True, with_for_update={"of": PayoutAccount})
        if now() >= account.keyed_at + door.absence_is_sure_after:
            account.key, account.keyed_at = new_public_id(), now()
    return account.key


def _remember(account_id: int, token: str) -> str:
    with transaction():
        account = db.session.get_one(PayoutAccount, account_id, populate_existing=True, with_for_update={"of": PayoutAccount})
        if account.token is None:
            account.token, account.lookup = token, _lookup(token)
            record(account.mentor_id, AuditTag.PAYOUT_ACCOUNT_OPENED, account)
    return account.token or token


def _lookup(token: str) -> str:
    return lookup_of(Instrument(Kind.BANK, token, ""))
