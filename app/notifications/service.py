"""Use cases of notices: tell somebody, and note that they have read it."""

from sqlalchemy import select, update

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.transaction import transaction
from app.notifications.events import Noticed
from app.notifications.kinds import KINDS
from app.notifications.models import Notice


def tell(user_id: int, kind_name: str, reference: str, *, link: str, **words: str) -> Notice | None:
    """Tell somebody something once per reference; None when they were told before."""
    kind = KINDS[kind_name]
    with transaction() as tx:
        query = select(Notice.id).where(Notice.user_id == user_id, Notice.kind == kind.name, Notice.reference == reference)
        if db.session.scalar(query) is not None:
            return None
        notice = Notice(
            user_id=user_id,
            kind=kind.name,
            reference=reference,
            title=kind.title.format(**words),
            body=kind.body.format(**words)[:300],
            link=link,
            sound=kind.sound,
            created_at=now(),
        )
        db.session.add(notice)
        db.session.flush()
        tx.publish(Noticed(notice.id, user_id))
    return notice


def mark_read(user: User, up_to: int) -> None:
    """They have seen the list down from this notice: it and everything before it is read; what came since is not."""
    with transaction():
        unread = (Notice.user_id == user.id) & Notice.read_at.is_(None) & (Notice.id <= up_to)
        db.session.execute(update(Notice).where(unread).values(read_at=now()))
