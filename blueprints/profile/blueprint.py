"""The blueprint of one's own account; for everybody who is signed in."""

from flask import Blueprint

from app.web.guards import require_sign_in

profile = Blueprint("profile", __name__)
require_sign_in(profile)
