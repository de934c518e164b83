"""Mail: written as a row with the fact, sent by a job, found again by a sweep.

With SMTP_URL it goes to that server (smtp:// with STARTTLS when offered, smtps:// for TLS from the start); without it each mail
becomes a file under instance/mail/, and the pages say so.
"""

import logging
import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import render_template
from sqlalchemy import select, update

from app.accounts.models import User
from app.config import settings
from app.extensions import db
from app.kernel.clock import now
from app.kernel.schedule import Periodic
from app.kernel.transaction import transaction
from app.notifications.enclosures import Enclosure, enclosed
from app.notifications.events import MailWanted
from app.notifications.models import Mail

log = logging.getLogger(__name__)

MOST_TRIES = 8
CLAIM = timedelta(minutes=2)
"""A sender that died mid-way lets the mail go after this."""


def write_mail(user: User, template: str, subject: str, *, enclosure: str = "", **words: object) -> Mail:
    """Write a mail from templates/emails/<template>.{html,txt}; it is sent after the commit, with the file its enclosure names."""
    words = {"user": user, "subject": subject, "base_url": settings().base_url, **words}
    html = render_template(f"emails/{template}.html", **words)
    text = render_template(f"emails/{template}.txt", **words)
    with transaction() as tx:
        mail = Mail(user_id=user.id, to=user.email, subject=subject, text=text, html=html, enclosure=enclosure, created_at=now())
        db.session.add(mail)
        db.session.flush()
        tx.publish(MailWanted(mail.id))
    return mail


def send_mail(mail_id: int) -> None:
    """Send one mail, unless it was sent or somebody else is at it."""
    if not _claim(mail_id):
        return
    mail = db.session.get_one(Mail, mail_id)
    message = _message(mail)
    db.session.commit()
    deliver(message, mail_id)
    with transaction():
        db.session.get_one(Mail, mail_id).sent_at = now()


def send_waiting_mails() -> None:
    """Send what a lost queue or a silent server left behind."""
    waiting = Mail.sent_at.is_(None) & (Mail.tries < MOST_TRIES) & (Mail.created_at < now() - timedelta(seconds=30))
    for mail_id in db.session.scalars(select(Mail.id).where(waiting).limit(100)).all():
        try:
            send_mail(mail_id)
        except OSError:  # smtplib's errors are OSErrors
            db.session.rollback()
            log.warning("mail %s could not be sent yet", mail_id, exc_info=True)


def deliver(message: EmailMessage, mail_id: int) -> None:
    """Hand a message to the server, or to a file when there is none; OSError when the server does not take it."""
    url = urlsplit(settings().smtp_url)
    if not url.scheme:
        folder = mail_folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{mail_id:06d}.eml").write_bytes(bytes(message))
        return
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 0, timeout=20) as server:
        server.ehlo()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def mail_folder() -> Path:
    """Where mails go when no server is set."""
    return settings().instance_path / "mail"


def _claim(mail_id: int) -> bool:
    """Whether this mail is ours to send now: an atomic update, so two senders cannot both win."""
    free = Mail.claimed_at.is_(None) | (Mail.claimed_at < now() - CLAIM)
    with transaction():
        claim = update(Mail).where(Mail.id == mail_id, Mail.sent_at.is_(None), free)
        claimed = db.session.scalars(claim.values(claimed_at=now(), tries=Mail.tries + 1).returning(Mail.id)).all()
    return bool(claimed)


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings().mail_from, mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = make_msgid(domain=urlsplit(settings().base_url).hostname or "peerlearn.invalid")
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    file = _file_of(mail)
    if file is not None:
        message.add_attachment(
            file.content, maintype=file.main_type, subtype=file.sub_type, filename=file.name, params=file.parameters
        )
    return message


def _file_of(mail: Mail) -> Enclosure | None:
    try:
        return enclosed(mail.enclosure, mail.user_id)
    except Exception:  # the words must not wait for a file that cannot be made; the link in them leads to it
        log.exception("mail %s goes without its file", mail.id)
        return None


PERIODIC = (Periodic("notifications.send_waiting_mails", 60, send_waiting_mails),)
