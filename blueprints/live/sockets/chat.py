"""Chat."""

from app.live import queries, service
from app.live.messages import ChatLine, Say
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("say", Say)
def say(socket: Socket, line: Say) -> ChatLine:
    """Store a line; everybody in the room hears it, whoever wrote it too."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    return queries.line_of(service.say(socket.user, socket.room, client_id=line.client_id, text=line.text))
