"""The whiteboard."""

from app.live import board, board_lock, board_queries, queries, service
from app.live.board_messages import Board, Deed, Draw, Drawing, DrawingOf, LockBoard, Look
from app.realtime.rooms import tell_room
from app.realtime.socket import Socket
from blueprints.live.sockets.namespace import live


@live.on("draw", Draw)
def draw(socket: Socket, wanted: Draw) -> Deed:
    """Store a deed; everybody in the room hears of it, whoever did it too."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    return board_queries.deed_of(board.draw(socket.user, socket.room, wanted))


@live.on("drawing", Drawing)
def drawing(socket: Socket, drawing: Drawing) -> None:
    """A drawing that is not finished yet: the others watch it grow, nobody keeps it."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    board_lock.require_free(socket.user_id, socket.room)
    board.check_mark(drawing.kind, drawing.mark)
    message = DrawingOf(socket.user_id, drawing.client_id, drawing.page, drawing.kind, drawing.mark)
    tell_room(socket.room, "drawing", message, but=socket.id)


@live.on("board", Look)
def look(socket: Socket, wanted: Look) -> Board:
    """What this browser lacks of the whiteboard, a part at a time."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    return board_queries.look(queries.visit(socket.user, socket.room).room, since=wanted.since, most=wanted.most)


@live.on("lock_board", LockBoard)
def lock_board(socket: Socket, wish: LockBoard) -> None:
    """The mentor keeps the whiteboard to themselves, or gives it back."""
    service.require_seat(socket.user_id, socket.room, socket.id)
    board_lock.lock(socket.user, socket.room, on=wish.on)
