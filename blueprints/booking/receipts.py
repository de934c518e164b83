"""Receipts, credit notes and statements: each a page and a PDF, for the one person it was written for."""

from flask import Blueprint, Response, render_template, request

from app.payments import receipts as documents
from app.web.guards import me, require_sign_in
from app.web.limits import pdf_by_person

receipts = Blueprint("receipts", __name__, url_prefix="/receipts")
require_sign_in(receipts)


@receipts.get("/<number>", endpoint="page")
def show(number: str) -> str:
    """The page; 404 for anybody else's."""
    receipt = documents.of_person(me(), number)
    return render_template("booking/receipt.html", receipt=receipt, words=documents.wording_of(receipt))


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
