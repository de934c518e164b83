"""The checklist of a room: the session's topics, which the mentor ticks off as they are covered. Each tick is a chapter mark."""

from sqlalchemy import select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import NotAllowed, NotFound
from app.kernel.transaction import transaction
from app.lessons.models import Topic
from app.live.events import TopicsMarked
from app.live.messages import TopicMark
from app.live.models import CoveredTopic, Room
from app.live.service import open_room


def mark(user: User, public_id: str, topic_id: int, *, is_covered: bool) -> None:
    """The mentor ticks a topic off, or takes the tick back; what stands already stays, with its time.

    Raises NotFound for a stranger and for a topic of another session, NotAllowed for a learner, TooEarly, SessionOver.
    """
    with transaction() as tx:
        visit = open_room(user, public_id)
        if visit.seat.role != "mentor":
            raise NotAllowed("Only the mentor ticks topics off.")
        room = db.session.scalars(select(Room).where(Room.id == visit.room.id).with_for_update(of=Room)).one()
        if topic_id not in {topic.id for topic in room.lesson.topics}:
            raise NotFound("This topic is not part of the session any more.")
        known = _known(room).get(topic_id)
        if is_covered and known is None:
            db.session.add(CoveredTopic(room_id=room.id, topic_id=topic_id, covered_at=now()))
        elif known is not None and not is_covered:
            db.session.delete(known)
        db.session.flush()
        tx.publish(TopicsMarked(room.id))


def checklist(room: Room) -> list[TopicMark]:
    """The session's topics in the mentor's order, each with the moment at which it was covered."""
    known = _known(room)
    return [_mark(topic, known.get(topic.id)) for topic in room.lesson.topics]


def _known(room: Room) -> dict[int, CoveredTopic]:
    rows = db.session.scalars(select(CoveredTopic).where(CoveredTopic.room_id == room.id))
    return {row.topic_id: row for row in rows}


def _mark(topic: Topic, covered: CoveredTopic | None) -> TopicMark:
    return TopicMark(topic.id, topic.name, covered.covered_at.isoformat() if covered is not None else None)
