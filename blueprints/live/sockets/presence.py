"""Coming, staying and going."""

from app.bookings import attendance
from app.bookings.attendance_models import Link
from app.config import settings
from app.kernel.clock import now
from app.kernel.errors import DomainError
from app.kernel.transaction import read_anew
from app.live import board_lock, board_queries, queries, recording, removal, service, topics, turn
from app.live.messages import Beat, Enter, Kept, Leave, Testimony, Welcome
from app.realtime.socket import NoRoomYet, Socket
from blueprints.live.sockets.namespace import live


@live.on("enter", Enter)
def enter(socket: Socket, wanted: Enter) -> Welcome:
    """Take a seat; the answer is the whole room."""
    socket.require_room(wanted.room)
    entry, replaced = service.enter(socket.user, wanted.room, tab=wanted.tab, connection=socket.id, take=wanted.take)
    if replaced:
        socket.send_away(replaced, "replaced")
    socket.move_in(wanted.room)
    read_anew()  # what was said before we moved in is read, what is said after is heard: nothing falls between
    try:
        service.require_seat(socket.user_id, wanted.room, socket.id)  # somebody may have been put out this very moment
    except DomainError:
        socket.move_out()
        service.leave(socket.user, wanted.room, socket.id)  # those who were shown out just before we came in: nobody else would
        raise
    room = queries.at(wanted.room)
    return Welcome(
        me=socket.user_id,
        entry=entry,
        pulse=queries.pulse(room),
        chat=queries.chat_tail(room),
        topics=topics.checklist(room),
        board=board_queries.version(room),
        locked=board_lock.is_locked(room),
        recording=recording.state(room),
        out=removal.who_is_out(socket.user_id, room),
        ice=turn.ice_servers(settings(), socket.user_id, now()),
        renewal=socket.new_pass(),
    )


@live.on("beat", Beat)
def beat(socket: Socket, beat: Beat) -> Kept:
    """Every five seconds: still here, and still allowed to be."""
    room = service.beat(socket.user, socket.room, socket.id, Link(beat.link) if beat.link else None)
    if recording.is_recorder_gone(room):
        recording.settle(room.id)
    return Kept(queries.pulse(room), socket.new_pass())


@live.on("testify", Testimony)
def testify(socket: Socket, word: Testimony) -> None:
    """The server was away: this browser received so much of the others meanwhile."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    service.testify(socket.user, socket.room, {one.person: one.seconds for one in word.received})


@live.on("leave", Leave)
def leave(socket: Socket, _: Leave) -> None:
    """On purpose: no waiting for them to come back."""
    service.leave(socket.user, socket.room, socket.id)
    socket.move_out()


@live.on_disconnect
def keep_seat(socket: Socket) -> None:
    """A broken connection is not a departure: the seat is kept for a while."""
    try:
        room = queries.visit(socket.user, socket.room).room
    except NoRoomYet:
        return
    attendance.detach(room.lesson_id, socket.user_id, socket.id)
