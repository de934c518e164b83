"""Mails: about accounts, and of those notices that are worth one."""

from app.accounts import queries as accounts
from app.accounts import tokens
from app.accounts.events import PasswordChanged, PasswordResetRequested, SignedUp, SignUpRepeated
from app.accounts.models import User
from app.config import settings
from app.extensions import db
from app.kernel.events import Reactions
from app.notifications.channels.mail import write_mail
from app.notifications.enclosures import calendar_of, receipt_of
from app.notifications.events import Noticed
from app.notifications.kinds import KINDS, Kind
from app.notifications.models import Notice
from app.payments.receipts import written

LONGEST_SUBJECT = 120


def ask_to_verify(event: SignedUp) -> None:
    """A link that proves the address is theirs."""
    user = accounts.person(event.user_id)
    link = f"{settings().base_url}/verify/{tokens.link_token(tokens.VERIFY, user)}"
    write_mail(user, "verify", "Is this your address?", link=link)


def send_reset_link(event: PasswordResetRequested) -> None:
    """A link that lets them choose a new password, for an hour."""
    user = accounts.person(event.user_id)
    link = f"{settings().base_url}/reset/{tokens.link_token(tokens.RESET, user)}"
    write_mail(user, "reset", "Choose a new password", link=link)


def confirm_new_password(event: PasswordChanged) -> None:
    """If it was not them, they must hear of it."""
    write_mail(accounts.person(event.user_id), "password_changed", "Your password was changed", link=f"{settings().base_url}/reset")


def tell_owner_of_repeat(event: SignUpRepeated) -> None:
    """Somebody used their address to sign up; perhaps they forgot that they have an account."""
    user = accounts.person(event.user_id)
    write_mail(user, "already_here", "You already have an account", link=f"{settings().base_url}/sign-in")


def mail_the_notice(event: Noticed) -> None:
    """Some kinds of notices are worth a mail too; the table of kinds says which."""
    notice = db.session.get_one(Notice, event.notice_id)
    kind = KINDS[notice.kind]
    if kind.by_mail:
        subject = f"{notice.title} {notice.body}"[:LONGEST_SUBJECT]
        user = db.session.get_one(User, event.user_id)  # whoever's account was closed still hears of their money
        enclosure = _enclosure(kind, notice)
        write_mail(user, "notice", subject, enclosure=enclosure, body=notice.body, heading=notice.title, link=notice.link)


def _enclosure(kind: Kind, notice: Notice) -> str:
    if kind.with_calendar:
        return calendar_of(int(notice.reference.split("-")[0]))
    document = written(kind.document, int(notice.reference)) if kind.document else None
    return receipt_of(document.id) if document else ""


REACTIONS: Reactions = {
    SignedUp: [ask_to_verify],
    PasswordResetRequested: [send_reset_link],
    PasswordChanged: [confirm_new_password],
    SignUpRepeated: [tell_owner_of_repeat],
    Noticed: [mail_the_notice],
}
