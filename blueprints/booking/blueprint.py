"""The blueprint of one booking; both of its people come here, whichever hat they wear."""

from flask import Blueprint

from app.web.guards import require_sign_in

booking = Blueprint("booking", __name__, url_prefix="/bookings")
require_sign_in(booking)
