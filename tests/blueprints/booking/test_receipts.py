"""Receipts on the web: linked where the money is, a page and a PDF, for one person each."""

import email
import email.policy
from datetime import timedelta

from flask.testing import FlaskClient

from app.bookings import settlement
from app.extensions import db
from app.kernel import clock
from app.kernel.money import Money
from app.notifications.channels import mail
from app.notifications.models import Mail
from app.payments import receipts, strays
from app.payments.providers.base import Result, Status
from app.payments.receipt_models import Receipt, ReceiptKind
from app.payments.taxes import Tax, Taxes
from tests import factories


def test_the_learner_finds_it_under_payments_and_on_the_bookings_page(client: FlaskClient, mentor, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    address = f"/receipts/{db.session.query(Receipt).one().number}"
    factories.signed_in(client, learner)
    for page in ("/dashboard/learner/payments", f"/bookings/{booking.id}"):
        assert f'href="{address}"' in client.get(page).get_data(as_text=True), page
    sheet = client.get(address).get_data(as_text=True)
    for words in (lesson.title, "Mira Holm", "18.00 USD", f"{address}.pdf"):
        assert words in sheet


def test_the_mentor_finds_the_statement_under_earnings_and_never_the_receipt(client: FlaskClient, mentor, learner, lesson) -> None:
    booking = factories.completed(learner, lesson)
    with clock.stopped(booking.release_at):
        settlement.release_earnings(booking.id)
    statement = db.session.query(Receipt).filter_by(person_id=mentor.id).one()
    receipt = db.session.query(Receipt).filter_by(person_id=learner.id).one()
    factories.signed_in(client, mentor)
    page = client.get("/dashboard/mentor/earnings").get_data(as_text=True)
    assert f'href="/receipts/{statement.number}"' in page
    assert receipt.number not in page + client.get(f"/bookings/{booking.id}").get_data(as_text=True)
    for end in ("", ".pdf"):
        assert client.get(f"/receipts/{statement.number}{end}").status_code == 200
        assert client.get(f"/receipts/{receipt.number}{end}").status_code == 404
        assert client.get(f"/receipts/R-1999-000001{end}").status_code == 404
        assert client.application.test_client().get(f"/receipts/{statement.number}{end}").status_code == 302


def test_a_browser_that_has_the_file_is_not_sent_it_again(client: FlaskClient, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    factories.signed_in(client, learner)
    address = f"/receipts/{db.session.query(Receipt).one().number}.pdf"
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_it_goes_out_by_mail_with_the_file(app, learner, lesson) -> None:
    factories.confirmed(learner, lesson)
    receipt = db.session.query(Receipt).one()
    row = db.session.query(Mail).filter(Mail.enclosure == f"receipt:{receipt.id}").one()
    assert row.to == learner.email
    mail.send_mail(row.id)
    letter = email.message_from_bytes((mail.mail_folder() / f"{row.id:06d}.eml").read_bytes(), policy=email.policy.default)
    (file,) = letter.iter_attachments()
    assert file.get_filename() == f"{receipt.number}.pdf"
    assert file.get_content().startswith(b"%PDF-")


def test_a_payer_reads_of_a_charge_too_many_beside_the_payment(client: FlaskClient, learner, lesson) -> None:
    booking = factories.confirmed(learner, lesson)
    with factories.transaction():
        strays.note(booking.payment, Result(Status.SUCCEEDED, "reh_again"))
    surplus = db.session.query(Receipt).filter_by(kind=ReceiptKind.STRAY).one()
    browser = factories.signed_in(client, learner)
    for page in ("/dashboard/learner/payments", f"/bookings/{booking.id}"):
        assert f'href="/receipts/{surplus.number}"' in browser.get(page).get_data(as_text=True), page
    sheet = browser.get(f"/receipts/{surplus.number}").get_data(as_text=True)
    assert "Surplus receipt" in sheet
    assert "To the booking" in sheet
    numbers = ", ".join(number for (number,) in db.session.query(Receipt.number).order_by(Receipt.id))
    assert numbers in browser.get("/dashboard/learner/payments.csv").get_data(as_text=True)


def test_the_sheet_and_the_file_show_the_taxes_of_the_operators_rule(client: FlaskClient, app, monkeypatch, learner, lesson) -> None:
    answer = Taxes((Tax("VAT 19 %", Money(287, "USD")),), issuer="Knots GmbH, Hamburg", tax_id="DE123456789")
    monkeypatch.setitem(app.extensions, "tax_rule", lambda sale: answer)
    factories.confirmed(learner, lesson)
    number = db.session.query(Receipt).one().number
    sheet = factories.signed_in(client, learner).get(f"/receipts/{number}").get_data(as_text=True)
    for words in ("of which VAT 19 %", "2.87 USD", "Knots GmbH, Hamburg", "DE123456789"):
        assert words in sheet
    assert client.get(f"/receipts/{number}.pdf").data.startswith(b"%PDF-")


def test_money_of_long_ago_is_documented_without_a_letter(app, monkeypatch, learner, lesson) -> None:
    monkeypatch.setattr(receipts, "write", lambda _draft: 1 / 0)
    factories.confirmed(learner, lesson)
    monkeypatch.undo()
    with clock.stopped(clock.now() + timedelta(days=3)):
        factories.write_missing_documents()
    assert db.session.query(Receipt).count() == 1
    assert db.session.query(Mail).filter(Mail.enclosure.startswith("receipt:")).count() == 0
