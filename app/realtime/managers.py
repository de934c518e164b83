"""Who is connected where: in memory for one process, through Redis for several."""

from typing import Any

from socketio import Manager, RedisManager

from app.config import Settings

ENDING = ("sign-in:", "seat:")
"""What the rooms are called whose sockets end with them."""


class DisconnectingRooms:
    """Closing the room of a sign-in or of a seat disconnects the sockets in it, here and (through Redis) in every other process."""

    server: Any

    def basic_close_room(self, room: str, namespace: str) -> None:
        """What closing a room does in this process."""
        if not room.startswith(ENDING):
            super().basic_close_room(room, namespace)  # type: ignore[misc]
            return
        for socket_id, _ in list(self.get_participants(namespace, room)):  # type: ignore[attr-defined]
            self.server.disconnect(socket_id, namespace=namespace, ignore_queue=True)


class OneProcess(DisconnectingRooms, Manager):
    """Everything is here."""


class ManyProcesses(DisconnectingRooms, RedisManager):
    """Processes and the worker hear each other through Redis; a process that never serves sockets only writes."""


def manager_for(settings: Settings) -> Manager:
    """The manager these settings ask for. Redis does not separate channels by database, so the channel carries our name."""
    if not settings.redis_url:
        return OneProcess()
    return ManyProcesses(settings.redis_url, channel=f"peerlearn:{settings.env}")
