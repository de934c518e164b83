"""The mentor asks somebody to leave, or does not let them back yet; letting back is `admit`."""

from app.live import removal, service
from app.live.removal_messages import NotNow, Remove
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("remove", Remove)
def remove(socket: Socket, wish: Remove) -> None:
    """Out of the room at once, in all their tabs."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    removal.remove(socket.user, socket.room, wish.person)


@live.on("not_now", NotNow)
def not_now(socket: Socket, answer: NotNow) -> None:
    """They read it, and may ask again later."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    removal.not_now(socket.user, socket.room, answer.person)
