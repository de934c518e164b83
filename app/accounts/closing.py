"""Closing an account: nobody signs in with it any more; what that means for plans and money, reactions say."""

from app.accounts.events import AccountDisabled
from app.accounts.models import User
from app.accounts.sessions import close_all_sign_ins
from app.audit.service import record
from app.audit.tags import AuditTag
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotAllowed, NotFound
from app.kernel.transaction import transaction


def disable_account(admin: User | None, user_id: int, reason: str) -> User:
    """Suspend somebody; None acts for the operator at the command line. A second time does no harm.

    Raises NotAllowed unless an admin asks, and for one's own account; NotFound when there is none.
    """
    if admin is not None and (not admin.is_admin or admin.id == user_id):
        raise NotAllowed
    with transaction() as tx:
        user = db.session.get(User, user_id, populate_existing=True, with_for_update={"of": User})
        if user is None:
            raise NotFound
        if user.disabled_at is None:
            user.disabled_at = now()
            close_all_sign_ins(user)
            record(admin.id if admin else None, AuditTag.ACCOUNT_DISABLED, user, reason=reason)
            tx.publish(AccountDisabled(user.id))
    return user
