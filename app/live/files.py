"""Copies of files that somebody in a room asked us to keep: a chat line with a file hung on it. Only members get them."""

import hashlib
import re

from sqlalchemy import func, select

from app.accounts.models import User
from app.extensions import db
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_public_id
from app.kernel.offload import offload
from app.kernel.storage import storage
from app.kernel.transaction import transaction
from app.live import queries
from app.live.events import RoomSaid
from app.live.models import RoomFile, RoomMessage
from app.live.service import BLANK, INVISIBLE, open_room

LARGEST_FILE = 25 * 1024 * 1024
MOST_IN_ROOM = 200 * 1024 * 1024
LONGEST_NAME = 120
NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]')
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


def keep(user: User, public_id: str, client_id: str, *, name: str, data: bytes, sha256: str) -> RoomMessage:
    """Keep a copy, under the id its sending has; the same id again returns the line that stands already.

    Raises Invalid for what is empty, too large, nameless or not as its hash says, StorageFull, Conflict, and what every deed does.
    """
    shown = _checked(client_id, name, data, sha256)
    room = open_room(user, public_id).room
    known = _line(user, client_id)
    if known is not None:
        return known
    if (_kept_in(room.id) + len(data)) > MOST_IN_ROOM:
        raise Conflict("This session has 200 MB of files already. The others have this one all the same.", code="too_many_files")
    key = new_public_id()
    storage().put(path_of(key), data)
    with transaction() as tx:
        open_room(user, public_id)
        message = RoomMessage(room_id=room.id, sender_id=user.id, client_id=client_id, text=shown, sent_at=now())
        db.session.add(message)
        db.session.flush()
        message.file = RoomFile(message_id=message.id, key=key, size=len(data), sha256=sha256)
        db.session.flush()
        tx.publish(RoomSaid(room.id, message.id))
    return message


def find(user: User, public_id: str, key: str) -> RoomMessage:
    """The line of a kept file, for a member of its room at any time; NotFound for everybody else, PutOut for one put out."""
    room = queries.look_in(user, public_id).room
    query = select(RoomMessage).join(RoomFile, RoomFile.message_id == RoomMessage.id)
    message = db.session.scalar(query.where(RoomMessage.room_id == room.id, RoomFile.key == key))
    if message is None:
        raise NotFound("We could not find this file.")
    return message


def bytes_of(key: str) -> bytes:
    """The bytes of a kept file; FileNotFoundError when they are gone."""
    return storage().read(path_of(key))


def path_of(key: str) -> str:
    """Where the bytes of a key lie in the store."""
    return f"files/{key[:2]}/{key}"


def _checked(client_id: str, name: str, data: bytes, sha256: str) -> str:
    """The name as it will be shown and saved."""
    shown = NOT_IN_NAMES.sub("-", INVISIBLE.sub("", name.replace("\n", " "))).strip(". ")[-LONGEST_NAME:]
    if not CLIENT_ID.fullmatch(client_id) or BLANK.fullmatch(shown):
        raise Invalid("This file has no name we can use.")
    if not data:
        raise Invalid("This file is empty.")
    if len(data) > LARGEST_FILE:
        raise Invalid("This file is larger than 25 MB.")
    if offload(hashlib.sha256, data).hexdigest() != sha256:  # 25 MB take a tenth of a second, in which every socket would wait
        raise Invalid("The file did not arrive whole. Please try again.")
    return shown


def _line(user: User, client_id: str) -> RoomMessage | None:
    return db.session.scalar(select(RoomMessage).where(RoomMessage.sender_id == user.id, RoomMessage.client_id == client_id))


def _kept_in(room_id: int) -> int:
    query = select(func.sum(RoomFile.size)).join(RoomMessage, RoomMessage.id == RoomFile.message_id)
    return db.session.scalar(query.where(RoomMessage.room_id == room_id)) or 0
