"""The checklist."""

from app.live import service, topics
from app.live.messages import Cover
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("cover", Cover)
def cover(socket: Socket, tick: Cover) -> None:
    """The mentor ticks a topic off, or takes it back; everybody in the room sees it."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    topics.mark(socket.user, socket.room, tick.topic, is_covered=tick.covered)
