"""What follows when a refund that people send did not arrive."""

from app.extensions import db
from app.kernel.events import Reactions
from app.notifications import service as notifications
from app.payments.events import RefundCameBack
from app.payments.manual.models import HandTransfer


def ask_for_another_account(event: RefundCameBack) -> None:
    """Its payer hears why, and where to say another account; once per return."""
    transfer = db.session.get_one(HandTransfer, event.transfer_id)
    words = {"amount": str(transfer.amount), "method": transfer.account_label, "reason": transfer.reason}
    link = f"/dashboard/learner/refunds/{transfer.id}"
    notifications.tell(event.payer_id, "refund.came_back", f"{transfer.id}-{event.turn}", link=link, **words)


REACTIONS: Reactions = {RefundCameBack: [ask_for_another_account]}
"""One search for RefundCameBack says who hears of it."""
