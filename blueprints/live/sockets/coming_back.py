"""Coming back after a long absence."""

from app.live import coming_back, service
from app.live.messages import Admit, Admitted, Knock, Waiting
from app.realtime.rooms import tell_person, tell_seat
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("knock", Knock)
def knock(socket: Socket, wish: Knock) -> Waiting:
    """The mentor sees who knocks; the answer says how long that is waited for."""
    socket.require_room(wish.room)
    patience, mentor_id, asked = coming_back.knock(socket.user, wish.room)
    if patience:
        tell_seat(wish.room, mentor_id, "knock", asked)
    return Waiting(patience.total_seconds())


@live.on("admit", Admit)
def admit(socket: Socket, yes: Admit) -> None:
    """The mentor lets them in."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    coming_back.admit(socket.user, socket.room, yes.person)
    tell_person(yes.person, "admitted", Admitted(socket.room))
