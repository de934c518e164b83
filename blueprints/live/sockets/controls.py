"""What people have switched on, and the end of the session."""

from app.bookings import waiting
from app.live import queries, service
from app.live.messages import End, Lower, Lowered, Status, StatusOf, UndoEnd, WaitLonger
from app.realtime.rooms import tell_room, tell_seat
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("status", Status)
def status(socket: Socket, now: Status) -> None:
    """Show the others whether the microphone, the camera and the screen are on, whether a hand is up, and what has arrived."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    message = StatusOf(socket.user_id, now.microphone, now.camera, now.sharing, now.hand, now.heard)
    tell_room(socket.room, "status", message, but=socket.id)


@live.on("lower", Lower)
def lower(socket: Socket, wanted: Lower) -> None:
    """The mentor takes a learner's hand down; whoever is not there hears nothing."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    service.require_mentor(socket.user, socket.room, "Only the mentor takes somebody's hand down.")
    tell_seat(socket.room, wanted.person, "lowered", Lowered(socket.user.name))


@live.on("end", End)
def end(socket: Socket, _: End) -> None:
    """The mentor ends it for all, after ten seconds in which it can be undone."""
    service.end(socket.user, socket.room)


@live.on("undo_end", UndoEnd)
def undo_end(socket: Socket, _: UndoEnd) -> None:
    """The mentor thinks better of it."""
    service.undo_end(socket.user, socket.room)


@live.on("wait_longer", WaitLonger)
def wait_longer(socket: Socket, _: WaitLonger) -> None:
    """Ten minutes more for whoever has not come; everybody in the room sees the new moment."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    waiting.wait_longer(socket.user, queries.visit(socket.user, socket.room).room.lesson_id)
