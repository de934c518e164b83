"""Receipts, credit notes and statements: each a page and a PDF, for the one person it was written for."""

from flask import Blueprint, Response, render_template, request, url_for

from app.payments import receipts as documents
from app.payments.receipt_models import Receipt, ReceiptKind
from app.web.guards import me, require_sign_in
from app.web.limits import pdf_by_person

receipts = Blueprint("receipts", __name__, url_prefix="/receipts")
require_sign_in(receipts)


@receipts.get("/<number>", endpoint="page")
def show(number: str) -> str:
    """The page; 404 for anybody else's."""
    receipt = documents.of_person(me(), number)
    back = _back(receipt)
    return render_template("booking/receipt.html", receipt=receipt, words=documents.wording_of(receipt), back=back)


def _back(receipt: Receipt) -> tuple[str, str]:
    """Where it is found, and what that is called."""
    if receipt.about == "booking":
        return url_for("booking.page", booking_id=receipt.reference), "To the booking"
    if receipt.kind is ReceiptKind.WITHDRAWAL:
        return url_for("mentor.withdrawals_page"), "To your withdrawals"
    if receipt.kind is ReceiptKind.TIP:
        return url_for("mentor.earnings", show="tips"), "To your earnings"
    return url_for("learner.payments"), "To your payments"


@receipts.get("/<number>.pdf")
@pdf_by_person
def pdf(number: str) -> Response:
    """The same as a file. It never changes, so a browser that has it is not sent it again."""
    receipt = documents.of_person(me(), number)
    response = Response(content_type="application/pdf")
    response.set_etag(f"{receipt.number}-1")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{receipt.number}.pdf"'
    if request.if_none_match.contains(f"{receipt.number}-1"):
        response.status_code = 304
        return response
    response.set_data(documents.pdf_of(receipt))
    return response
