"""Mails: to a real SMTP server, to files without one, never twice, never lost."""

import dataclasses
import email
import email.policy
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from icalendar import Calendar

from app.extensions import db
from app.kernel import clock
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.notifications.channels import mail
from app.notifications.models import Mail
from tests import factories

pytestmark = pytest.mark.database


class Postbox:
    """Keeps what a real SMTP server receives; may be told to refuse."""

    def __init__(self) -> None:
        self.letters: list[email.message.EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, _server: object, _session: object, envelope) -> str:
        if self.refuses:
            return "451 try later"
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 kept"


@pytest.fixture
def postbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings = dataclasses.replace(app.extensions["settings"], smtp_url=f"smtp://127.0.0.1:{port}")
    monkeypatch.setitem(app.extensions, "settings", settings)
    yield box
    server.stop()


def test_a_new_account_gets_a_letter_with_a_link_that_verifies_it(app: Flask, postbox: Postbox) -> None:
    user = factories.learner()
    app.extensions["jobs"].run()
    (letter,) = postbox.letters
    assert letter["To"] == user.email
    link = letter.get_body(("plain",)).get_content().split("Confirm my address: ")[1].split()[0]
    path = link.removeprefix("http://localhost")
    assert app.test_client().get(path).status_code == 200
    db.session.refresh(user)
    assert user.is_verified


def test_a_letter_is_sent_once_however_often_it_is_tried(app: Flask, postbox: Postbox) -> None:
    factories.learner()
    app.extensions["jobs"].run()
    (row,) = db.session.query(Mail).all()
    mail.send_mail(row.id)
    mail.send_waiting_mails()
    assert len(postbox.letters) == 1


def test_a_silent_server_delays_a_letter_but_loses_none(app: Flask, postbox: Postbox) -> None:
    postbox.refuses = True
    factories.learner()
    with pytest.raises(OSError, match="451"):
        app.extensions["jobs"].run()
    postbox.refuses = False
    with clock.stopped(now() + 2 * mail.CLAIM):
        mail.send_waiting_mails()
    assert len(postbox.letters) == 1


def test_without_a_server_letters_are_files(app: Flask) -> None:
    user = factories.learner()
    app.extensions["jobs"].run()
    (row,) = db.session.query(Mail).all()
    path = mail.mail_folder() / f"{row.id:06d}.eml"
    letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert letter["To"] == user.email
    assert "Is this your address?" in letter["Subject"]


def test_a_name_with_line_breaks_cannot_add_headers(app: Flask, postbox: Postbox) -> None:
    user = factories.learner("Eve\r\nBcc: everybody@example.com")
    with transaction():
        mail.write_mail(user, "verify", "Hello\r\nBcc: everybody@example.com", link="http://localhost/verify/x")
    app.extensions["jobs"].run()
    assert all(letter["Bcc"] is None for letter in postbox.letters)
    assert all("<" not in letter["Subject"] for letter in postbox.letters)


def test_names_are_escaped_in_the_html_part(app: Flask, postbox: Postbox) -> None:
    factories.learner("<script>alert(1)</script>")
    app.extensions["jobs"].run()
    html = postbox.letters[0].get_body(("html",)).get_content()
    assert "<script>" not in html


def test_the_confirmed_letter_brings_the_session_as_it_is_when_the_letter_leaves(
    app: Flask, postbox: Postbox, mentor, learner, lesson
) -> None:
    booking = factories.confirmed(learner, lesson)
    with transaction():
        lesson.starts_at += timedelta(hours=2)  # while the letter waits
    app.extensions["jobs"].run()
    (letter,) = [letter for letter in postbox.letters if letter["Subject"].startswith("Confirmed")]
    (file,) = letter.iter_attachments()
    assert (file.get_content_type(), file.get_param("method"), file.get_filename()) == ("text/calendar", "REQUEST", "session.ics")
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    assert event["dtstart"].dt == booking.lesson.starts_at
    assert mentor.email not in file.get_payload(decode=True).decode()


def test_a_letter_with_a_file_that_is_no_more_goes_without_it(app: Flask, postbox: Postbox, learner) -> None:
    with transaction():
        mail.write_mail(learner, "verify", "Hello", enclosure="calendar:4711", link="http://localhost/verify/x")
    app.extensions["jobs"].run()
    assert all(not list(letter.iter_attachments()) for letter in postbox.letters)
