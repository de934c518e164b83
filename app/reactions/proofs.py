"""What follows when the books do not agree: every admin hears of each finding, once."""

import hashlib

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.events import Reactions
from app.notifications import service as notifications
from app.proof.events import MismatchFound
from app.proof.models import Proof


def alert_admins(event: MismatchFound) -> None:
    """The check, how many are wrong, and the first; the same offenders the next night are no news."""
    proof = db.session.get_one(Proof, event.proof_id)
    check = next(one for one in proof.summary if one["name"] == event.check)
    first = check["first"][0]
    words = {
        "check": check["title"],
        "number": str(check["wrong"]),
        "first": f"{first['about']}: expected {first['expected']}, found {first['found']}",
    }
    for admin_id in db.session.scalars(select(User.id).where(User.is_admin, User.disabled_at.is_(None))).all():
        notifications.tell(admin_id, "money.mismatch", _reference(check), link="/notices", **words)


def _reference(check: dict) -> str:
    offenders = "|".join(f"{one['about']}{one['expected']}{one['found']}" for one in check["first"])
    return hashlib.sha256(f"{check['name']}{check['wrong']}{offenders}".encode()).hexdigest()[:40]


REACTIONS: Reactions = {MismatchFound: [alert_admins]}
"""One search for MismatchFound says who hears of it."""
