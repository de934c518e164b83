"""The mentor's blueprint and its guard."""

from flask import Blueprint

from app.accounts.models import Hat
from app.web.guards import require_hat, wear_hat

mentor = Blueprint("mentor", __name__, url_prefix="/dashboard/mentor")
require_hat(mentor, Hat.MENTOR)
wear_hat(mentor, Hat.MENTOR)
